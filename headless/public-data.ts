/** What is known of public data: the files of configs/data. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataCatalogue } from '../src/recipes/data-catalogue.ts';
import { PROJECT } from './build-app.ts';

const FOLDER = join(PROJECT, 'configs', 'data');

export const CATALOGUE = dataCatalogue(
  Object.fromEntries(
    readdirSync(FOLDER)
      .filter((name) => name.endsWith('.yaml'))
      .map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]),
  ),
);
