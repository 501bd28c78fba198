/** What early stopping remembers between validations. */
export interface Patience {
  /** Lowest validation loss so far; null before the first validation. */
  best: number | null;
  /** Validations since then. */
  waited: number;
}

export const FRESH: Patience = { best: null, waited: 0 };

/**
 * Takes a validation loss into account.
 *
 * @param patience validations without a lower loss before training stops; 0 for never
 */
export function afterValidation(
  { best, waited }: Patience,
  loss: number,
  patience: number,
): Patience & { improved: boolean; stop: boolean } {
  const improved = best === null || loss < best;
  const now = improved ? 0 : waited + 1;
  return { best: improved ? loss : best, waited: now, improved, stop: patience > 0 && now >= patience };
}
