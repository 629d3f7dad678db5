const longestHoldMs = 20;
let lastTurn = 0;

/**
 * Lets the thread's event loop take a turn if it has not had one for 20 ms. WebAssembly runs resolve
 * without one, so that without this neither timers nor messages (to stop, say) would be heard while a
 * training loop goes on.
 */
export async function letOthersRun(): Promise<void> {
  if (performance.now() - lastTurn < longestHoldMs) return;
  await turn();
  lastTurn = performance.now();
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') {
      setImmediate(resolve);
      return;
    }
    // Browsers delay nested timers by 4 ms; a message takes a turn at once.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
