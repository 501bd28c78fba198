/** What is known of public data by the names that recipes use: the files of configs/data. Loaded with the YAML parser. */
import { dataCatalogue } from '../../recipes/data-catalogue';

const FILES = import.meta.glob<string>('/configs/data/*.yaml', { query: '?raw', import: 'default', eager: true });

export const CATALOGUE = dataCatalogue(FILES);
export const TEST_SETS = CATALOGUE.testSets;
