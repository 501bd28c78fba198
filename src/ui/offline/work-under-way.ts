/**
 * Whether some tab of the app is at work: experiments, imports, downloads and teachers each hold a lock of the browser
 * while they work (src/storage/claims.ts, workers/ranker/tab-lock.ts).
 */
export async function workUnderWay(): Promise<boolean> {
  return ((await navigator.locks?.query())?.held ?? []).length > 0;
}
