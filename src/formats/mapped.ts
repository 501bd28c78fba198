/**
 * What a generator yields, each step as something else, and at the end its result. Left by its reader, it closes the generator too, so that what
 * that has open is given up.
 */
export async function* mapped<Step, As, Result>(
  steps: AsyncGenerator<Step, Result, void>,
  as: (step: Step) => As,
): AsyncGenerator<As, Result, void> {
  try {
    for (;;) {
      const step = await steps.next();
      if (step.done) return step.value;
      yield as(step.value);
    }
  } finally {
    // Of one that has ended this does nothing.
    await steps.return(undefined as never);
  }
}
