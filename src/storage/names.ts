/** The name, or the name with the first ` (2)`, ` (3)` … that is not taken. */
export function uniqueName(name: string, taken: Iterable<string>): string {
  const names = new Set(taken);
  if (!names.has(name)) return name;
  let number = 2;
  while (names.has(`${name} (${number})`)) number++;
  return `${name} (${number})`;
}
