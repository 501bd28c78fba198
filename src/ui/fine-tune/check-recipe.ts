/** What is wrong with a recipe's text, by line. */
import { parseDocument } from 'yaml';

export interface RecipeProblem {
  message: string;
  /** From 1. */
  line?: number;
}

/** Problems of the YAML itself; the recipe's own rules are checked where they are known. */
export function problemsOf(yaml: string): RecipeProblem[] {
  return parseDocument(yaml).errors.map((error) => ({
    message: error.message.split('\n')[0] ?? error.message,
    line: error.linePos?.[0].line,
  }));
}
