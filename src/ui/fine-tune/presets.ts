/** The recipes that come with the studio: the files of configs/experiments, as they are. */

const FILES = import.meta.glob<string>('/configs/experiments/*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
});

export interface Preset {
  /** `bert-cl-kd`. */
  name: string;
  fileName: string;
  yaml: string;
}

const DEMO_NAME = 'demo-cl-kd';

/** The demo first, then its relatives, then the study's. */
const place = (name: string) => (name === DEMO_NAME ? 0 : name.startsWith('demo') ? 1 : 2);

export const PRESETS: Preset[] = Object.entries(FILES)
  .map(([path, yaml]) => {
    const fileName = path.split('/').at(-1) ?? path;
    return { name: fileName.replace(/\.yaml$/, ''), fileName, yaml };
  })
  .sort((a, b) => place(a.name) - place(b.name) || a.name.localeCompare(b.name));

export const DEMO = PRESETS.find((preset) => preset.name === DEMO_NAME);
