import { costOf, type Prices, type Usage } from './cost';

/** The user's limit does not allow another question. */
export class BudgetReachedError extends Error {
  override readonly name = 'BudgetReachedError';
  constructor(spent: number, next: number, limit: number) {
    super(
      `the limit of ${limit} is reached: ${spent.toFixed(4)} is spent, and the next question may cost up to ` +
        `${next.toFixed(4)}. What is answered is kept; with a higher limit it goes on from there`,
    );
  }
}

/**
 * A limit that is never passed: a question is asked only when what is spent, what is under way at its worst, and the
 * question itself at its worst fit below it.
 */
export class Budget {
  #reserved = 0;
  #wake: (() => void)[] = [];

  /**
   * @param limit in the currency of the prices; none if left out
   * @param spent before, in earlier sittings
   */
  constructor(
    private readonly prices: Prices,
    private readonly limit = Infinity,
    private spent = 0,
  ) {}

  /**
   * Takes `worst` out of the budget, waiting for questions under way where it does not fit beside them.
   * @returns to be called with what was really used, or nothing if the question failed
   * @throws BudgetReachedError if it does not fit even alone; the signal's reason when it is aborted meanwhile
   */
  async reserve(worst: Usage, stop?: AbortSignal): Promise<(used?: Usage) => void> {
    const most = costOf(worst, this.prices);
    while (this.spent + this.#reserved + most > this.limit) {
      if (this.#reserved === 0) throw new BudgetReachedError(this.spent, most, this.limit);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
      stop?.throwIfAborted();
    }
    this.#reserved += most;
    let open = true;
    return (used) => {
      if (!open) return;
      open = false;
      // Sums of fractions: what is left of nothing must be nothing.
      this.#reserved = Math.max(0, this.#reserved - most);
      if (this.#reserved < 1e-12) this.#reserved = 0;
      if (used) this.spent += costOf(used, this.prices);
      for (const wake of this.#wake.splice(0)) wake();
    };
  }
}
