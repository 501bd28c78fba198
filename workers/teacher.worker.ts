/** The teacher worker: lists of a cross-encoder or a language model. The only one that ever calls another server. */
import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import * as Comlink from 'comlink';
import { openLibrary } from '../src/storage/open-library';
import { asRankGpt } from '../src/teachers/as-rankgpt';
import { freeModel, keptModels } from '../src/teachers/cross-encoder/onnx-cache';
import { belongingTo } from '../src/teachers/belonging';
import { teachFromRun } from '../src/teachers/from-run';
import { openTeacher } from '../src/teachers/open-teacher';
import { planTeaching } from '../src/teachers/plan';
import { teach } from '../src/teachers/teach';
import type { TeacherApi } from './protocol';
import { pushed } from './stream';
import { list, queriesOf } from './teacher/lists';
import { teachings } from './teacher/teachings';

const opened = openLibrary();
// Absolute: onnxruntime's threads load it from a script of their own.
const runtime = { mjs: new URL(mjs, self.location.href).href, wasm: new URL(wasm, self.location.href).href };
let [stopping, dropping] = [new AbortController(), new AbortController()];

const api: TeacherApi = {
  teachings: async () => teachings(await opened),
  forget: async (id) => (await opened).deleteTeaching(id),
  plan: async (request) => planTeaching(await opened, request),

  async teach(request, means) {
    const library = await opened;
    [stopping, dropping] = [new AbortController(), new AbortController()];
    const [stop, drop] = [stopping.signal, dropping.signal];
    return pushed((left) => {
      const halt = { stop, signal: AbortSignal.any([left, drop]) };
      const { teacher: choice } = request;
      return teach({
        ...{ library, request, halt },
        open: (before) => openTeacher({ choice, means, before, halt, runtime }),
      });
    });
  },
  stop: async (how) => (how ? dropping : stopping).abort(new DOMException('stopped by the user', 'AbortError')),

  fromRun: async (request) => teachFromRun(await opened, request),
  list: async (of) => list(await opened, of),
  queries: async (run) => queriesOf(await opened, run),
  belongingTo: async (run) => belongingTo(await opened, run),
  keptModels,
  freeModel,
  rankGptFiles: async (request, run) => asRankGpt(await opened, request, run),
};

Comlink.expose(api);
