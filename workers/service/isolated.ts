/**
 * What makes a page cross-origin isolated, so that wasm may share memory between threads. A host that serves files and
 * nothing else cannot send these; the service worker puts them on what it hands out. (The idea is coi-serviceworker's.)
 */
export const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** The same response with the headers of isolation. What the page may not look into (status 0) is passed on as it is. */
export function isolated(response: Response): Response {
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(ISOLATION)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
