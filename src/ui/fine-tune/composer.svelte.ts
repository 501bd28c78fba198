/** The recipe that is being put together: its text is the truth, the form is read from it. */
import type { Recipe } from '../../recipes/recipe';
import type { RecipeProblem } from '../../recipes/recipe-error';
import { PRESETS, type Preset } from './presets';
import type { DataBlock, Path, RecipeForm } from './recipe-document';

const CHECK_AFTER_MS = 150;

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
  #timer?: ReturnType<typeof setTimeout>;
  #module = () => import('./recipe-document');

  /** Reads the form of the present text. */
  async open(): Promise<void> {
    await this.#check();
  }

  choose(name: string): void {
    this.preset = PRESETS.find((preset) => preset.name === name);
    this.edit(this.preset?.yaml ?? '');
  }

  edit(yaml: string): void {
    this.yaml = yaml;
    this.checked = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#check(), CHECK_AFTER_MS);
  }

  async set(path: Path, value: unknown): Promise<void> {
    const { writeValue } = await this.#module();
    this.yaml = writeValue(this.yaml, path, value);
    await this.#check();
  }

  async addTestSet(): Promise<void> {
    const { addTestSet } = await this.#module();
    const like: Partial<DataBlock> = this.form?.data[0] ?? {};
    const name = `test ${(this.form?.testSets ?? 0) + 1}`;
    this.yaml = addTestSet(this.yaml, name, { ...like, run: undefined });
    await this.#check();
  }

  async #check(): Promise<void> {
    const text = this.yaml;
    const [{ readForm }, { checkRecipe }] = await Promise.all([this.#module(), import('./check-recipe')]);
    const { recipe, problems } = checkRecipe(text);
    if (text !== this.yaml) return;
    this.form = readForm(text) ?? this.form;
    this.problems = problems;
    this.recipe = recipe;
    this.checked = true;
  }
}

export const composer = new Composer();
