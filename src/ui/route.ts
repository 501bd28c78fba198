/** Addresses of the app's pages: `#/data/abc?search=wing` is page `data`, rest `['abc']`, query `search=wing`. */

export const PAGES = ['home', 'data', 'fine-tune', 'rank', 'results'] as const;
export type PageName = (typeof PAGES)[number];

export interface Route {
  page: PageName;
  /** What follows the page's name, decoded. */
  rest: string[];
  query: URLSearchParams;
}

/** Reads a location's hash; what is no page's address leads home. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [first = '', ...rest] = path.split('/').filter(Boolean).map(decodeURIComponent);
  const page = PAGES.find((name) => name === first) ?? 'home';
  return { page, rest, query: new URLSearchParams(query) };
}

/** The hash of a page. */
export function address(page: PageName, rest: string[] = [], query: Record<string, string> = {}): string {
  const path = [page, ...rest].map(encodeURIComponent).join('/');
  const search = new URLSearchParams(query).toString();
  return `#/${path}${search ? `?${search}` : ''}`;
}
