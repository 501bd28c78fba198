/** The recipes that come with the studio: the files of configs/experiments, as they are. */

const FILES = import.meta.glob<string>('/configs/experiments/*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const GROUPS = ['Demo', 'Your own data', 'The study on a laptop', 'The study', 'Whole experiments on files'] as const;

export interface Preset {
  /** `bert-cl-kd`. */
  name: string;
  group: (typeof GROUPS)[number];
  fileName: string;
  yaml: string;
}

const DEMO_NAME = 'demo-cl-kd';

function groupOf(name: string): Preset['group'] {
  if (name.startsWith('demo-')) return 'Demo';
  if (name === 'laptop-cl') return 'Your own data';
  if (name.startsWith('laptop-')) return 'The study on a laptop';
  return /^(bert|electra|roberta)-/.test(name) ? 'The study' : 'Whole experiments on files';
}

const place = ({ name, group }: Preset) => 2 * GROUPS.indexOf(group) - (name === DEMO_NAME ? 1 : 0);

export const PRESETS: Preset[] = Object.entries(FILES)
  .map(([path, yaml]) => {
    const fileName = path.split('/').at(-1) ?? path;
    const name = fileName.replace(/\.yaml$/, '');
    return { name, group: groupOf(name), fileName, yaml };
  })
  .sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name));

/** In the order of the picker. */
export const PRESET_GROUPS = GROUPS.map((label) => ({
  label,
  presets: PRESETS.filter(({ group }) => group === label),
}));

export const DEMO = PRESETS.find((preset) => preset.name === DEMO_NAME);
