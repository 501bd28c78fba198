/** A new version of the app waits until the user takes it, and is not taken while any tab is at work. */
import { toasts } from '../toasts.svelte';
import { workUnderWay } from './work-under-way';

const LOOK_EVERY_MS = 60 * 60 * 1000;

/** Offers what waits now and what comes later. */
export function offerNewVersions(registration: ServiceWorkerRegistration): void {
  let taking = false;

  const offer = (worker: ServiceWorker, message = 'A new version is ready.') =>
    toasts.show(message, { label: 'Reload', run: () => void take(worker) }, 'stays');

  async function take(worker: ServiceWorker): Promise<void> {
    if (await workUnderWay()) {
      offer(worker, 'The new version waits: something is still running, here or in another tab.');
      return;
    }
    taking = true;
    worker.postMessage('take over');
  }

  const follow = (worker: ServiceWorker | null) =>
    worker?.addEventListener('statechange', () => {
      // The first version of all replaces nothing.
      if (worker.state === 'installed' && registration.active) offer(worker);
    });

  if (registration.waiting && registration.active) offer(registration.waiting);
  follow(registration.installing);
  registration.addEventListener('updatefound', () => follow(registration.installing));

  let controlled = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (taking) location.reload();
    else if (controlled) offerReload('A new version was taken in another tab.');
    controlled = true;
  });
  // A part of the app that is loaded only now, and that the host no longer has.
  addEventListener('vite:preloadError', () =>
    offerReload('A part of the app could not be loaded: there may be a new version.'),
  );

  setInterval(() => void registration.update().catch(() => undefined), LOOK_EVERY_MS);
}

/** Leaving a page at work asks first, so this may be offered at any time. */
function offerReload(message: string): void {
  toasts.show(message, { label: 'Reload', run: () => location.reload() }, 'stays');
}
