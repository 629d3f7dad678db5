/** The script of the page to sign in: passkeys cannot do without one. */
import { offerPasskeys, request } from './request.ts';

const box = document.querySelector<HTMLElement>('[data-passkey-next]');

offerPasskeys(box, async () => {
  const options = await request('/sign-in/passkey/options', {});
  // The boundary to the server's answer; the browser checks it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const json = options as unknown as PublicKeyCredentialRequestOptionsJSON;
  const credential = await navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(json),
  });
  if (!(credential instanceof PublicKeyCredential)) return;
  const { next } = await request('/sign-in/passkey', {
    response: credential.toJSON(),
    next: box?.dataset['passkeyNext'] ?? '/',
  });
  location.assign(String(next));
});
