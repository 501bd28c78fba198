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

export const PRESETS: Preset[] = Object.entries(FILES)
  .map(([path, yaml]) => {
    const fileName = path.split('/').at(-1) ?? path;
    return { name: fileName.replace(/\.yaml$/, ''), fileName, yaml };
  })
  .sort(
    (a, b) => Number(b.name.startsWith('demo')) - Number(a.name.startsWith('demo')) || a.name.localeCompare(b.name),
  );

export const DEMO = PRESETS.find((preset) => preset.name === 'demo-cl-kd');
