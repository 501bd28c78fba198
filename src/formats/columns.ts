/** The columns of a TREC line: whatever white space separates. */
export function columns(line: string): string[] {
  const trimmed = line.trim();
  return trimmed === '' ? [] : trimmed.split(/\s+/);
}

/** A whole number as evaluation files write it (`3`, `-1`, `2.0`), or undefined. */
export function integer(text: string): number | undefined {
  return /^[+-]?\d+(\.0*)?$/.test(text) ? Number(text) : undefined;
}

/** A finite decimal number (`1`, `-0.5`, `3e-7`), or undefined. */
export function decimal(text: string): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
