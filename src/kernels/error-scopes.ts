/**
 * Runs `attempt` and keeps the GPU errors that it causes from counting as the device's own: for programs that may not work on
 * every driver, and that one can do without. Nothing else may use the device meanwhile.
 * @returns what `attempt` returns, or the first error.
 */
export async function attempted<T>(device: GPUDevice, attempt: () => Promise<T>): Promise<T | Error> {
  for (const filter of SCOPES) device.pushErrorScope(filter);
  const result = await attempt().catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
  const errors = await Promise.all(SCOPES.map(() => device.popErrorScope()));
  const first = errors.find((error) => error !== null);
  return first ? new Error(first.message) : result;
}

const SCOPES: GPUErrorFilter[] = ['validation', 'internal'];
