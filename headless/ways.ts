/** What is to be done to get public files that are missing: each step once, in the order in which they are done. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Download, Expected, PublicFile } from '../src/recipes/data-block.ts';
import { CATALOGUE } from './public-data.ts';

const STEPS = ['fetch', 'by hand', 'unpack', 'make'] as const;

export function waysTo(missing: readonly PublicFile[], dataFolder: string): string[] {
  const steps = new Map<(typeof STEPS)[number], Set<string>>(STEPS.map((step) => [step, new Set()]));
  const at = (path: string) => join(dataFolder, path);
  const get = (download: Download) => {
    if (existsSync(at(download.path))) return;
    if (download.url) steps.get('fetch')!.add(fetching(download.url, at(download.path), download));
    else steps.get('by hand')!.add(`${download.page}: ${download.byHand}; to ${at(download.path)}`);
  };
  for (const file of missing) {
    if (file.url) steps.get('fetch')!.add(fetching(file.url, at(file.path), file));
    if (file.in) {
      get(CATALOGUE.download(file.in)!);
      steps.get('unpack')!.add(unpacking(at(file.in)));
    }
    for (const path of file.needs ?? []) get(CATALOGUE.download(path)!);
    if (file.make) steps.get('make')!.add(file.make.replaceAll('DATA', dataFolder));
  }
  return STEPS.flatMap((step) => {
    const all = [...steps.get(step)!];
    return all.length ? [`${step}:`, ...all.map((one) => `  ${one}`)] : [];
  });
}

function fetching(url: string, path: string, { bytes, md5, sha256 }: Expected): string {
  const known = [
    bytes === undefined ? 'size unknown' : `${bytes.toLocaleString('en')} bytes`,
    md5 ? `md5 ${md5}` : sha256 ? `sha256 ${sha256}` : 'checksum unknown',
  ];
  return `curl -L --create-dirs -o ${path} ${url}   (${known.join(', ')})`;
}

const unpacking = (path: string) =>
  path.endsWith('.zip') ? `unzip -o ${path} -d ${dirname(path)}` : `tar -xzf ${path} -C ${dirname(path)}`;
