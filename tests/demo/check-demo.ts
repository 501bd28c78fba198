/**
 * Checks the embedded demo: `npx tsx tests/demo/check-demo.ts [folder]` prints what is wrong and a few figures; the test
 * beside this file runs the same checks.
 */
import { pathToFileURL } from 'node:url';
import { buildBm25Index } from '../../src/retrieval/bm25/build-index';
import { Bm25Searcher } from '../../src/retrieval/bm25/searcher';
import { type Demo, SPLITS, type Split, readDemo } from './read-demo';

export const SIZES: Record<Split, number> = { train: 100, validation: 20, test: 40 };
export const MIN_PASSAGES = 400;
export const MIN_WORDS = 40;
export const MAX_WORDS = 90;
export const MIN_JUDGED_SHARE = 0.95;

/** The subject of a passage or query: `bread` of `bread-3` and of `bread-q1`. */
export const subjectOf = (id: string) => id.replace(/-q?\d+$/, '');

const words = (text: string) => text.trim().split(/\s+/).length;
const duplicates = (values: string[]) => values.filter((value, i) => values.indexOf(value) !== i);

/** Passages of the collection: how many, how long, each once. */
export function checkCollection({ collection }: Demo): string[] {
  const problems = duplicates(collection.map(({ id }) => id)).map((id) => `collection: ${id} twice`);
  problems.push(...duplicates(collection.map(({ text }) => text)).map((text) => `collection: twice: ${text}`));
  if (collection.length < MIN_PASSAGES) problems.push(`collection: ${collection.length} passages`);
  for (const { id, text } of collection)
    if (words(text) < MIN_WORDS || words(text) > MAX_WORDS) problems.push(`collection: ${id} has ${words(text)} words`);
  return problems;
}

/** Queries and judgements: sizes of the splits, known ids, grades 0 to 3, an answer of grade 3 for each query. */
export function checkJudgements({ collection, queries, qrels }: Demo): string[] {
  const problems: string[] = [];
  const passages = new Set(collection.map(({ id }) => id));
  const all = SPLITS.flatMap((split) => queries[split]);
  problems.push(...duplicates(all.map(({ id }) => id)).map((id) => `queries: ${id} twice`));
  problems.push(...duplicates(all.map(({ text }) => text)).map((text) => `queries: twice: ${text}`));
  for (const split of SPLITS) {
    if (queries[split].length !== SIZES[split]) problems.push(`queries.${split}: ${queries[split].length} queries`);
    const known = new Set(queries[split].map(({ id }) => id));
    for (const [query, judged] of qrels[split]) {
      if (!known.has(query)) problems.push(`qrels.${split}: ${query} is not a query of this split`);
      for (const [passage, grade] of judged) {
        if (!passages.has(passage)) problems.push(`qrels.${split}: ${query}: no passage ${passage}`);
        if (![0, 1, 2, 3].includes(grade)) problems.push(`qrels.${split}: ${query} ${passage} has grade ${grade}`);
      }
    }
    for (const { id } of queries[split])
      if (![...(qrels[split].get(id)?.values() ?? [])].includes(3)) problems.push(`qrels.${split}: ${id}: no answer`);
  }
  return problems;
}

/** No subject has queries in two splits, and nothing that answers a query of one split even in part answers one of another. */
export function checkLeaks({ queries, qrels, teacher }: Demo): string[] {
  const problems: string[] = [];
  const splitOfSubject = new Map<string, Split>();
  for (const split of SPLITS)
    for (const { id } of queries[split]) {
      const before = splitOfSubject.get(subjectOf(id));
      if (before && before !== split) problems.push(`${subjectOf(id)} has queries in ${before} and ${split}`);
      splitOfSubject.set(subjectOf(id), split);
    }
  const trained = new Set<string>();
  for (const judged of qrels.train.values()) for (const [passage, grade] of judged) if (grade > 0) trained.add(passage);
  for (const ranking of teacher.values()) for (const { document } of ranking) trained.add(document);
  for (const split of ['validation', 'test'] as const)
    for (const [query, judged] of qrels[split])
      for (const [passage, grade] of judged)
        if (grade > 0 && trained.has(passage)) problems.push(`${query}: ${passage} was trained on`);
  return problems;
}

/** Every training query has one teacher list; no list puts a passage of a lower grade above one that answers fully. */
export function checkTeacher({ collection, queries, qrels, teacher, teacherLists }: Demo): string[] {
  const problems: string[] = [];
  const passages = new Set(collection.map(({ id }) => id));
  if (teacherLists !== queries.train.length) problems.push(`teacher: ${teacherLists} lists`);
  for (const { id } of queries.train) {
    const ranking = teacher.get(id)?.map(({ document }) => document) ?? [];
    if (ranking.length !== 20 || new Set(ranking).size !== 20) problems.push(`teacher: ${id} has no list of 20`);
    for (const passage of ranking) if (!passages.has(passage)) problems.push(`teacher: ${id}: no passage ${passage}`);
    const grades = ranking.map((passage) => qrels.train.get(id)?.get(passage) ?? 0);
    if (grades.lastIndexOf(3) >= grades.filter((grade) => grade === 3).length)
      problems.push(`teacher: ${id}: the answer is not first`);
  }
  return problems;
}

/** Share of BM25's first ten passages that were judged, over a split's queries. */
export function judgedShare({ collection, queries, qrels }: Demo, split: Split): number {
  const searcher = new Bm25Searcher(buildBm25Index(collection));
  let found = 0;
  let judged = 0;
  for (const { id, text } of queries[split])
    for (const { document } of searcher.search(text, 10)) {
      found++;
      if (qrels[split].get(id)?.has(document)) judged++;
    }
  return judged / found;
}

/** Everything that is wrong with a demo. */
export function checkDemo(demo: Demo): string[] {
  const problems = [
    ...demo.unreadable,
    ...[checkCollection, checkJudgements, checkLeaks, checkTeacher].flatMap((check) => check(demo)),
  ];
  for (const split of SPLITS) {
    const share = judgedShare(demo, split);
    if (share < MIN_JUDGED_SHARE)
      problems.push(`qrels.${split}: ${(100 * share).toFixed(1)}% of BM25's top ten are judged`);
  }
  return problems;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const demo = await readDemo(process.argv[2] ?? 'public/demo');
  const problems = checkDemo(demo);
  const lengths = demo.collection.map(({ text }) => words(text));
  console.log(
    `${demo.collection.length} passages of ${Math.min(...lengths)} to ${Math.max(...lengths)} words, ` +
      `${new Set(demo.collection.map(({ id }) => subjectOf(id))).size} subjects`,
  );
  for (const split of SPLITS)
    console.log(
      `${split}: ${demo.queries[split].length} queries, ${[...demo.qrels[split].values()].reduce((sum, judged) => sum + judged.size, 0)} judgements, ` +
        `${(100 * judgedShare(demo, split)).toFixed(1)}% of BM25's top ten judged`,
    );
  for (const problem of problems) console.log(problem);
  console.log(problems.length ? `${problems.length} problems` : 'nothing is wrong');
  process.exitCode = problems.length ? 1 : 0;
}
