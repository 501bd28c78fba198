/** The one place that errors come to: shown at the top of the page until dismissed. */

export interface Problem {
  id: number;
  /** What was being done: "Importing corpus.tsv". */
  what: string;
  /** The error's own words: they name the thing, the place and what to do. */
  message: string;
}

class Problems {
  list = $state<Problem[]>([]);
  #next = 0;

  report(what: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (this.list.some((problem) => problem.what === what && problem.message === message)) return;
    this.list.push({ id: this.#next++, what, message });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((problem) => problem.id !== id);
  }

  /** Does the work; an error of it is shown, and the result is then undefined. */
  async watch<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.report(what, error);
      return undefined;
    }
  }
}

export const problems = new Problems();
