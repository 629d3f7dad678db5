import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems, openPage, startBrowser } from './browser.ts';
import { startSite, type RunningSite } from './server.ts';

let site: RunningSite;
let browser: Browser;
beforeAll(async () => {
  site = await startSite();
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

describe('the page of results', () => {
  it('works without script: words are marked, and the address is the state', async () => {
    const { page, problems } = await openPage(browser, { javaScriptEnabled: false });
    await page.goto(site.url);
    await page.getByRole('searchbox', { name: 'Search papers' }).fill('sparse autoencoder');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/papers\?q=sparse\+autoencoder$/);
    expect(await page.locator('mark').first().textContent()).toMatch(/sparse|autoencoder/i);
    expect(await page.getByText(/^\d+ papers/).isVisible()).toBe(true);
    await page.getByLabel('Order').selectOption('oldest');
    await page.getByLabel('Runs here').check();
    await page.getByRole('button', { name: 'Search' }).click();
    const { searchParams } = new URL(page.url());
    expect(searchParams.get('sort')).toBe('oldest');
    expect(searchParams.get('runs')).toBe('1');
    expect(await page.getByLabel('Order').inputValue()).toBe('oldest');
    expect(problems).toEqual([]);
    await page.close();
  });

  it('leads from an arXiv id or its address to the paper', async () => {
    for (const query of ['2409.02426', 'https://arxiv.org/abs/2409.02426v1']) {
      const answer = await fetch(`${site.url}/papers?q=${encodeURIComponent(query)}`, {
        redirect: 'manual',
      });
      expect(answer.status).toBe(302);
      expect(answer.headers.get('location')).toBe('/papers/2409.02426');
    }
  });

  it.each([
    ['from=2025-02-30', 400],
    ['verdict=perhaps', 400],
    ['sort=random', 400],
    ['q=noise&page=0', 400],
    ['like=9999.99999', 404],
    ['q=%00%ff', 200],
    ['q=%3Cscript%3Ealert(1)%3C/script%3E', 200],
  ])('answers %s with %d', async (query, status) => {
    const answer = await fetch(`${site.url}/papers?${query}`);
    expect(answer.status).toBe(status);
    expect(await answer.text()).not.toContain('<script>alert');
  });

  it('answers a query that is far too long', async () => {
    const answer = await fetch(`${site.url}/papers?q=${'x'.repeat(5000)}`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('No papers');
  });

  it('helps where nothing is found', async () => {
    const text = await (await fetch(`${site.url}/papers?q=qwertzuiop&family=sae`)).text();
    expect(text).toContain('Nothing here answers that');
    expect(text).toContain('without the filters');
  });

  it.each(['light', 'dark'] as const)('is accessible in %s', async (colorScheme) => {
    for (const query of ['q=diffusion', 'q=qwertzuiop', 'like=2409.02426']) {
      const { page } = await openPage(browser, { colorScheme });
      await page.goto(`${site.url}/papers?${query}`);
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.close();
    }
  });
});

describe('the search box', () => {
  it('shows papers while somebody types, by keyboard alone', async () => {
    const { page, problems } = await openPage(browser);
    await page.goto(site.url);
    await page.keyboard.press('/');
    await page.keyboard.type('diffusion mod');
    const box = page.getByRole('combobox', { name: 'Search papers' });
    const options = page.getByRole('option');
    await options.first().waitFor();
    expect(await box.inputValue()).toBe('diffusion mod');
    expect(await box.getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    expect(await options.first().getAttribute('aria-selected')).toBe('true');
    expect(await box.getAttribute('aria-activedescendant')).toBe(
      await options.first().getAttribute('id'),
    );
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('listbox').isHidden()).toBe(true);
    await page.keyboard.type('els');
    await options.first().waitFor();
    await page.keyboard.press('ArrowDown');
    const target = await options.first().getAttribute('href');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${site.url}${target}`);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('searches by Enter if nothing is chosen', async () => {
    const { page } = await openPage(browser);
    await page.goto(site.url);
    await page.keyboard.press('/');
    await page.keyboard.type('speculative decoding');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/papers\?q=speculative\+decoding$/);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Search');
    await page.close();
  });

  it('costs at most 15 KB, with all it loads', async () => {
    const html = await (await fetch(`${site.url}/about`)).text();
    const scripts = [...html.matchAll(/<script type="module" src="([^"]+)"/g)].map(
      ([, src]) => src,
    );
    expect(scripts).toHaveLength(1);
    const answer = await fetch(new URL(scripts[0] ?? '', `${site.url}/about`));
    const code = await answer.text();
    expect(code.length).toBeGreaterThan(500);
    expect(code.length).toBeLessThan(15_000);
    expect(code).not.toMatch(/^import|import\(/m);
  });

  it('is not sent to sign in for recommendations without saying where to', async () => {
    const answer = await fetch(`${site.url}/recommended`, { redirect: 'manual' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/sign-in?next=%2Frecommended');
  });
});
