import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { readBaseUrl } from '../../src/teachers/endpoint/base-url.ts';
import { costOf } from '../../src/teachers/list-wise/cost.ts';
import {
  DEPTH,
  ENDPOINT_DEFAULTS,
  PRECISIONS,
  type Precision,
  type TeacherChoice,
} from '../../src/teachers/request.ts';
import type { TeachOrder } from '../../src/ui/teach-automation.ts';
import { numberFlag, type Flags } from '../flags.ts';
import { offerOnnx } from '../offer-onnx.ts';
import type { Session } from '../session.ts';
import { text, type Verb } from './verb.ts';

export const teach: Verb = {
  summary: "a teacher's lists to learn from: of a run, a cross-encoder, or a language model behind an endpoint",
  flags: {
    collection: { value: 'FILE', help: 'documents (not with --teacher-run)' },
    queries: { value: 'FILE', help: 'queries (not needed with --teacher-run)' },
    run: { value: 'FILE', help: 'TREC run whose first documents are put in order (not with --teacher-run)' },
    depth: { value: 'N', help: `documents of each query (${DEPTH})` },
    'teacher-run': { value: 'FILE', help: 'teacher: a run that is there already, cut' },
    onnx: { value: 'DIR|ID', help: 'teacher: a cross-encoder in ONNX format, a folder or a hub id' },
    precision: { value: PRECISIONS.join('|'), help: "which of its ONNX files, by transformers.js' names (fp32)" },
    endpoint: { value: 'URL', help: 'teacher: an OpenAI-compatible endpoint; the texts are sent to it' },
    llm: { value: 'NAME', help: "the endpoint's name for the model" },
    'key-env': { value: 'NAME', help: 'environment variable with the key (none is sent without it)' },
    words: { value: 'N', help: `words of a passage that are shown (${ENDPOINT_DEFAULTS.passageWords})` },
    'answer-tokens': { value: 'N', help: `tokens after which an answer is cut (${ENDPOINT_DEFAULTS.answerTokens})` },
    lanes: { value: 'N', help: `queries asked about at once (${ENDPOINT_DEFAULTS.lanes})` },
    'price-in': { value: 'MONEY', help: 'price of a million tokens asked (0)' },
    'price-out': { value: 'MONEY', help: 'price of a million tokens answered (0)' },
    limit: { value: 'MONEY', help: 'most that may be spent, earlier times included' },
    scores: {
      value: '1/rank|teacher',
      help: "scores of the run (1/rank); a cross-encoder's own suit MarginMSE and KL",
    },
    estimate: { help: 'tells what it would cost, and asks nobody' },
  },
  async run(session, flags, json) {
    const { app, offer, output } = session;
    const depth = numberFlag(flags, 'depth', DEPTH);
    const scores = text(flags, 'scores') ?? '1/rank';
    if (scores !== '1/rank' && scores !== 'teacher')
      throw new Error(`--scores: expected 1/rank or teacher, found ${scores}`);
    const given = ['teacher-run', 'onnx', 'endpoint'].filter((name) => flags[name] !== undefined);
    if (given.length !== 1)
      throw new Error('expected one teacher: --teacher-run FILE, --onnx DIR|ID or --endpoint URL');
    const stored = async (kind: 'collection' | 'queries' | 'run') => {
      const path = text(flags, kind);
      if (path === undefined) throw new Error(`--${kind} FILE is missing: --${given[0]} needs it`);
      return app.importFile(kind, await offer(path));
    };
    const tell = (result: object, words: string) => console.log(json ? JSON.stringify(result) : words);
    const runPath = join(output, 'run.trec');

    const teacherRun = text(flags, 'teacher-run');
    if (teacherRun !== undefined) {
      const run = await app.importFile('run', await offer(teacherRun));
      const queries = flags['queries'] === undefined ? {} : { queries: await stored('queries') };
      const made = await app.teachFromRun({ run, ...queries, depth, name: basename(teacherRun), scores });
      await app.writeDataset(made.run, 'run.trec');
      tell(
        { run: runPath, lists: made.lists, left: made.left },
        `${made.lists} lists, ${made.left} left out; wrote ${runPath}`,
      );
      return;
    }

    const order = await orderOf(session, flags);
    order.request = {
      ...order.request,
      ...{ collection: await stored('collection'), queries: await stored('queries'), run: await stored('run') },
      ...{ depth, scores },
    };
    const { prices } = order.means;
    const plan = await app.planTeaching(order);
    if (plan.estimate && prices) {
      const { questions, usage } = plan.estimate;
      const cost = costOf(usage, prices);
      const host = readBaseUrl(text(flags, 'endpoint')!).host;
      const about = `about ${usage.promptTokens} tokens in, ${usage.answerTokens} out, ${cost.toFixed(4)}`;
      if (flags['estimate']) {
        tell(
          { lists: plan.lists, done: plan.done, questions, ...usage, cost },
          `${questions} questions to ${host}: ${about}`,
        );
        return;
      }
      console.error(`${questions} questions with the texts of queries and passages go to ${host}: ${about}`);
    } else if (flags['estimate']) {
      tell({ lists: plan.lists, done: plan.done, passages: plan.passages }, `${plan.passages} passages to score`);
      return;
    }
    const { run, lists, left, asked } = await app.teach(order);
    await app.writeDataset(run, 'run.trec');
    await app.writeRankGpt(order.request, run);
    for (const { query, reason } of left) console.error(`left out: query ${query}: ${reason}`);
    const [permutations, retrieved] = ['permutations.json', 'retrieved.jsonl'].map((name) => join(output, name));
    const spent = asked
      ? `; ${asked.answers} answers, ${asked.mended} mended, ${asked.empty} empty, ${asked.cost.toFixed(4)} spent`
      : '';
    tell(
      { run: runPath, permutations, retrieved, lists, left: left.length, ...(asked ? { asked } : {}) },
      `${lists} lists, ${left.length} left out${spent}; wrote ${runPath}, ${permutations} and ${retrieved}`,
    );
  },
};

