/** What a sampler draws, as a user looks at it: list by list, with other options, another seed; and by its address alone. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStudio, type Studio } from './studio.ts';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

const rows = () => studio.page.getByRole('region', { name: 'Passages of the query' }).locator('tbody tr');
const chosen = (name: string) => studio.page.getByRole('radio', { name });
/** The documents of the list, in its order. */
async function list(): Promise<string> {
  await chosen('In the list').check({ force: true });
  return (await rows().locator('.mono').allInnerTexts()).join(' ');
}

test('the demo’s lists, with the reasons', async () => {
  const { page, go } = studio;
  await go('fine-tune/sampling');
  await page.getByRole('button', { name: 'Take the demo’s data' }).click();
  await page.getByRole('button', { name: 'Make BM25’s run of demo-train' }).click();
  await page.getByText('List 1 of 100').waitFor();
  const first = await list();
  expect(first.split(' ')).toHaveLength(8);
  expect(await rows().filter({ hasText: 'drawn as relevant' }).count()).toBe(1);
  expect(await rows().filter({ hasText: 'drawn as non-relevant, 7 of' }).count()).toBe(7);

  await page.getByRole('button', { name: 'The next list' }).click();
  await page.getByText('List 2 of 100').waitFor();
  expect(await list()).not.toBe(first);
  await page.goBack();
  await page.getByText('List 1 of 100').waitFor();
  expect(await list()).toBe(first);

  // Another seed draws the same query anew.
  await page.getByRole('button', { name: 'Another seed' }).click();
  await page.waitForFunction(() => location.hash.includes('seed=43'));
  await expect.poll(list).not.toBe(first);
});

test('every option can be changed, and what cannot be is said', async () => {
  const { page } = studio;
  const length = page.getByLabel('List length');
  await length.fill('3');
  await length.press('Enter');
  await expect.poll(async () => (await list()).split(' ').length).toBe(3);
  await length.fill('60');
  await length.press('Enter');
  await page.getByRole('alert').getByText('expected at most trainSampleDepth (50), found 60').waitFor();
  await length.fill('few');
  await length.press('Enter');
  await page.getByText('expected a whole number of at least 1, found "few"').waitFor();
  await page.getByRole('button', { name: 'As in the recipe' }).click();
  await expect.poll(async () => (await list()).split(' ').length).toBe(8);
});

test('an address says it all', async () => {
  const { page, go } = studio;
  await go('fine-tune/sampling?recipe=demo-cl-kd&stage=1&relevant=full_first&shuffleDocs=false&trainSampleSize=4');
  await page.getByText('the first 4 of 20 passages by rank').waitFor();
  await list();
  expect(await rows().locator('td:first-child').allInnerTexts()).toEqual(['1', '2', '3', '4']);
  await go('fine-tune/sampling?query=nobody');
  await page.getByRole('alert').getByText('query nobody: neither the run nor the judgements have it').waitFor();
  expect(studio.complaints).toEqual([]);
});

test('the study’s table is there before any experiment, to be taken away', async () => {
  const { page, go } = studio;
  await go('results');
  await page.getByRole('link', { name: 'The study’s table' }).click();
  await page.getByText('No value of yours yet').waitFor();
  const files: Record<string, string> = {};
  for (const format of ['LaTeX', 'Markdown', 'CSV']) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: format }).click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    files[download.suggestedFilename()] = Buffer.concat(chunks).toString();
  }
  expect(files['study.tex']).toContain('\\textcolor{gray}{0.7304}');
  expect(files['study.md']).toContain('| RoBERTa | CL, published | 0.7356 |');
  expect(files['study.csv']).toMatch(/^model,learnt from,dl19 nDCG@10,/);
});
