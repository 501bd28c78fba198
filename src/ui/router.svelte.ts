/** The page that is shown: the location's hash, as state. */
import { address, parseRoute, type PageName, type Route } from './route';

class Router {
  route = $state.raw<Route>(parseRoute(location.hash));

  constructor() {
    addEventListener('hashchange', () => (this.route = parseRoute(location.hash)));
  }

  go(page: PageName, rest: string[] = [], query: Record<string, string> = {}): void {
    location.hash = address(page, rest, query);
  }
}

export const router = new Router();
