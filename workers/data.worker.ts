/** The data worker: imports, browsing, measures, checkpoints in and out. */
import * as Comlink from 'comlink';
import { openLibrary } from '../src/storage/open-library';
import { contentsApi } from './data/contents';
import { entriesApi } from './data/entries';
import { filesApi } from './data/files';
import type { DataApi } from './protocol';

const opened = openLibrary();

const api: DataApi = { ...entriesApi(opened), ...filesApi(opened), ...contentsApi(opened) };

Comlink.expose(api);
