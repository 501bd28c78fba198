/** Threads for wasm where the host does not send the headers they need: the service worker adds them, from the next load on. */
import { toasts } from '../toasts.svelte';
import { workUnderWay } from './work-under-way';

/** Remembers in this tab that it was tried: a browser that cannot isolate the page must not load it again and again. */
const TRIED = 'isolation tried';

let touched = false;
for (const event of ['pointerdown', 'keydown'])
  addEventListener(event, () => (touched = true), { capture: true, once: true });

/**
 * Loads the page once more when the service worker is there and the page is not isolated: by itself as long as nobody has
 * touched it and nothing is at work, else when the user says so.
 */
export async function isolate(): Promise<void> {
  if (crossOriginIsolated || sessionStorage.getItem(TRIED)) return;
  await navigator.serviceWorker.ready;
  const reload = () => {
    sessionStorage.setItem(TRIED, 'yes');
    location.reload();
  };
  // Looked at last: the page may be touched while the locks are asked for.
  if (!(await workUnderWay()) && !touched) return reload();
  toasts.show('The processor can be used by several threads after a reload.', { label: 'Reload', run: reload });
}
