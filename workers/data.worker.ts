/** The data worker: imports, browsing, measures, checkpoints in and out. */
import * as Comlink from 'comlink';
import { openLibrary } from '../src/storage/open-library';
import { contentsApi } from './data/contents';
import { entriesApi } from './data/entries';
import { filesApi } from './data/files';
import { hubApi } from './data/hub';
import { runsApi } from './data/runs';
import type { DataApi } from './protocol';

const opened = openLibrary();

const api: DataApi = {
  ...entriesApi(opened),
  ...filesApi(opened),
  ...contentsApi(opened),
  ...hubApi(opened),
  ...runsApi(opened),
};

Comlink.expose(api);
