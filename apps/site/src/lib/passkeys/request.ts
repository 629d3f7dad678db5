/** Sends JSON to this site and reads the JSON of the answer; a refusal is an error with its words. */
export async function request(
  path: string,
  body: object,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.redirected) {
    location.assign(answer.url);
    throw new Error('Sign in again first.');
  }
  const value: unknown = await answer.json();
  const fields =
    typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
  if (!answer.ok) {
    throw new Error(
      String(fields['detail'] ?? fields['message'] ?? `The site answered ${answer.status}.`),
    );
  }
  return fields;
}

/**
 * Makes a button that needs passkeys visible, where the browser has them, and shows what goes wrong
 * beside it.
 */
export function offerPasskeys(box: HTMLElement | null, onClick: () => Promise<void>): void {
  const isAble =
    'PublicKeyCredential' in globalThis && 'parseCreationOptionsFromJSON' in PublicKeyCredential;
  const button = box?.querySelector('button');
  const problem = box?.querySelector('[role="alert"]');
  if (!isAble || !box || !button || !problem) return;
  box.hidden = false;
  button.addEventListener('click', () => {
    problem.textContent = '';
    button.disabled = true;
    onClick()
      .catch((error: unknown) => {
        problem.textContent = explain(error);
      })
      .finally(() => {
        button.disabled = false;
      });
  });
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'NotAllowedError') return 'Nothing was chosen, or it took too long.';
  if (error.name === 'InvalidStateError')
    return 'This device has a passkey for the account already.';
  if (error.name === 'SecurityError')
    return 'Passkeys need the site’s own name with https, or localhost.';
  return error.message;
}
