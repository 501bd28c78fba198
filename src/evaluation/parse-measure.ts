/**
 * Names of measures as ir_measures writes them:
 *
 *   nDCG(judged_only=True)@10        NAME [ "(" parameter=value {"," parameter=value} ")" ] [ "@" number ]
 *   └─┬┘ └───────┬───────┘ └┬┘       value: 2, 0.5, True, False, 'exp-log2', {1:0,2:1}
 *   name    parameters    what `at` names: the cutoff, or the recall of IPrec
 */
import { nearestName } from '../formats/nearest-name';
import { MEASURES } from './measures/measures';
import type { Gains, Measure, MeasureDefinition, Parameter, ParameterValue } from './measure';

const NAMES = new Map<string, { definition: MeasureDefinition; given: Readonly<Record<string, ParameterValue>> }>();
for (const definition of MEASURES) {
  NAMES.set(definition.name, { definition, given: {} });
  for (const [alias, given] of Object.entries(definition.aliases ?? {})) NAMES.set(alias, { definition, given });
}

/** @throws Error naming the measure, what is wrong with it, and what is known. */
export function parseMeasure(text: string): Measure {
  const fail = (reason: string): never => {
    throw new Error(`measure "${text}": ${reason}`);
  };
  const match = /^\s*([A-Za-z]\w*)\s*(?:\((.*)\))?\s*(?:@\s*([\d.]+))?\s*$/.exec(text);
  if (!match) return fail('expected a name such as nDCG@10 or RR(rel=2)@10');
  const [, name = '', inside = '', at] = match;
  const known = NAMES.get(name);
  if (!known) {
    const nearest = nearestName(name, NAMES.keys());
    return fail(
      `there is no measure ${name}; ${nearest ? `did you mean ${nearest}?` : `known are ${[...NAMES.keys()].join(', ')}`}`,
    );
  }
  const { definition } = known;
  const given: [string, string][] = splitArguments(inside).map((argument) => {
    const equals = argument.indexOf('=');
    if (equals < 0) return fail(`expected parameter=value in the brackets, found "${argument}"`);
    return [argument.slice(0, equals).trim(), argument.slice(equals + 1).trim()];
  });
  if (at !== undefined) {
    const atParameter = definition.at ?? 'cutoff';
    if (!(atParameter in definition.parameters)) return fail(`${definition.name} takes no @${at}`);
    given.push([atParameter, at]);
  }
  const parameters: Record<string, ParameterValue> = { ...known.given };
  for (const [key, value] of given) {
    const parameter = definition.parameters[key];
    if (!parameter) {
      const names = Object.keys(definition.parameters).join(', ') || 'none';
      return fail(`${definition.name} has no parameter ${key}; it has: ${names}`);
    }
    const read = readValue(parameter, value);
    if (read === undefined) return fail(`${key}: expected ${inWords(parameter)}, found ${value}`);
    if (!('default' in parameter) || read !== parameter.default) parameters[key] = read;
    else delete parameters[key];
  }
  for (const [key, parameter] of Object.entries(definition.parameters)) {
    if ('required' in parameter && parameters[key] === undefined) {
      const example =
        definition.at === undefined && key === 'cutoff' ? `${definition.name}@10` : `${definition.name}@0.1`;
      return fail(`needs its ${key}, as in ${example}`);
    }
  }
  return { definition, parameters };
}

/** @throws Error as `parseMeasure`, of the first name that cannot be read. */
export function parseMeasures(texts: readonly string[]): Measure[] {
  return texts.map(parseMeasure);
}

/** The measure's one name: parameters in the order of its table, defaults left out, values as Python prints them. */
export function formatMeasure({ definition, parameters }: Measure): string {
  const atParameter = definition.at ?? 'cutoff';
  const inside = Object.keys(definition.parameters)
    .filter((key) => key !== atParameter && parameters[key] !== undefined)
    .map((key) => `${key}=${formatValue(parameters[key]!)}`);
  const at = parameters[atParameter];
  const isShare = definition.parameters[atParameter]?.type === 'share';
  const atText = at === undefined ? '' : `@${isShare && Number.isInteger(at) ? `${String(at)}.0` : String(at)}`;
  return definition.name + (inside.length ? `(${inside.join(',')})` : '') + atText;
}

/** Splits at commas outside braces. */
function splitArguments(inside: string): string[] {
  return inside.trim() === '' ? [] : inside.split(/,(?![^{]*\})/);
}

function readValue(parameter: Parameter, text: string): ParameterValue | undefined {
  switch (parameter.type) {
    case 'integer':
      return /^-?\d+$/.test(text) && Number(text) >= parameter.least ? Number(text) : undefined;
    case 'share':
      return /^\d*\.?\d+$/.test(text) && Number(text) <= 1 ? Number(text) : undefined;
    case 'boolean':
      return text === 'True' ? true : text === 'False' ? false : undefined;
    case 'choice': {
      const value = /^(['"])(.*)\1$/.exec(text)?.[2];
      return value !== undefined && parameter.choices.includes(value) ? value : undefined;
    }
    case 'gains':
      return readGains(text);
  }
}

function readGains(text: string): Gains | undefined {
  const inside = /^\{(.*)\}$/.exec(text)?.[1];
  if (inside === undefined) return undefined;
  const gains: Record<number, number> = {};
  for (const entry of inside.split(',')) {
    const match = /^\s*(-?\d+)\s*:\s*(-?\d+)\s*$/.exec(entry);
    if (!match) return undefined;
    gains[Number(match[1])] = Number(match[2]);
  }
  return gains;
}

function inWords(parameter: Parameter): string {
  switch (parameter.type) {
    case 'integer':
      return `a whole number of at least ${parameter.least}`;
    case 'share':
      return 'a number from 0 to 1';
    case 'boolean':
      return 'True or False';
    case 'choice':
      return parameter.choices.map((choice) => `'${choice}'`).join(' or ');
    case 'gains':
      return 'gains such as {1:0,2:1}';
  }
}

function formatValue(value: ParameterValue): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'number') return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => Number(a) - Number(b));
  return `{${entries.map(([grade, gain]) => `${grade}:${gain}`).join(',')}}`;
}
