/** An experiment that is run again from its report: what is different now, and whether the numbers are the same. */
import type { ExperimentReport } from './report';
import type { Used } from './used';

/** Test set → system → measure → mean. */
type Means = Record<string, Record<string, Record<string, number>>>;

/** What is kept of a report to compare with. */
export interface EarlierReport extends Partial<Used> {
  name: string;
  finishedAt: string;
  software: Record<string, string>;
  device: ExperimentReport['device'];
  means: Means;
}

export interface Rerun {
  of: { name: string; finishedAt: string };
  /** Data, models and files that are not those of the report, in words. */
  differences: string[];
  /** Means that are not to the last digit those of the report, in words. */
  numbers: string[];
}

export function earlierReport(report: ExperimentReport): EarlierReport {
  const { name, finishedAt, software, device, data, models, files, testSets } = report;
  return {
    name,
    finishedAt,
    software,
    device,
    data: data as Used['data'],
    ...(models ? { models } : {}),
    ...(files ? { files } : {}),
    means: meansOf(testSets),
  };
}

export function meansOf(testSets: ExperimentReport['testSets']): Means {
  return Object.fromEntries(
    testSets.map(({ name, systems }) => [name, Object.fromEntries(systems.map(({ system, mean }) => [system, mean]))]),
  );
}

const short = (checksum: string | undefined) => (checksum === undefined ? 'unknown' : `${checksum.slice(0, 12)}…`);

/** What is used now and was not then, by checksum. What has no checksum on either side is passed over. */
export function differences({ data = [], models = [], files = [] }: Partial<Used>, now: Used): string[] {
  const found: string[] = [];
  const compare = <T extends { reference: string; checksum?: string }>(
    then: readonly T[],
    present: readonly T[],
    same: (a: T, b: T) => boolean,
    inWords: (one: T) => string,
  ) => {
    for (const one of present) {
      const before = then.find((other) => other.reference === one.reference && same(other, one));
      if (before?.checksum === undefined || one.checksum === undefined || before.checksum === one.checksum) continue;
      found.push(`${inWords(one)} now, checksum ${short(one.checksum)}; the report had ${short(before.checksum)}`);
    }
  };
  compare(
    data,
    now.data,
    (a, b) => a.kind === b.kind,
    ({ kind, reference, count }) => `${kind} ${reference}: ${count} records`,
  );
  const any = () => true;
  compare(models, now.models, any, ({ reference, parameters }) => `model ${reference}: ${parameters} parameters`);
  compare(files, now.files, any, ({ reference }) => `${reference}: another text`);
  return found;
}

/** Means that differ from the report's, or are not there. */
export function differingMeans(then: Means, now: Means): string[] {
  return Object.entries(then).flatMap(([testSet, systems]) =>
    Object.entries(systems).flatMap(([system, measures]) =>
      Object.entries(measures).flatMap(([measure, value]) => {
        const present = now[testSet]?.[system]?.[measure];
        if (present === value) return [];
        return [`${testSet}: ${system}: ${measure}: ${present ?? 'nothing'} now, ${value} in the report`];
      }),
    ),
  );
}
