/** An experiment set up by a sentence, sent as a link, and opened from it; a link that was cut off. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStudio, ORIGIN, type Studio } from './studio.ts';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

const recipe = () => studio.page.getByRole('textbox', { name: 'The recipe as YAML' });
let link = '';

test('a sentence of the first page sets everything', async () => {
  const { page } = studio;
  await page
    .getByRole('button', { name: 'Tune MiniLM on 200 queries of my own, with contrastive lists of 8.' })
    .click();
  await page.waitForFunction(() => location.hash === '#/fine-tune/new');
  await expect.poll(() => recipe().inputValue()).toMatch(/maxSteps: 25\b/);
  expect(await page.getByRole('combobox', { name: 'Recipe' }).inputValue()).toBe('laptop-cl');
});

test('the recipe in a link, and back', async () => {
  const { page } = studio;
  const written = (await recipe().inputValue()).replace('maxSteps: 25', 'maxSteps: 26');
  await recipe().fill(written);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy a link' }).click();
  await page.getByText('The link is copied').waitFor();
  link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(new RegExp(`^${ORIGIN}#/fine-tune\\?recipe=[\\w-]+$`));

  // As from a mail: the app is opened by the link.
  await page.goto('about:blank');
  await page.goto(link);
  await page.waitForFunction(() => location.hash === '#/fine-tune/new');
  await expect.poll(() => recipe().inputValue()).toBe(written);
  // And changed, without being set back when the page is shown again.
  await recipe().fill(written.replace('maxSteps: 26', 'maxSteps: 27'));
  await studio.go('data');
  await page.goBack();
  await expect.poll(() => recipe().inputValue()).toMatch(/maxSteps: 27\b/);
  expect(studio.complaints).toEqual([]);
});

test('a recipe that is nobody’s preset', async () => {
  const { page } = studio;
  const own = 'name: mine\nmodel: { base: rerank-mini }\nobjective: CL\n';
  const packed = await page.evaluate(async (text) => {
    const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate'));
    return btoa(String.fromCharCode(...new Uint8Array(await new Response(stream).arrayBuffer())));
  }, own);
  await studio.go(`fine-tune?recipe=${packed.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`);
  await expect.poll(() => recipe().inputValue()).toBe(own);
  expect(await page.getByRole('combobox', { name: 'Recipe' }).locator('option:checked').textContent()).toBe(
    'from elsewhere',
  );
});

test('a link that was cut off says so', async () => {
  const { page } = studio;
  const before = await recipe().inputValue();
  await page.goto(link.slice(0, -20));
  await page.getByText(/the link is damaged \(a part of it is missing or changed\): copy all of it/).waitFor();
  expect(await recipe().inputValue()).toBe(before);
});
