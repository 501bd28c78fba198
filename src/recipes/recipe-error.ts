/** What is wrong with a recipe, and where. */
export interface RecipeProblem {
  /** From 1; absent for what `--set` said. */
  line?: number;
  /** `stages.0.training.loss`; empty for the file as a whole. */
  key: string;
  /** What was expected, what was found, what to do. */
  reason: string;
}

/** A recipe that cannot be run. Its message has a line a problem: `recipe.yaml:12: sampling.trainSize: unknown key; …`. */
export class RecipeError extends Error {
  override name = 'RecipeError';

  constructor(
    readonly fileName: string,
    readonly problems: readonly RecipeProblem[],
  ) {
    const inWords = ({ line, key, reason }: RecipeProblem) =>
      `${fileName}${line === undefined ? '' : `:${line}`}: ${key ? `${key}: ` : ''}${reason}`;
    super(problems.map(inWords).join('\n'));
  }
}
