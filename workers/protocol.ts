/**
 * What the page and its workers say to each other: one typed interface a worker, called through Comlink.
 *
 *   page ──▶ data       imports, browsing, deletion, checkpoints in and out, the embedded demo
 *        ──▶ retrieval  BM25 indexes, search, first-stage runs
 *        ──▶ ranker     owns the GPU: experiments, re-ranking, scoring
 *        ┄┄▶ teacher    lists to learn from; starts with its first call, and alone may call another server
 *
 * The workers share nothing but the library (IndexedDB). Whatever takes long returns a `Stream`: a port over which the
 * worker pushes events; `received(stream)` (stream.ts) makes an async iterable of it, and leaving the loop cancels the work.
 */
export type * from './protocol/data';
export type * from './protocol/first-stages';
export type * from './protocol/hub';
export type * from './protocol/ranker';
export type * from './protocol/retrieval';
export type * from './protocol/teacher';
