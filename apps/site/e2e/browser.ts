import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright';

/** Starts the browser that tests use: the one that CHROMIUM_PATH names, else the system's. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] || '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-quic',
    ],
  });
}

/** A page that keeps what went wrong in it: errors, refusals of its policy, failed requests. */
export async function openPage(
  browser: Browser,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage(options);
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('requestfailed', (request) =>
    problems.push(`${request.url()}: ${request.failure()?.errorText}`),
  );
  return { page, problems };
}

/**
 * Watches the page through its own eyes.
 *
 * @param type - Kind of performance entry: tasks over 50 ms, or shifts of the layout.
 * @returns Reads what was seen so far: milliseconds, or scores.
 */
export async function watch(
  page: Page,
  type: 'longtask' | 'layout-shift',
): Promise<() => Promise<number[]>> {
  await page.addInitScript((kind) => {
    const seen: number[] = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const value = 'value' in entry ? entry.value : entry.duration;
        if (typeof value === 'number') seen.push(value);
      }
      // An attribute, because a script of the test shares nothing else with one of the page.
      document.documentElement.dataset[kind.replace('-', '')] = seen.join(' ');
    }).observe({ type: kind, buffered: true });
  }, type);
  return async () => {
    const text = await page.locator('html').getAttribute(`data-${type.replace('-', '')}`);
    return (text ?? '')
      .split(' ')
      .filter((part) => part !== '')
      .map(Number);
  };
}

/** What axe finds on the page, as text that names the rule and the element. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // Evaluated by the debugger: the page's own policy lets no foreign script in.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    // The boundary to a script that was put into the page just now.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const { axe: engine } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await engine.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}
