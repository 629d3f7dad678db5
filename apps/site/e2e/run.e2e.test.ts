import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, CDPSession } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runtimeBytes } from '../src/lib/run/runtimeSize.ts';
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

const path = '/papers/2409.02426/run';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds on the clock. */
  readonly dur?: number;
  /** Microseconds of processor time. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** Traces the tasks of the page's main thread until called. */
async function traceTasks(session: CDPSession): Promise<() => Promise<TraceEvent[]>> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    // The boundary to the debugger, which types events as plain objects.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    events.push(...(value as unknown as TraceEvent[]));
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'disabled-by-default-devtools.timeline'] },
  });
  return async () => {
    const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
    await session.send('Tracing.end');
    await complete;
    const mains = events.filter(
      ({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain',
    );
    return events.filter(
      ({ name, ph, pid, tid }) =>
        ph === 'X' &&
        name.endsWith('RunTask') &&
        mains.some((main) => main.pid === pid && main.tid === tid),
    );
  };
}

describe('the run page', () => {
  it('says what it will load, and loads nothing of it before a click', async () => {
    const { page, problems } = await openPage(browser);
    const requested: string[] = [];
    page.on('request', (request) => requested.push(new URL(request.url()).pathname));
    await page.goto(site.url + path, { waitUntil: 'networkidle' });
    expect(await page.locator('main').innerText()).toMatch(/fetches about\s+[\d.]+ MB/);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(requested.filter((one) => /wasm|worker|\/data\//.test(one))).toEqual([]);
    expect(problems).toEqual([]);
    await page.close();
  });

  it('names the size that the runtime has', async () => {
    const folder = fileURLToPath(new URL('../build/client/_app/', import.meta.url));
    const page = await (await fetch(site.url + path)).text();
    expect(page).toContain(`${(runtimeBytes / 1e6).toFixed(1)} MB`);
    const files = await readdir(folder, { recursive: true });
    const runtime = files.filter((file) => /ort-wasm.*\.(wasm|mjs)\.br$/.test(file));
    expect(runtime).toHaveLength(2);
    const sizes = await Promise.all(
      runtime.map(async (file) => (await stat(join(folder, file))).size),
    );
    const real = sizes.reduce((sum, size) => sum + size, 0);
    expect(Math.abs(runtimeBytes - real) / real).toBeLessThan(0.1);
  });

  it('carries at most 60 kB of script before the runtime', async () => {
    const { page } = await openPage(browser);
    let bytes = 0;
    page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return;
      void response
        .request()
        .sizes()
        .then(({ responseBodySize }) => (bytes += responseBodySize));
    });
    await page.goto(site.url + path, { waitUntil: 'networkidle' });
    await page.waitForTimeout(100);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(60_000);
    await page.close();
  });

  it('runs the experiment: rows arrive, a figure changes, the page stays quick, Stop stops', async () => {
    const { page, problems } = await openPage(browser);
    const readLongTasks = await watch(page, 'longtask');
    await page.goto(site.url + path);
    const run = page.getByRole('button', { name: 'Run', exact: true });
    await run.and(page.locator(':enabled')).waitFor();
    const session = await page.context().newCDPSession(page);
    const before = (await readLongTasks()).length;
    const tasks = await traceTasks(session);
    await run.click();

    const figures = page.locator('section:has(#experiment) svg.figure');
    await figures.first().waitFor();
    const firstPicture = await figures.first().innerHTML();
    const rowCount = async () =>
      Number(
        /\d+/.exec(await page.getByRole('heading', { name: /Measured rows/ }).innerText())?.[0],
      );
    const firstCount = await rowCount();
    expect(firstCount).toBeGreaterThan(0);
    await page.waitForFunction(
      ([count, picture]) => {
        const heading = [...document.querySelectorAll('h3')].find((one) =>
          one.textContent.includes('Measured rows'),
        );
        const figure = document.querySelector('section:has(#experiment) svg.figure');
        return (
          Number(/\d+/.exec(heading?.textContent ?? '')?.[0]) > Number(count) &&
          figure?.innerHTML !== picture
        );
      },
      [firstCount, firstPicture] as const,
    );
    expect(await page.locator('progress').getAttribute('value')).not.toBe('0');

    await page.getByRole('button', { name: 'Stop' }).click();
    await page
      .getByText(/Stopped: \d+ rows measured before/)
      .first()
      .waitFor();
    const afterStop = await rowCount();
    await page.waitForTimeout(500);
    expect(await rowCount()).toBe(afterStop);
    expect(await page.getByRole('alert').count()).toBe(0);

    // On a machine that others use too, a task may wait for a processor: then it is long by the clock
    // and short by what it did. Only such tasks may be over the limit.
    const long = (await tasks()).filter(({ dur = 0 }) => dur > 100e3);
    expect(long.filter(({ tdur = Infinity }) => tdur > 50e3)).toEqual([]);
    const observed = (await readLongTasks()).slice(before).filter((duration) => duration > 100);
    expect(observed.length).toBeLessThanOrEqual(long.length);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(problems).toEqual([]);
    await page.close();
  });
});