/** The teacher that the flags name, without data. */
async function orderOf(session: Session, flags: Flags): Promise<TeachOrder> {
  const base = { collection: '', queries: '', run: '', depth: 0, scores: '1/rank' } as const;
  const onnx = text(flags, 'onnx');
  if (onnx !== undefined) {
    const precision = (text(flags, 'precision') ?? 'fp32') as Precision;
    if (!PRECISIONS.includes(precision))
      throw new Error(`--precision: expected one of ${PRECISIONS.join(', ')}, found ${precision}`);
    const isFolder = (await stat(onnx).catch(() => undefined))?.isDirectory() === true;
    const files = isFolder ? await offerOnnx(session, onnx) : undefined;
    const model = isFolder ? basename(resolve(onnx)) : onnx;
    const fingerprint = files?.map(({ file }) => file.identity).join('; ');
    const teacher: TeacherChoice = { kind: 'onnx', model, precision, ...(fingerprint ? { fingerprint } : {}) };
    return { request: { ...base, teacher, name: model }, means: {}, ...(files ? { files } : {}) };
  }
  const model = text(flags, 'llm');
  if (model === undefined) throw new Error('--llm NAME is missing: which of the endpoint’s models?');
  const keyEnv = text(flags, 'key-env');
  const key = keyEnv === undefined ? undefined : process.env[keyEnv];
  if (keyEnv !== undefined && !key) throw new Error(`--key-env: the environment has no ${keyEnv}`);
  const limit = flags['limit'] === undefined ? undefined : numberFlag(flags, 'limit', 0);
  const teacher: TeacherChoice = {
    ...{ kind: 'endpoint', baseUrl: readBaseUrl(text(flags, 'endpoint')!).url, model },
    passageWords: numberFlag(flags, 'words', ENDPOINT_DEFAULTS.passageWords),
    answerTokens: numberFlag(flags, 'answer-tokens', ENDPOINT_DEFAULTS.answerTokens),
  };
  const prices = {
    promptPerMillion: numberFlag(flags, 'price-in', 0),
    answerPerMillion: numberFlag(flags, 'price-out', 0),
  };
  if (limit !== undefined && prices.promptPerMillion + prices.answerPerMillion === 0)
    throw new Error('--limit needs prices: --price-in and --price-out, for a million tokens');
  return {
    request: { ...base, teacher, name: model },
    means: {
      ...{ lanes: numberFlag(flags, 'lanes', ENDPOINT_DEFAULTS.lanes), prices },
      ...(key ? { key } : {}),
      ...(limit === undefined ? {} : { limit }),
    },
  };
}
