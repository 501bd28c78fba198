/** The recipe that is being put together: its text is the truth, the form is read from it. */
import type { ExperimentReport } from '../../experiments/report';
import type { EarlierReport } from '../../experiments/rerun';
import type { DataCatalogue } from '../../recipes/data-catalogue';
import type { Recipe } from '../../recipes/recipe';
import type { RecipeProblem } from '../../recipes/recipe-error';
import { library } from '../studio.svelte';
import { PRESETS, type Preset } from './presets';
import type { DataBlock, DataKey, Path, RecipeForm } from './recipe-document';

const CHECK_AFTER_MS = 150;
/** Data sources are called by the kinds of data sets. */
export const DATA_KEYS: DataKey[] = ['collection', 'queries', 'qrels', 'run'];

/** A data set that the recipe names and that is not stored. */
export interface MissingData {
  key: DataKey;
  name: string;
}

/** A report whose recipe stands here as it came. */
interface Again {
  report: EarlierReport;
  yaml: string;
}

type DocumentModule = typeof import('./recipe-document');

class Composer {
  preset = $state.raw<Preset | undefined>(PRESETS[0]);
  yaml = $state(PRESETS[0]?.yaml ?? '');
  /** Stays as it was while the text is not YAML. */
  form = $state.raw<RecipeForm>();
  problems = $state.raw<readonly RecipeProblem[]>([]);
  /** With its defaults; undefined while there are problems. */
  recipe = $state.raw<Recipe>();
  /** False until the text as it is now was checked. */
  checked = $state(false);
  changed = $derived(this.preset !== undefined && this.yaml !== this.preset.yaml);
  #again = $state.raw<Again>();
  /** The report that is run again, as long as nothing of its recipe is changed. */
  again = $derived(this.#again?.yaml === this.yaml ? this.#again.report : undefined);
  /** What is known of a data set by its name, where it is public. */
  publicFile = $state.raw<DataCatalogue['file']>(() => undefined);
  publicDownload = $state.raw<DataCatalogue['download']>(() => undefined);
  #timer?: ReturnType<typeof setTimeout>;

  missing = $derived.by(() => {
    const all = (this.form?.data ?? []).flatMap(missingIn);
    return all.filter(({ key, name }, i) => all.findIndex((one) => one.key === key && one.name === name) === i);
  });

  /** Reads the form of the present text. */
  open(): Promise<void> {
    return this.#check();
  }

  choose(name: string): void {
    this.preset = PRESETS.find((preset) => preset.name === name);
    clearTimeout(this.#timer);
    this.yaml = this.preset?.yaml ?? '';
    this.checked = false;
    void this.#check();
  }

  /** Takes the recipe of a report, to run it again. */
  async runAgain(report: ExperimentReport): Promise<void> {
    const [{ rerunHere }, { recipeToYaml }] = await Promise.all([
      import('../../experiments/rerun-here'),
      import('../../recipes/write-recipe'),
    ]);
    const { recipe, earlier } = rerunHere(report, library);
    const yaml = recipeToYaml(recipe);
    this.take(yaml);
    this.preset = undefined;
    this.#again = { report: earlier, yaml };
  }

  /** Takes a recipe from elsewhere: one of the presets, a preset that was changed, or one of its own. */
  take(yaml: string): void {
    const name = /^name:\s*(\S+)/m.exec(yaml)?.[1];
    this.preset = PRESETS.find((preset) => preset.yaml === yaml) ?? PRESETS.find((preset) => preset.name === name);
    clearTimeout(this.#timer);
    this.yaml = yaml;
    this.checked = false;
    void this.#check();
  }

  edit(yaml: string): void {
    this.yaml = yaml;
    this.checked = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#check(), CHECK_AFTER_MS);
  }

  set(path: Path, value: unknown): Promise<void> {
    return this.#rewrite(({ writeValue }) => writeValue(this.yaml, path, value));
  }

  replace({ key, name }: MissingData, to: unknown): Promise<void> {
    return this.#rewrite(({ replaceData }) => replaceData(this.yaml, key, name, to));
  }

  addTestSet(): Promise<void> {
    const like: Partial<DataBlock> = this.form?.data[0] ?? {};
    const name = `test ${(this.form?.testSets ?? 0) + 1}`;
    return this.#rewrite(({ addTestSet }) => addTestSet(this.yaml, name, like));
  }

  dropTestSets(places: number[]): Promise<void> {
    return this.#rewrite(({ dropTestSets }) => dropTestSets(this.yaml, places));
  }

  async #rewrite(change: (module: DocumentModule) => string): Promise<void> {
    this.yaml = change(await import('./recipe-document'));
    await this.#check();
  }

  async #check(): Promise<void> {
    const text = this.yaml;
    const [{ readForm }, { checkRecipe }, { CATALOGUE }] = await Promise.all([
      import('./recipe-document'),
      import('./check-recipe'),
      import('./public-data'),
    ]);
    this.publicFile = CATALOGUE.file;
    this.publicDownload = CATALOGUE.download;
    const { recipe, problems } = checkRecipe(text);
    if (text !== this.yaml) return;
    this.form = readForm(text) ?? this.form;
    this.problems = problems;
    this.recipe = recipe;
    this.checked = true;
  }
}

/** What a block names and the library does not have. */
export function missingIn(block: DataBlock): MissingData[] {
  return DATA_KEYS.flatMap((key) => {
    const name = block[key];
    if (typeof name !== 'string') return [];
    return library.of(key).some((entry) => entry.name === name) ? [] : [{ key, name }];
  });
}

export const composer = new Composer();
