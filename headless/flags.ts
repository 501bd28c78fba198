/** Reads a verb's flags from a table, so that help, checks and meaning come from one place. */

/** A flag: its value's name in the help (none for a switch), what it is for, whether it must be given or may be repeated. */
export interface Flag {
  /** A letter that stands for it: `-f`. */
  short?: string;
  value?: string;
  help: string;
  required?: boolean;
  repeated?: boolean;
}

export type Flags = Record<string, string | true | string[]>;

/**
 * Reads `--name value`, `--name=value`, `-n value` and switches.
 * @throws naming the flag that is unknown, lacks its value, or is missing.
 */
export function readFlags(table: Record<string, Flag>, words: string[]): Flags {
  const flags: Flags = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const [name, inline] = word.startsWith('--') ? split(word.slice(2)) : [longOf(table, word), undefined];
    const flag = table[name];
    if (!flag) {
      throw new Error(
        `unknown flag ${word}; this verb has ${Object.entries(table)
          .map(([key, { short }]) => (short ? `-${short}/--${key}` : `--${key}`))
          .join(' ')}`,
      );
    }
    if (flags[name] !== undefined && !flag.repeated) throw new Error(`--${name} is given twice`);
    if (!flag.value) {
      flags[name] = true;
      continue;
    }
    const value = inline ?? words[++i];
    if (value === undefined) throw new Error(`--${name} needs a value: --${name} ${flag.value}`);
    if (flag.repeated) flags[name] = [...((flags[name] as string[] | undefined) ?? []), value];
    else flags[name] = value;
  }
  for (const [name, flag] of Object.entries(table)) {
    if (flag.required && flags[name] === undefined) throw new Error(`--${name} ${flag.value} is missing: ${flag.help}`);
  }
  return flags;
}

/** `-f` → the name of the flag that has this letter; empty if there is none. */
function longOf(table: Record<string, Flag>, word: string): string {
  if (!/^-[a-z]$/i.test(word)) return '';
  return Object.entries(table).find(([, { short }]) => short === word.slice(1))?.[0] ?? '';
}

function split(word: string): [string, string | undefined] {
  const at = word.indexOf('=');
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/** A number given by a flag. @throws naming the flag when it is none. */
export function numberFlag(flags: Flags, name: string, otherwise: number): number {
  const given = flags[name];
  if (given === undefined) return otherwise;
  const value = Number(given);
  if (typeof given !== 'string' || given.trim() === '' || !Number.isFinite(value)) {
    throw new Error(`--${name}: expected a number, found ${String(given)}`);
  }
  return value;
}

/** A whole number from 1 given by a flag; undefined when it was not given. @throws naming the flag when it is none. */
export function countFlag(flags: Flags, name: string): number | undefined {
  const given = flags[name];
  if (given === undefined) return undefined;
  if (typeof given !== 'string' || !/^[1-9]\d*$/.test(given)) {
    throw new Error(`--${name}: expected a whole number from 1, found ${String(given)}`);
  }
  return Number(given);
}

/** The flag that `backendFlag` reads. */
export const BACKEND_FLAG: Flag = { value: 'webgpu|wasm', help: 'instead of the best that the browser offers' };

/** @throws naming what was found when `--backend` is neither. */
export function backendFlag(flags: Flags): 'webgpu' | 'wasm' | undefined {
  const backend = flags['backend'];
  if (backend === undefined || backend === 'webgpu' || backend === 'wasm') return backend;
  throw new Error(`--backend: expected webgpu or wasm, found ${String(backend)}`);
}

/** The help text of a verb's flags, a line each. */
export function describeFlags(table: Record<string, Flag>): string {
  return Object.entries(table)
    .map(([name, flag]) => {
      const form = `${flag.short ? `-${flag.short}, ` : ''}--${name}${flag.value ? ` ${flag.value}` : ''}`;
      return `  ${form.padEnd(28)} ${flag.help}${flag.required ? ' (needed)' : ''}`;
    })
    .join('\n');
}
