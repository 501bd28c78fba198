/** What is wrong with a recipe, and where. */
export interface RecipeProblem {
  /** From 1; absent for what `--set` said. */
  line?: number;
  /** The `a.b=c` that said it, where it was not the file. */
  override?: string;
  /** `stages.0.training.loss`; empty for the file as a whole. */
  key: string;
  /** What was expected, what was found, what to do. */
  reason: string;
}

/** A recipe that cannot be run. Its message has all problems: `recipe.yaml:12: sampling.trainSize: unknown key; … | …`. */
export class RecipeError extends Error {
  override name = 'RecipeError';

  constructor(
    readonly fileName: string,
    readonly problems: readonly RecipeProblem[],
  ) {
    super(problems.map((problem) => inWords(problem, fileName)).join(' | '));
  }
}

function inWords({ line, override, key, reason }: RecipeProblem, fileName: string): string {
  const where = override === undefined ? `${fileName}${line === undefined ? '' : `:${line}`}` : `--set ${override}`;
  return `${where}: ${key ? `${key}: ` : ''}${reason}`;
}
