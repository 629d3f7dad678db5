/** How often a screen reader hears how far a run is. */
const intervalMs = 10_000;

/**
 * Text for a polite live region: the first and the last word at once, what lies between seldom.
 *
 * @param read - What there is to say now; called inside an effect.
 */
export function createAnnouncer(read: () => string) {
  let text = $state('');
  let lastMs = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;

  $effect(() => {
    const next = read();
    const waitMs = lastMs + intervalMs - performance.now();
    const isProgress = next.includes('percent');
    clearTimeout(timer);
    const say = (): void => {
      text = next;
      lastMs = performance.now();
    };
    if (!isProgress || waitMs <= 0) say();
    else timer = setTimeout(say, waitMs);
  });
  $effect(() => () => clearTimeout(timer));

  return {
    get text() {
      return text;
    },
  };
}
