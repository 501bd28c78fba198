/** An import as a stream of events, with the question about bad lines among them. */
import { parseFile } from '../../src/formats/parse-file';
import type { ParsedChunk, TextRecord } from '../../src/formats/records';
import type { ImportOptions, ImportProgress, Library } from '../../src/storage/library';
import type { ImportEvent, ImportRequest } from '../protocol';

/** Where the answer to a `question` event arrives. */
export interface Question {
  answer?: (goOn: boolean) => void;
}

/**
 * Imports a file. Yields progress, a question when over 1% of the lines are bad (unless they are accepted), and the data set.
 * @throws what the parser or the library throws; nothing is left behind then.
 */
export async function* importEvents(
  library: Library,
  request: ImportRequest,
  question: Question,
  signal: AbortSignal,
): AsyncGenerator<ImportEvent> {
  const { kind, name, file, fileName, source = fileName, appendTo } = request;
  const asked: ImportProgress[] = [];
  let wake = () => {};
  const options: ImportOptions = {
    signal,
    onBadLines: (progress) => {
      if (request.acceptBadLines) return true;
      asked.push(progress);
      wake();
      return new Promise((resolve) => (question.answer = resolve));
    },
  };
  const chunks = parseFile({ name: fileName, data: file }, kind);
  const steps =
    appendTo === undefined
      ? library.importDataset({ kind, name, source }, chunks, options)
      : library.appendTexts(appendTo, source, chunks as AsyncIterable<ParsedChunk<TextRecord>>, options);
  const giveUp = () => question.answer?.(false);
  signal.addEventListener('abort', giveUp);
  let last: ImportProgress | undefined;
  try {
    for (;;) {
      const next = steps.next();
      // While the library waits for the answer, its generator yields nothing: the question goes out beside it.
      const first = await Promise.race([next, new Promise<void>((resolve) => (wake = resolve))]);
      const progress = asked.shift();
      if (progress) {
        const { records, badLines, errors } = progress;
        yield { type: 'question', records, badLines, errors };
      }
      const step = first ?? (await next);
      if (step.done) {
        yield { type: 'done', dataset: step.value, badLines: last?.badLines ?? 0, errors: last?.errors ?? [] };
        return;
      }
      last = step.value;
      const { records, bytesRead, badLines, errors } = step.value;
      yield { type: 'progress', records, bytesRead, totalBytes: file.size, badLines, errors };
    }
  } finally {
    // Leaving early rolls the import back; one that waits for an answer must not wait for ever.
    giveUp();
    signal.removeEventListener('abort', giveUp);
    await steps.return(undefined as never);
  }
}
