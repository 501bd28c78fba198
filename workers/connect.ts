/** Starts the workers and gives the page their typed interfaces. */
import * as Comlink from 'comlink';
import type { DataApi, RankerApi, RetrievalApi, TeacherApi } from './protocol';
import { received, type Stream } from './stream';

/** A worker, its interface, and a promise that rejects when it dies. */
export interface Connection<Api> {
  api: Comlink.Remote<Api>;
  died: Promise<never>;
  /** Reads a stream that a method of this worker returned. */
  read<T>(stream: Promise<Stream<T>>): AsyncGenerator<T, void>;
  terminate(): void;
}

function connect<Api>(worker: Worker, name: string): Connection<Api> {
  const died = new Promise<never>((_, reject) => {
    worker.onerror = (event) => {
      const where = event.message ? `: ${event.message}` : '';
      reject(new Error(`the ${name} worker stopped${where}; reload the page, nothing that was stored is lost`));
    };
  });
  died.catch(() => {});
  return {
    api: Comlink.wrap<Api>(worker),
    died,
    async *read<T>(stream: Promise<Stream<T>>) {
      yield* received(await Promise.race([stream, died]), died);
    },
    terminate: () => worker.terminate(),
  };
}

/** The page's connections to its workers. */
export interface Studio {
  data: Connection<DataApi>;
  retrieval: Connection<RetrievalApi>;
  ranker: Connection<RankerApi>;
  /** Starts its worker when it is first asked for. */
  readonly teacher: Connection<TeacherApi>;
}

/** Starts the workers; each opens the library, and the ranker its device, when first asked. */
export function startStudio(): Studio {
  let teacher: Connection<TeacherApi> | undefined;
  return {
    get teacher() {
      return (teacher ??= connect<TeacherApi>(
        new Worker(new URL('./teacher.worker.ts', import.meta.url), { type: 'module', name: 'teacher' }),
        'teacher',
      ));
    },
    data: connect<DataApi>(
      new Worker(new URL('./data.worker.ts', import.meta.url), { type: 'module', name: 'data' }),
      'data',
    ),
    retrieval: connect<RetrievalApi>(
      new Worker(new URL('./retrieval.worker.ts', import.meta.url), { type: 'module', name: 'retrieval' }),
      'retrieval',
    ),
    ranker: connect<RankerApi>(
      new Worker(new URL('./ranker.worker.ts', import.meta.url), { type: 'module', name: 'ranker' }),
      'ranker',
    ),
  };
}
