/** Training that is paused, and that is broken off by a reload, goes on. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStudio, type Studio } from './studio.ts';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

const live = () => studio.page.getByRole('article', { name: 'Experiment demo-cl' });
/** Enough that the run is still under way when the page is loaded anew. */
const STEPS = 150;

test('pause stops after a step, and going on goes on', async () => {
  const { page, go } = studio;
  await go('rank');
  await page.getByRole('button', { name: 'Take the demo’s collection' }).click();
  await page.getByRole('searchbox', { name: 'Query' }).waitFor();
  await go('fine-tune');
  await page.getByRole('combobox', { name: 'Recipe', exact: true }).selectOption('demo-cl');
  const recipe = () => page.getByLabel('The recipe as YAML').inputValue();
  await expect.poll(recipe).toMatch(/^name: demo-cl$/m);
  await expect.poll(() => page.getByRole('textbox', { name: 'Steps' }).count()).toBe(1);
  await page.getByRole('textbox', { name: 'Steps' }).fill(String(STEPS));
  await page.getByRole('textbox', { name: 'Steps' }).press('Tab');
  await expect.poll(recipe).toContain(`maxSteps: ${STEPS}`);
  await page.getByRole('button', { name: 'Start' }).click();
  await live()
    .getByText(new RegExp(`^\\d+ / ${STEPS} steps$`))
    .waitFor({ timeout: 120_000 });
  await page.getByRole('button', { name: 'Pause' }).click();
  await live().getByText('paused').waitFor({ timeout: 30_000 });
  const steps = () =>
    live()
      .getByText(/\d+ \/ \d+ steps/)
      .innerText();
  const before = await steps();
  await page.waitForTimeout(1500);
  expect(await steps()).toBe(before);
  await live().getByRole('button', { name: 'Go on' }).click();
  await live().getByText('running').waitFor();
});

test('after a reload in the middle it is offered to go on, and reaches the end', async () => {
  const { page, complaints } = studio;
  await page.reload();
  const list = page.getByRole('region', { name: 'All experiments, newest first' });
  await list.getByText('broken off').waitFor();
  await list.getByRole('button', { name: 'Go on' }).click();
  await live().getByText('finished', { exact: true }).waitFor({ timeout: 180_000 });
  expect(await live().innerText()).toContain(`${STEPS} / ${STEPS} steps`);
  expect(await live().getByRole('table').getByRole('row').count()).toBe(4);
  expect(complaints).toEqual([]);
});
