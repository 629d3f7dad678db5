import { readFile, rm } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityProblems, openPage, startBrowser } from './browser.ts';
import { linkIn, readMail } from './mail.ts';
import { startSite, temporaryFolder, type RunningSite } from './server.ts';

const password = 'correct horse battery';
let site: RunningSite;
let browser: Browser;
let dataFolder: string;
const seen = new Set<string>();
beforeAll(async () => {
  dataFolder = await temporaryFolder();
  [site, browser] = await Promise.all([startSite(dataFolder), startBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await site.stop();
  await rm(dataFolder, { recursive: true, force: true });
});

const mailTo = (email: string) => readMail(dataFolder, email, seen);

/** Signs up in a browser without script, and is signed in at the end. */
async function signUp(page: Page, email: string, name: string): Promise<void> {
  await page.goto(`${site.url}/sign-up?next=/about`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Send me the link' }).click();
  await page.getByText('We have written to').waitFor();
  await page.goto(linkIn(await mailTo(email)));
  await page.getByLabel('Password (optional)').fill(password);
  await page.getByRole('button', { name: 'Confirm and sign in' }).click();
  await page.waitForURL(`${site.url}/about`);
}

async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

it('goes through the life of an account without script', async () => {
  const email = 'ada@example.org';
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await signUp(page, email, 'Ada Lovelace');
  await page.locator('summary').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();

  await page.goto(`${site.url}/settings/tokens`);
  expect(page.url()).toBe(`${site.url}/sign-in?next=%2Fsettings%2Ftokens`);
  await signIn(page, email);
  await page.waitForURL(`${site.url}/settings/tokens`);
  await page.getByLabel('Name').fill('Laptop');
  await page.getByRole('button', { name: 'Make the token' }).click();
  expect(await page.locator('code.token').textContent()).toMatch(/^wp_[\w-]{43}$/);
  await page.goto(`${site.url}/settings/tokens`);
  expect(await page.locator('code.token').count()).toBe(0);
  await page.getByText('Laptop').waitFor();

  await page.goto(`${site.url}/settings`);
  await page.getByLabel('Handle').fill('ada');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Your name is changed.').waitFor();
  await page.getByText(email).waitFor();

  await page.goto(`${site.url}/settings/export`);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download' }).click(),
  ]);
  const files = unzipSync(await readFile(await download.path()));
  const users: unknown = JSON.parse(new TextDecoder().decode(files['users.json']));
  expect(users).toMatchObject([{ email, handle: 'ada', role: 'reader' }]);

  await page.goto(`${site.url}/settings/delete`);
  await page.getByLabel('Type your handle').fill('ada');
  await page.getByRole('button', { name: 'Delete my account' }).click();
  await page.getByRole('link', { name: 'Sign in' }).waitFor();
  await page.goto(`${site.url}/sign-in`);
  await signIn(page, email);
  await page.getByText('The address or the password is wrong.').waitFor();
  await context.close();
});

it('signs in with a passkey, and lets it be removed', async () => {
  const { page, problems } = await openPage(browser);
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('WebAuthn.enable');
  await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await signUp(page, 'grace@example.org', 'Grace Hopper');
  await page.goto(`${site.url}/settings/passkeys`);
  await page.getByLabel('Name of the new passkey').fill('Test key');
  await page.getByRole('button', { name: 'Make a passkey' }).click();
  await page.getByText('Test key').waitFor();
  await page.locator('summary').click();
  await page.getByRole('button', { name: 'Sign out' }).click();

  await page.goto(`${site.url}/sign-in?next=/settings/sessions`);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.waitForURL(`${site.url}/settings/sessions`);
  await page.getByText('this one').waitFor();

  await page.goto(`${site.url}/settings/passkeys`);
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.waitForURL(/passkeys/);
  expect(await page.getByText('Test key').count()).toBe(0);
  await page.goto(`${site.url}/sign-out`);
  await page.locator('main').getByRole('button', { name: 'Sign out' }).click();
  await page.goto(`${site.url}/sign-in`);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText('This passkey was not accepted').waitFor();
  expect(problems.filter((text) => !text.includes('401'))).toEqual([]);
  await page.close();
});

it('makes the operator the admin, by the link that the start prints', async () => {
  const link = /\/sign-up\/admin\?token=[\w-]+/.exec(site.output.stdout)?.[0];
  const page = await browser.newPage();
  await page.goto(`${site.url}${link}`);
  await page.getByLabel('Name').fill('Root');
  await page.getByLabel('E-mail address').fill('root@example.org');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Become the admin' }).click();
  await page.waitForURL(`${site.url}/settings`);
  await page.goto(`${site.url}/settings/tokens`);
  expect(await page.getByLabel('Moderate and administer').count()).toBe(1);
  await page.close();
});

it('goes to pages of this site only, after signing in', async () => {
  const page = await browser.newPage();
  await signUp(page, 'joan@example.org', 'Joan Clarke');
  for (const next of [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/.//evil.example',
  ]) {
    await page.context().clearCookies();
    await page.goto(`${site.url}/sign-in?next=${encodeURIComponent(next)}`);
    await signIn(page, 'joan@example.org');
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    expect(page.url()).toBe(`${site.url}/`);
  }
  await page.close();
});

it('uses no link up by looking at it', async () => {
  const page = await browser.newPage();
  await page.goto(`${site.url}/sign-up`);
  await page.getByLabel('Name').fill('Hedy');
  await page.getByLabel('E-mail address').fill('hedy@example.org');
  await page.getByRole('button', { name: 'Send me the link' }).click();
  const link = linkIn(await mailTo('hedy@example.org'));
  for (let visit = 0; visit < 3; visit += 1) expect((await fetch(link)).status).toBe(200);
  await page.goto(link);
  await page.getByRole('button', { name: 'Confirm and sign in' }).click();
  await page.getByText('Account of Hedy').waitFor({ state: 'attached' });
  await page.close();
});

it('keeps pages of people out of shared caches, and cookies from scripts', async () => {
  const page = await browser.newPage();
  await signUp(page, 'katherine@example.org', 'Katherine Johnson');
  const response = await page.goto(`${site.url}/about`);
  expect(response?.headers()).toMatchObject({ 'cache-control': 'private, no-cache' });
  expect(response?.headers()['vary']).toMatch(/Cookie/);
  expect(await page.content()).not.toContain('katherine@example.org');
  expect(await page.evaluate(() => document.cookie)).toBe('');
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({ name: 'wp_session', httpOnly: true, sameSite: 'Lax', path: '/' });
  await page.close();
});

it('refuses what another site makes a browser send', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signUp(page, 'mary@example.org', 'Mary Somerville');
  const cookie = await sessionCookie(context);
  const paths = [
    '/settings?/name',
    '/settings/delete',
    '/settings/passkeys/options',
    '/sign-out',
    '/sign-in?/password',
  ];
  const types = ['application/x-www-form-urlencoded', 'application/json', 'text/plain'];
  const origins = [{ Origin: 'https://evil.example' }, { Origin: 'null' }, {}];
  for (const path of paths) {
    for (const type of types) {
      for (const origin of origins) {
        const answer = await fetch(`${site.url}${path}`, {
          method: 'POST',
          headers: { 'Content-Type': type, Cookie: cookie, ...origin },
          body: 'name=Mallory',
          redirect: 'manual',
        });
        expect([path, type, answer.status]).toEqual([path, type, 403]);
      }
    }
  }
  await page.goto(`${site.url}/settings`);
  await page.getByText('Mary Somerville · @').waitFor();
  await context.close();
});

