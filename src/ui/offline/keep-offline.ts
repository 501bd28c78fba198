/** Keeps the app for offline, in the background, from the first visit on. */
import { isolate } from './isolate';
import { offerNewVersions } from './new-version';

/**
 * Registers the service worker of the built app. Where there is none (a private window, a page that is driven by a program)
 * the app works as before, online.
 */
export async function keepOffline(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const url = new URL('service.worker.js', document.baseURI);
  const registration = await navigator.serviceWorker.register(url).catch(() => undefined);
  if (!registration) return;
  offerNewVersions(registration);
  await isolate();
}
