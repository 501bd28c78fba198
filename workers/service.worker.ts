/**
 * The service worker. Keeps the app itself, its demo included, so that it opens without a network; isolates the page where
 * the host does not (`service/isolated.ts`); and lets a new version wait until the page asks for it. What the page fetches
 * from elsewhere (the hub, a teacher's endpoint) never passes through here.
 */
import { clientsClaim } from 'workbox-core';
import { ExpirationPlugin } from 'workbox-expiration';
import { addPlugins, cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import type { PrecacheEntry } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { CacheFirst } from 'workbox-strategies';
import { isolated } from './service/isolated';

declare let self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (string | PrecacheEntry)[] };

const isolating = { handlerWillRespond: async ({ response }: { response: Response }) => isolated(response) };

addPlugins([isolating]);
cleanupOutdatedCaches();
precacheAndRoute(self.__WB_MANIFEST);
// The app has one document; its pages are fragments.
registerRoute(new NavigationRoute(createHandlerBoundToURL('index.html'), { allowlist: [/\/(index\.html)?(\?.*)?$/] }));

// What is too large to be fetched before it is wanted (the ONNX runtime of teachers, 27 MB) is kept from its first use on.
const assets = new URL('assets/', self.registration.scope).href;
registerRoute(
  ({ url }) => url.href.startsWith(assets),
  new CacheFirst({ cacheName: 'large-files', plugins: [new ExpirationPlugin({ maxEntries: 2 }), isolating] }),
);

// The very first page is kept working offline too, not only the next one.
clientsClaim();

self.addEventListener('message', ({ data }) => {
  if (data === 'take over') void self.skipWaiting();
});
