/** What a verb of the command line is. */
import type { Flag, Flags } from '../flags.ts';
import type { Session } from '../session.ts';

export interface Verb {
  /** One line for the help. */
  summary: string;
  flags: Record<string, Flag>;
  /** Does the work and prints its result; `json` asks for one JSON object as the last line. */
  run(session: Session, flags: Flags, json: boolean): Promise<void>;
}

/** A flag's text; undefined when it was not given. */
export function text(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}
