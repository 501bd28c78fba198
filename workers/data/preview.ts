/** What a file is, and its first records in words: shown before an import. */
import { detectFormat, type Detected } from '../../src/formats/detect-format';
import { parseFile } from '../../src/formats/parse-file';
import type { FilePreview } from '../protocol';

const SAMPLES = 5;
const EXCERPT_CHARACTERS = 160;

const FORMAT_NAMES: Record<string, string> = {
  'collection tsv': 'TSV: id, title where there is one, text',
  'collection jsonl': 'JSON lines (BEIR or Anserini)',
  'queries tsv': 'TSV: id, text',
  'queries jsonl': 'JSON lines (BEIR or Anserini)',
  'qrels trec': 'TREC qrels, 4 columns',
  'qrels beir': 'BEIR qrels, 3 columns',
  'run trec': 'TREC run, 6 columns',
  'run colbert': 'ColBERT run: query, document, rank',
};

const isDataset = (detected: Detected) => `${detected.kind} ${detected.format}` in FORMAT_NAMES;

/** Recognises a file by its content. Never throws: what is wrong is the preview's `reason`. */
export async function previewFile(data: Blob, name: string): Promise<FilePreview> {
  try {
    const detected = await detectFormat({ name, data });
    if (!isDataset(detected)) {
      const reason = 'reason' in detected ? detected.reason : `this is ${detected.kind} (${detected.format})`;
      return { reason, sample: [] };
    }
    const kind = detected.kind as NonNullable<FilePreview['kind']>;
    const sample: string[] = [];
    for await (const { records } of parseFile({ name, data: data.slice(0, 1 << 20) }, kind)) {
      for (const record of records.slice(0, SAMPLES - sample.length)) sample.push(inWords(record));
      if (sample.length >= SAMPLES) break;
    }
    const packed = /\.gz$/.test(name) ? ', gzip' : '';
    return { kind, format: FORMAT_NAMES[`${kind} ${detected.format}`]! + packed, sample };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error), sample: [] };
  }
}

function inWords(record: object): string {
  const values = Object.values(record).map(String).join(' · ');
  return values.length > EXCERPT_CHARACTERS ? `${values.slice(0, EXCERPT_CHARACTERS)}…` : values;
}
