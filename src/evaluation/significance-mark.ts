/** The mark of a p-value in tables: ** under .01, * under .05, nothing above or without one. */
export function significanceMark(p: number | null | undefined): '' | '*' | '**' {
  if (p === null || p === undefined || !Number.isFinite(p)) return '';
  return p < 0.01 ? '**' : p < 0.05 ? '*' : '';
}
