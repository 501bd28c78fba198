/** What a teaching will cost, before anything is asked. */
import type { TextSource } from '../../formats/records';
import type { Candidates } from '../teacher';
import { addUsage, NO_USAGE, type Usage } from './cost';
import { cutPassage, orderPrompt } from './prompt';
import { estimateAnswer, estimatePrompt } from './tokens';
import { windowsOf } from './windows';

export interface Estimate {
  /** Lists to be made, and questions asked for them: one a window. */
  lists: number;
  questions: number;
  usage: Usage;
  /** Lists that were looked at; the rest is taken to be like them. */
  sample: number;
}

/** Lists whose texts are read: enough to be within a few per cent. */
const SAMPLE = 200;

/** About what some lists cost: their passages' tokens, each as often as a window shows it. */
export async function estimateCost(
  lists: readonly Candidates[],
  queries: TextSource,
  documents: TextSource,
  passageWords: number,
): Promise<Estimate> {
  const questions = lists.reduce((sum, list) => sum + windowsOf(list.documents.length).length, 0);
  const every = Math.max(1, lists.length / SAMPLE);
  let usage = NO_USAGE;
  let [sample, sampledQuestions] = [0, 0];
  for (let i = 0; i < lists.length; i += every) {
    const list = lists[Math.floor(i)]!;
    const [[query], texts] = await Promise.all([queries.texts([list.query]), documents.texts(list.documents)]);
    const passages = texts.map((text) => cutPassage(text, passageWords));
    for (const [from, to] of windowsOf(passages.length)) {
      const promptTokens = estimatePrompt(orderPrompt(query!, passages.slice(from, to)));
      usage = addUsage(usage, { promptTokens, answerTokens: estimateAnswer(to - from) });
      sampledQuestions++;
    }
    sample++;
  }
  const share = sampledQuestions > 0 ? questions / sampledQuestions : 0;
  const scaled = {
    promptTokens: Math.round(usage.promptTokens * share),
    answerTokens: Math.round(usage.answerTokens * share),
  };
  return { lists: lists.length, questions, usage: scaled, sample };
}
