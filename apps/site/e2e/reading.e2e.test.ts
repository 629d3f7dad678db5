import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems, openPage, startBrowser, watch } from './browser.ts';
import { startSite, type RunningSite } from './server.ts';

let site: RunningSite;
let browser: Browser;
beforeAll(async () => {
  [site, browser] = await Promise.all([startSite(), startBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

const paper = '/papers/2409.02426';
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(site.url + path, { redirect: 'manual', headers });

describe('the front page', () => {
  it('lists the papers of the newest day first and reaches all others', async () => {
    const { page } = await openPage(browser);
    await page.goto(site.url);
    const days = await page
      .locator('main h2 time')
      .evaluateAll((times) => times.map((time) => time.getAttribute('datetime') ?? ''));
    expect(days.length).toBeGreaterThan(10);
    expect(days).toEqual(days.toSorted().toReversed());
    const reached = new Set<string>();
    for (let more = true; more;) {
      const links = await page
        .locator('article h3 a')
        .evaluateAll((anchors) => anchors.map((anchor) => anchor.getAttribute('href') ?? ''));
      for (const link of links) reached.add(link);
      const next = page.getByRole('link', { name: 'Earlier papers' });
      more = (await next.count()) > 0;
      if (more) await next.click();
    }
    expect(reached.size).toBe(45);
    expect(reached).toContain(paper);
  });

  it('leads from day to day and back', async () => {
    const { page } = await openPage(browser);
    await page.goto(site.url);
    const newest = await page.locator('main h2 time').first().getAttribute('datetime');
    const days = page.getByRole('navigation', { name: 'Days' });
    await expect(days.getByText('No later day').count()).resolves.toBe(1);
    await days.locator('a[rel=prev]').click();
    const earlier = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    expect(earlier < (newest ?? '')).toBe(true);
    expect(await page.locator('article').count()).toBeGreaterThan(0);
    await days.locator('a[rel=next]').click();
    expect(page.url()).toBe(`${site.url}/papers/date/${newest}`);
  });

  it('goes to any day by a form that needs no script', async () => {
    const { page } = await openPage(browser, { javaScriptEnabled: false });
    await page.goto(site.url);
    await page.getByLabel('Go to a day').fill('2024-09-04');
    await page.getByRole('button', { name: 'Go' }).click();
    expect(page.url()).toBe(`${site.url}/papers/date/2024-09-04`);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(
      'Wednesday 4 September 2024',
    );
    expect(await page.locator(`a[href="${paper}"]`).count()).toBe(1);
  });
});

describe('a day without papers', () => {
  it('says why and links to the nearest that has some', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${site.url}/papers/date/2024-09-08`);
    expect(await page.locator('main').textContent()).toContain('It is a weekend');
    await page.locator('.empty a').click();
    expect(await page.locator('article').count()).toBeGreaterThan(0);
  });
});

describe('a paper', () => {
  it('shows facts, our summary, claims, links and how to run it', async () => {
    const { page, problems } = await openPage(browser);
    await page.goto(site.url + paper);
    const main = await page.locator('main').innerText();
    for (const text of [
      'Diffusion Models Learn Low-Dimensional Distributions via Subspace Clustering',
      'Peng Wang, Huijie Zhang, Zekai Zhang, Siyi Chen, Yi Ma, Qing Qu',
      'Our summary',
      'not the authors’ abstract',
      'npx wp run subspace-diffusion --preset quick',
    ]) {
      expect(main).toContain(text);
    }
    const hrefs = await page
      .locator('header a.button')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(hrefs).toContain('https://arxiv.org/abs/2409.02426');
    expect(hrefs).toContain('https://arxiv.org/pdf/2409.02426');
    expect(await page.locator('#claim-c1').innerText()).toContain('PCA');
    expect(problems).toEqual([]);
  });

  it('shows the source of its method, each line with an address', async () => {
    const { page } = await openPage(browser);
    await page.goto(`${site.url}${paper}#L3`);
    const listing = page.getByRole('region', { name: /Source of papers/ });
    expect(await listing.locator('.keyword').count()).toBeGreaterThan(5);
    expect(await listing.locator('#L3:target').count()).toBe(1);
    expect(await listing.innerText()).toContain('posteriorMean');
  });

  it('is found by id with and without version; its name redirects', async () => {
    expect((await get(paper)).status).toBe(200);
    expect((await get(`${paper}v2`)).status).toBe(200);
    const bySlug = await get('/papers/subspace-diffusion');
    expect([bySlug.status, bySlug.headers.get('location')]).toEqual([308, paper]);
    const toRun = await get('/papers/subspace-diffusion/run');
    expect([toRun.status, toRun.headers.get('location')]).toEqual([308, `${paper}/run`]);
  });

  it('says so where nothing runs here yet', async () => {
    const html = await (await get('/papers/2411.10397')).text();
    expect(html).toContain('no implementation of this paper here yet');
    const run = await get('/papers/2411.10397/run');
    expect(run.status).toBe(404);
    expect(await run.text()).toContain('has no implementation here yet');
  });
});

describe('bad addresses', () => {
  it.each([
    ['/papers/date/2025-13-40', 400, 'is not a day'],
    ['/papers/date/2023-02-29', 400, 'is not a day'],
    ['/papers/date/yesterday', 400, 'is not a day'],
    ['/papers/date/2999-01-01', 404, 'has not come yet'],
    ['/papers/date?day=never', 400, 'is not a day'],
    ['/papers?before=now', 400, 'is not a day'],
    ['/papers/9999.99999', 404, 'There is no paper 9999.99999 here'],
    ['/papers/no-such-paper', 404, 'neither an arXiv id'],
    ['/papers/%3Cscript%3Ealert(1)%3C%2Fscript%3E', 404, '&lt;script>'],
    ['/papers/%00', 404, 'neither an arXiv id'],
    ['/nowhere', 404, 'There is no page at this address'],
    ['/data/cifar.safetensors', 404, 'There is no data set'],
    [`${paper}/figures/quick-nothing.svg`, 404, 'There is no figure'],
    [`${paper}/figures/..%2Fquick.json`, 404, 'There is no figure'],
  ])('%s answers %i', async (path, status, text) => {
    const response = await get(path);
    const body = await response.text();
    expect([response.status, body.includes(text)]).toEqual([status, true]);
    expect(body).not.toMatch(/<script|style=|<style/);
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src '(self|none)';/);
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe');
  });

  it('answers a broken escape without falling over', async () => {
    expect((await get('/papers/%E0%A4%A')).status).toBe(400);
    expect((await get('/')).status).toBe(200);
  });
});

describe('reading pages', () => {
  const pages = [
    '/',
    '/papers?before=2024-06-01',
    '/papers/date/2024-09-04',
    paper,
    '/about',
    '/nowhere',
  ];

  it.each(pages)('%s carries no script and keeps a strict policy', async (path) => {
    const response = await get(path);
    expect(await response.text()).not.toMatch(/<script|\son\w+=|style=/i);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("style-src 'self'");
    expect(policy).not.toMatch(/unsafe|http/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('referrer-policy')).toBe('strict-origin-when-cross-origin');
  });

  it('weigh at most 60 kB with fonts, compressed', async () => {
    for (const path of pages) {
      const { page } = await openPage(browser);
      const sizes: number[] = [];
      page.on('response', (response) => {
        const size = response.request().sizes();
        void size.then(({ responseBodySize }) => sizes.push(responseBodySize));
      });
      await page.goto(site.url + path, { waitUntil: 'networkidle' });
      await page.waitForTimeout(100);
      await page.close();
      expect(sizes.length, path).toBeGreaterThan(2);
      expect(
        sizes.reduce((sum, size) => sum + size, 0),
        path,
      ).toBeLessThan(60_000);
    }
  });

  it('ask nobody else for anything', async () => {
    const { page } = await openPage(browser);
    const foreign: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(site.url)) foreign.push(request.url());
    });
    for (const path of pages) await page.goto(site.url + path, { waitUntil: 'networkidle' });
    expect(foreign).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'please axe in the %s theme, wide and narrow',
    async (colorScheme) => {
      for (const width of [390, 1280]) {
        const { page, problems } = await openPage(browser, {
          colorScheme,
          viewport: { width, height: 800 },
        });
        for (const path of [...pages, `${paper}/run`]) {
          await page.goto(site.url + path);
          expect(await accessibilityProblems(page), `${path} at ${width}`).toEqual([]);
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(overflow, `${path} at ${width} scrolls sideways`).toBe(0);
        }
        expect(problems.filter((problem) => !problem.includes('404'))).toEqual([]);
        await page.close();
      }
    },
  );

  it('do not move while they load', async () => {
    const { page } = await openPage(browser, { viewport: { width: 390, height: 844 } });
    const readShifts = await watch(page, 'layout-shift');
    for (const path of ['/', paper]) {
      await page.goto(site.url + path, { waitUntil: 'networkidle' });
      await page.waitForTimeout(200);
      const shifts = await readShifts();
      expect(
        shifts.reduce((sum, shift) => sum + shift, 0),
        path,
      ).toBeLessThan(0.02);
    }
  });

  it('can be entered past the header by keyboard', async () => {
    const { page } = await openPage(browser);
    await page.goto(site.url + paper);
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
  });

  it('are sent compressed, and not again while they stay the same', async () => {
    const first = await get('/', { 'accept-encoding': 'gzip' });
    expect(first.headers.get('content-encoding')).toBe('gzip');
    const etag = first.headers.get('etag') ?? '';
    expect((await get('/', { 'if-none-match': etag })).status).toBe(304);
  });
});
