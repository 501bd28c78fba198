/** From what the user chose to a teacher that is ready to work. */
import type { AskedTotal } from './asked-total';
import { CrossEncoderTeacher } from './cross-encoder/cross-encoder-teacher';
import { folderFiles, hubFiles, type Arriving, type FolderFile } from './cross-encoder/model-files';
import { remainingTime } from '../hub/remaining-time';
import { readBaseUrl } from './endpoint/base-url';
import { ChatClient } from './endpoint/chat-client';
import type { Halt } from './halt';
import { Budget } from './list-wise/budget';
import { costOf, type Prices } from './list-wise/cost';
import { ListWiseTeacher } from './list-wise/list-wise-teacher';
import type { EndpointChoice, OnnxChoice, TeacherChoice } from './request';
import type { Loading } from './teach';
import type { OpenedTeacher } from './teacher';
import { told } from './told';

/** What a teacher needs besides the request, and what is stored nowhere. */
export interface Means {
  /** The files of an ONNX folder. */
  files?: FolderFile[];
  /** A mirror of the hub, in its place. */
  hub?: string;
  /** Of an endpoint: in memory only, from here to the request's header. */
  key?: string;
  /** Queries that an endpoint is asked about at once. */
  lanes?: number;
  prices?: Prices;
  /** Most money that may be spent, earlier sittings included. */
  limit?: number;
}

/** Where onnxruntime's program lies. */
export interface Runtime {
  mjs: string;
  wasm: string;
}

export interface Opening {
  choice: TeacherChoice;
  means: Means;
  /** What was asked in earlier sittings. */
  before: AskedTotal | undefined;
  halt: Halt;
  runtime: Runtime;
}

/** Opens a teacher. @throws what its road throws: see `OnnxCrossEncoder.load` and `readBaseUrl`. */
export async function* openTeacher(opening: Opening): AsyncGenerator<Loading, OpenedTeacher, void> {
  const { choice } = opening;
  return choice.kind === 'onnx' ? yield* openOnnx(choice, opening) : openEndpoint(choice, opening);
}

async function* openOnnx(
  { model, fingerprint, precision }: OnnxChoice,
  { means, halt, runtime }: Opening,
): AsyncGenerator<Loading, OpenedTeacher, void> {
  if (fingerprint !== undefined && !means.files) throw new Error(`${model}: choose its folder again to go on`);
  const signal = AbortSignal.any([halt.signal, halt.stop]);
  const loading = told<Arriving, OpenedTeacher>(async (tell) => {
    // Half a megabyte that only this road needs.
    const { OnnxCrossEncoder } = await import('./cross-encoder/onnx-cross-encoder');
    const url = means.hub === undefined ? {} : { url: means.hub };
    const files = means.files ? folderFiles(model, means.files, precision) : hubFiles(model, { signal, tell, ...url });
    const scorer = await OnnxCrossEncoder.load({ files, precision, runtime });
    return { teacher: new CrossEncoderTeacher(scorer), close: () => scorer.dispose() };
  });
  yield { type: 'loading', what: `opening ${model}`, done: 0, total: 0 };
  let [arriving, left] = ['', remainingTime(0)];
  for (;;) {
    const step = await loading.next();
    if (step.done) return step.value;
    const { file, bytes, of } = step.value;
    if (file !== arriving) [arriving, left] = [file, remainingTime(0)];
    const etaMs = left(bytes, of);
    yield {
      ...{ type: 'loading', what: `downloading ${file} of ${model}`, done: bytes, total: of },
      ...(etaMs === undefined ? {} : { etaMs }),
    };
    if (bytes === of) yield { type: 'loading', what: `opening ${model}`, done: 0, total: 0 };
  }
}

function openEndpoint(
  { baseUrl, model, passageWords, answerTokens }: EndpointChoice,
  { means, before }: Opening,
): OpenedTeacher {
  const { key, lanes = 1, prices = { promptPerMillion: 0, answerPerMillion: 0 }, limit } = means;
  const chat = new ChatClient({ base: readBaseUrl(baseUrl), model, answerTokens, ...(key ? { key } : {}) });
  const budget = new Budget(prices, limit, before ? costOf(before.usage, prices) : 0);
  const teacher = new ListWiseTeacher({ chat, budget, passageWords, answerTokens, lanes });
  return { teacher, close: async () => {} };
}
