/** Headers for every page. */
const always: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** WebAssembly threads share memory, which browsers allow only on a page that no other origin can reach. */
const onRunPages: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Hash of the style attribute by which the framework hides its announcer of page changes. */
const announcerStyle = "'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='";

/** Whether the route is one that runs experiments in the visitor's browser. */
export function isRunRoute(routeId: string | null): boolean {
  return routeId === '/papers/[id]/run';
}

/** For answers that are not pages: errors outside their frame, files, data. */
const strictPolicy =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Adds the security headers to a response; on pages the framework has set a policy of their content. */
export function secure(headers: Headers, routeId: string | null): void {
  for (const [name, value] of Object.entries(always)) headers.set(name, value);
  if (!headers.has('content-security-policy')) headers.set('Content-Security-Policy', strictPolicy);
  if (headers.get('content-type')?.startsWith('text/html') && !headers.has('cache-control')) {
    // Ask each time: the answer is a short 304, and a new build shows at once.
    headers.set('Cache-Control', 'no-cache');
  }
  if (!isRunRoute(routeId)) return;
  for (const [name, value] of Object.entries(onRunPages)) headers.set(name, value);
  const policy = headers.get('content-security-policy');
  if (policy !== null) {
    const scripts = policy.replace('script-src ', "script-src 'wasm-unsafe-eval' ");
    headers.set(
      'Content-Security-Policy',
      `${scripts}; style-src-attr 'unsafe-hashes' ${announcerStyle}`,
    );
  }
}
