/** The script of the page that makes passkeys. */
import { offerPasskeys, request } from './request.ts';

const box = document.querySelector<HTMLElement>('[data-passkey-create]');

offerPasskeys(box, async () => {
  const options = await request('/settings/passkeys/options', {});
  // The boundary to the server's answer; the browser checks it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const json = options as unknown as PublicKeyCredentialCreationOptionsJSON;
  const credential = await navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(json),
  });
  if (!(credential instanceof PublicKeyCredential)) return;
  const name = box?.querySelector('input')?.value ?? '';
  await request('/settings/passkeys/add', { name, response: credential.toJSON() });
  location.reload();
});
