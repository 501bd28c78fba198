/** The teacher's part of `window.rerankStudio`: lists for a program that drives the page. */
import type { Studio } from '../../workers/connect';
import type { RunTeacherRequest } from '../teachers/from-run';
import { costOf, type Prices } from '../teachers/list-wise/cost';
import type { Means } from '../teachers/open-teacher';
import type { TeachPlan } from '../teachers/plan';
import type { TeachRequest } from '../teachers/request';
import type { LeftOut, TeachEvent } from '../teachers/teach';
import type { AutomationEvent, OfferedFile } from './automation';
import { count } from './words/numbers';
import { timeLeft } from './words/times';

/** What a teacher is to do; `files` are those of an ONNX folder, by their paths in it. */
export interface TeachOrder {
  request: TeachRequest;
  means: Omit<Means, 'files'>;
  files?: { path: string; file: OfferedFile }[];
}

export interface TeachOutcome {
  /** The id of the run. */
  run: string;
  lists: number;
  left: LeftOut[];
  /** Of an endpoint: what was asked and what it cost. */
  asked?: { answers: number; promptTokens: number; answerTokens: number; cost: number; mended: number; empty: number };
}

export interface TeachAutomation {
  /** What an order comes to; asks nobody. */
  planTeaching(order: TeachOrder): Promise<TeachPlan>;
  /** Makes what is missing of the lists, and the run. */
  teach(order: TeachOrder): Promise<TeachOutcome>;
  /** A stored run, cut, as lists to learn from; returns its id. */
  teachFromRun(request: RunTeacherRequest): Promise<{ run: string; lists: number; left: number }>;
  /** Writes a request's run as RankGPT's `permutations.json` and `retrieved.jsonl`. */
  writeRankGpt(request: TeachRequest, run: string): Promise<void>;
}

interface Hands {
  tell: (event: AutomationEvent) => void;
  fetchFile: (file: OfferedFile) => Promise<Blob>;
  put: (path: string, body: Blob) => Promise<void>;
  /** The mirror of the hub that models are taken from, if any. */
  hub: () => string | undefined;
}

const FREE: Prices = { promptPerMillion: 0, answerPerMillion: 0 };

/** What is going on, in a line. */
function inWords(event: Extract<TeachEvent, { type: 'progress' }>, prices: Prices): string {
  const { lists, asked, etaMs } = event;
  const tokens = asked && `${count(asked.usage.promptTokens)} tokens in, ${count(asked.usage.answerTokens)} out`;
  const cost = asked && costOf(asked.usage, prices);
  return [
    `${count(lists.done)} of ${count(lists.total)} lists`,
    ...(tokens ? [tokens] : []),
    ...(cost ? [`${cost.toFixed(4)} spent`] : []),
    ...(lists.done < lists.total ? [timeLeft(etaMs)] : []),
  ].join(', ');
}

export function teachAutomation(studio: Studio, { tell, fetchFile, put, hub }: Hands): TeachAutomation {
  const note = (message: string) => tell({ type: 'note', message });
  return {
    planTeaching: ({ request }) => studio.teacher.api.plan(request),

    async teach({ request, means, files }) {
      const { prices = FREE } = means;
      const blobs =
        files && (await Promise.all(files.map(async ({ path, file }) => ({ path, file: await fetchFile(file) }))));
      const { teacher } = studio;
      const mirror = hub();
      const all = { ...means, ...(blobs ? { files: blobs } : {}), ...(mirror === undefined ? {} : { hub: mirror }) };
      for await (const event of teacher.read(teacher.api.teach(request, all))) {
        switch (event.type) {
          case 'loading':
            tell({ type: 'progress', what: event.what, done: event.done, total: event.total });
            break;
          case 'started':
            if (event.done > 0) note(`${event.done} of ${event.lists} lists are there from an earlier time`);
            for (const { query, reason } of event.dropped.slice(0, 3)) note(`query ${query} is left out: ${reason}`);
            if (event.dropped.length > 3) note(`… and ${event.dropped.length - 3} more`);
            break;
          case 'progress':
            tell({ type: 'progress', what: inWords(event, prices), done: event.done, total: event.total });
            break;
          case 'waiting':
            note(`waiting ${Math.ceil(event.ms / 1000)} s: ${event.because}`);
            break;
          case 'done': {
            const { dataset, lists, left, asked } = event;
            const outcome = { run: dataset.id, lists, left };
            if (!asked) return outcome;
            const { answers, usage, mended, empty } = asked;
            return { ...outcome, asked: { answers, ...usage, cost: costOf(usage, prices), mended, empty } };
          }
        }
      }
      throw new Error('teaching ended before its end; run the same command again to go on');
    },

    async teachFromRun(request) {
      const { dataset, lists, left } = await studio.teacher.api.fromRun(request);
      return { run: dataset.id, lists, left };
    },

    async writeRankGpt(request, run) {
      const { permutations, retrieved } = await studio.teacher.api.rankGptFiles(request, run);
      await put('permutations.json', permutations);
      await put('retrieved.jsonl', retrieved);
    },
  };
}
