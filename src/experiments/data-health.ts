/** Whether data sets belong together, and what is wrong in them: said before a training run, not by it. */
import type { Qrels } from '../formats/records';
import { hash32 } from '../formats/hash';
import type { Library } from '../storage/library';
import { loadTokenizer } from '../text/tokenizer';

/** Ids of stored data sets; what is left out is not looked at. */
export interface HealthQuestion {
  collection?: string;
  queries?: string;
  qrels?: string;
  run?: string;
  /** The model whose tokens are counted. */
  checkpoint?: string;
}

/** Something to know about: how many of how many, and the first of them. */
export interface Finding {
  what: FindingName;
  count: number;
  of: number;
  examples: string[];
}

export type FindingName =
  | 'emptyDocuments'
  | 'repeatedDocuments'
  | 'queriesWithoutText'
  | 'queriesWithoutRelevant'
  | 'judgedNotInCollection'
  | 'rankedQueriesWithoutText'
  | 'rankedNotInCollection'
  | 'unjudgedInTop10'
  | 'relevantNotRanked';

/** Lengths in tokens, without special ones. */
export interface Lengths {
  /** Ascending. Of documents spread evenly over the collection. */
  documents: number[];
  /** The median length of queries; 0 where none were given. */
  query: number;
  /** Special tokens around a pair. */
  special: number;
}

export interface DataHealth {
  findings: Finding[];
  lengths?: Lengths;
}

const EXAMPLES = 5;
const SAMPLED = 1000;

/** Looks at all that was asked for. Reads the collection once. @throws NotStoredError when a data set is gone. */
export async function dataHealth(library: Library, question: HealthQuestion): Promise<DataHealth> {
  const { collection, qrels, run } = question;
  const judged = qrels === undefined ? undefined : await library.readQrels(qrels);
  const findings = [
    ...(collection === undefined ? [] : await inCollection(library, collection)),
    ...(judged ? await inQrels(library, judged, question) : []),
    ...(run === undefined ? [] : await inRun(library, run, judged, question)),
  ];
  const lengths = await lengthsOf(library, question);
  return { findings, ...(lengths ? { lengths } : {}) };
}

class Counter {
  count = 0;
  of = 0;
  readonly examples: string[] = [];

  meet(isOne: boolean, example: () => string): void {
    this.of++;
    if (!isOne) return;
    this.count++;
    if (this.examples.length < EXAMPLES) this.examples.push(example());
  }

  finding(what: FindingName): Finding {
    return { what, count: this.count, of: this.of, examples: this.examples };
  }
}

async function inCollection(library: Library, collection: string): Promise<Finding[]> {
  const [empty, repeated] = [new Counter(), new Counter()];
  // 53 bits of two hashes: among ten million texts a false pair is expected once in a hundred collections.
  const seen = new Set<number>();
  for await (const { ids, texts } of library.batches(collection)) {
    for (const [i, text] of texts.entries()) {
      const id = () => ids[i]!;
      const isEmpty = text.trim() === '';
      const key = hash32(text) * 0x200000 + (hash32(text, 1) >>> 11);
      empty.meet(isEmpty, id);
      repeated.meet(!isEmpty && seen.has(key), id);
      seen.add(key);
    }
  }
  return [empty.finding('emptyDocuments'), repeated.finding('repeatedDocuments')];
}

/** Which of the ids a set of texts lacks; nothing where there is no such set. */
async function lacking(
  library: Library,
  set: string | undefined,
  ids: Iterable<string>,
  what: FindingName,
): Promise<Finding[]> {
  if (set === undefined) return [];
  const distinct = new Set(ids);
  const unknown = await library.texts(set).unknown(distinct);
  return [{ what, count: unknown.length, of: distinct.size, examples: unknown.slice(0, EXAMPLES) }];
}

async function inQrels(library: Library, judged: Qrels, { collection, queries }: HealthQuestion): Promise<Finding[]> {
  const withoutRelevant = new Counter();
  for (const [query, grades] of judged) {
    withoutRelevant.meet(![...grades.values()].some((grade) => grade >= 1), () => query);
  }
  const documents = [...judged.values()].flatMap((grades) => [...grades.keys()]);
  return [
    ...(await lacking(library, queries, judged.keys(), 'queriesWithoutText')),
    withoutRelevant.finding('queriesWithoutRelevant'),
    ...(await lacking(library, collection, documents, 'judgedNotInCollection')),
  ];
}

async function inRun(
  library: Library,
  run: string,
  judged: Qrels | undefined,
  { collection, queries }: HealthQuestion,
): Promise<Finding[]> {
  const [unjudged, notRanked] = [new Counter(), new Counter()];
  const ranked = new Set<string>();
  const ranks: string[] = [];
  for await (const { query, ranking } of library.rankings(run)) {
    ranks.push(query);
    for (const { document } of ranking) ranked.add(document);
    const grades = judged?.get(query);
    if (!grades) continue;
    const pair = (document: string) => () => `${query}: ${document}`;
    for (const { document } of ranking.slice(0, 10)) unjudged.meet(!grades.has(document), pair(document));
    const found = new Set(ranking.map(({ document }) => document));
    for (const [document, grade] of grades) if (grade >= 1) notRanked.meet(!found.has(document), pair(document));
  }
  return [
    ...(await lacking(library, queries, ranks, 'rankedQueriesWithoutText')),
    ...(await lacking(library, collection, ranked, 'rankedNotInCollection')),
    ...(judged ? [unjudged.finding('unjudgedInTop10'), notRanked.finding('relevantNotRanked')] : []),
  ];
}

async function lengthsOf(library: Library, question: HealthQuestion): Promise<Lengths | undefined> {
  const { collection, queries, checkpoint } = question;
  const model = checkpoint === undefined ? undefined : await library.checkpoint(checkpoint);
  if (!model || collection === undefined) return undefined;
  const { encode, frame } = loadTokenizer(model.files);
  const lengths = async (set: string) =>
    (await spread(library, set)).map((text) => encode(text).length).sort((a, b) => a - b);
  const ofQueries = queries === undefined ? [] : await lengths(queries);
  return {
    documents: await lengths(collection),
    query: ofQueries[ofQueries.length >> 1] ?? 0,
    special: frame.before.length + frame.between.length + frame.after.length,
  };
}

/** Places at which texts are read one after the other. */
const RUNS = 20;

/** At most `SAMPLED` texts from all over the set: all of a small one, else runs of them at even distances. */
async function spread(library: Library, set: string): Promise<string[]> {
  const count = (await library.dataset(set))?.count ?? 0;
  if (count <= SAMPLED) return (await library.page(set, 0, count)).map(({ text }) => text);
  const texts: string[] = [];
  for (let i = 0; i < RUNS; i++) {
    const records = await library.page(set, Math.floor((i * count) / RUNS), SAMPLED / RUNS);
    texts.push(...records.map(({ text }) => text));
  }
  return texts;
}
