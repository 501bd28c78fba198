/** What is asked of a teacher. Stored with its lists, so nothing secret may stand in here. */

/** A cross-encoder in ONNX format. */
export interface OnnxChoice {
  kind: 'onnx';
  /** A hub id, or a folder's name. */
  model: string;
  /** Of a folder: what makes it the same one next time. */
  fingerprint?: string;
  precision: Precision;
}

/** Which of a model's ONNX files: `model.onnx`, `model_fp16.onnx`, `model_quantized.onnx`. */
export const PRECISIONS = ['fp32', 'fp16', 'q8'] as const;
export type Precision = (typeof PRECISIONS)[number];

/** A language model behind an endpoint. */
export interface EndpointChoice {
  kind: 'endpoint';
  /** `readBaseUrl(…).url`. */
  baseUrl: string;
  model: string;
  /** Words of a passage that are shown. */
  passageWords: number;
  /** Tokens after which an answer is cut. */
  answerTokens: number;
}

export type TeacherChoice = OnnxChoice | EndpointChoice;

/** How documents score in the run that comes out. Ranks are the teacher's either way. */
export type ListScores = '1/rank' | 'teacher';

export interface TeachRequest {
  /** Ids of stored data sets. */
  collection: string;
  queries: string;
  run: string;
  /** Documents of each query. */
  depth: number;
  teacher: TeacherChoice;
  /** The new run's name. */
  name: string;
  /** `teacher` where it gives scores: only losses that look at them (MarginMSE, KL) differ. */
  scores: ListScores;
}

/** RankGPT cuts passages at 300 words; a permutation of 20 has about 80 tokens. */
export const ENDPOINT_DEFAULTS = { passageWords: 300, answerTokens: 512, lanes: 4 } as const;
/** Lists of the study. */
export const DEPTH = 20;

/** What the answers depend on, hashed: the id of a teaching. Name and scores of the run are free to change. */
export async function teachingId({ collection, queries, run, depth, teacher }: TeachRequest): Promise<string> {
  const parts = [collection, queries, run, depth, Object.entries(teacher).sort(([a], [b]) => (a < b ? -1 : 1))];
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(parts)));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