it('lets a session go nowhere but to its owner', async () => {
  const [ada, eve] = [await browser.newContext(), await browser.newContext()];
  const [page, other] = [await ada.newPage(), await eve.newPage()];
  await signUp(page, 'emmy@example.org', 'Emmy Noether');
  await signUp(other, 'eve@example.org', 'Eve');
  await page.goto(`${site.url}/settings/sessions`);
  await signInElsewhere('emmy@example.org');
  await page.reload();
  const id = await page.locator('input[name=session]').getAttribute('value');
  const answer = await fetch(`${site.url}/settings/sessions?/end`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      Cookie: await sessionCookie(eve),
      Origin: site.url,
    },
    body: `session=${id}`,
  });
  expect(answer.status).toBe(200);
  await page.reload();
  expect(await page.locator('input[name=session]').count()).toBe(1);
  await page.getByRole('button', { name: 'End', exact: true }).click();
  await page.waitForURL(/sessions/);
  expect(await page.locator('input[name=session]').count()).toBe(0);
  await Promise.all([ada.close(), eve.close()]);
});

it('lets nobody into the settings', async () => {
  const sections = ['', '/sessions', '/passkeys', '/tokens', '/export', '/delete', '/address'];
  for (const path of sections.map((section) => `/settings${section}`)) {
    const page = await fetch(`${site.url}${path}`, { redirect: 'manual' });
    expect([path, page.status, page.headers.get('location')]).toEqual([
      path,
      303,
      `/sign-in?next=${encodeURIComponent(path)}`,
    ]);
  }
  const changes = [
    ['/settings?/name', '/settings?/email', '/settings?/password', '/settings/sessions?/end'],
    ['/settings/sessions?/endOthers', '/settings/passkeys?/remove', '/settings/tokens?/create'],
    ['/settings/tokens?/revoke', '/settings/delete', '/settings/address'],
    ['/settings/passkeys/options', '/settings/passkeys/add', '/settings/export/download'],
  ].flat();
  for (const path of changes) {
    const answer = await fetch(`${site.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: site.url },
      body: 'x=1',
      redirect: 'manual',
    });
    expect([path, answer.status]).toEqual([path, 401]);
  }
});

it('takes tokens of programs below /api only, and for what they may do', async () => {
  const page = await browser.newPage();
  await signUp(page, 'annie@example.org', 'Annie Easley');
  await page.goto(`${site.url}/settings/tokens`);
  await page.getByLabel('Name').fill('Reader');
  await page.getByRole('button', { name: 'Make the token' }).click();
  const token = await page.locator('code.token').textContent();
  const ask = async (path: string, method: string, sent = token) => {
    const headers = { Authorization: `Bearer ${sent}` };
    return (await fetch(`${site.url}${path}`, { method, headers, redirect: 'manual' })).status;
  };
  expect(await ask('/api/none', 'GET')).toBe(404);
  expect(await ask('/api/none', 'GET', `wp_${'x'.repeat(43)}`)).toBe(401);
  expect(await ask('/api/none', 'POST')).toBe(403);
  expect(await ask('/settings', 'GET')).toBe(303);
  await page.close();
});

it('has accessible pages in both themes', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme });
    for (const path of [
      '/sign-in',
      '/sign-up',
      '/sign-in/password',
      '/sign-in/link?token=x&new=1',
    ]) {
      await page.goto(`${site.url}${path}`);
      expect([path, await accessibilityProblems(page)]).toEqual([path, []]);
    }
    await page.goto(`${site.url}/sign-in`);
    await signIn(page, 'joan@example.org');
    await page.waitForURL(`${site.url}/`);
    for (const section of ['', '/sessions', '/passkeys', '/tokens', '/export', '/delete']) {
      await page.goto(`${site.url}/settings${section}`);
      expect([section, await accessibilityProblems(page)]).toEqual([section, []]);
    }
    await page.close();
  }
});

async function sessionCookie(context: BrowserContext): Promise<string> {
  const cookies = await context.cookies();
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}

async function signInElsewhere(email: string): Promise<void> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${site.url}/sign-in`);
  await signIn(page, email);
  await page.waitForURL(`${site.url}/`);
  await context.close();
}
