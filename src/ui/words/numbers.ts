/** Numbers as people read them. English, whatever the browser's language: the app's words are English too. */

const INTEGER = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** 12345 → "12,345". */
export function count(value: number): string {
  return INTEGER.format(value);
}

/** A count with its noun: `1 query`, `2,003 queries`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Bytes in steps of 1000, as browsers say them: 999 B, 12 kB, 4.6 MB, 1.2 GB. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let step = 0;
  while (value >= 999.5 && step < units.length - 1) {
    value /= 1000;
    step++;
  }
  return `${step > 1 && value < 10 ? value.toFixed(1) : INTEGER.format(value)} ${units[step]}`;
}

/** Numbers of a model in millions: 22.7 M, 125 M; 1.2 B beyond a thousand of them. */
export function millions(value: number): string {
  const [scaled, unit] = value >= 999.5e6 ? [value / 1e9, 'B'] : [value / 1e6, 'M'];
  return `${scaled < 99.95 ? Number(scaled.toFixed(1)) : INTEGER.format(scaled)} ${unit}`;
}

/** A measure's value, four decimals without the leading zero's noise: 0.5121 → "0.512". */
export function measure(value: number, decimals = 3): string {
  return Number.isFinite(value) ? value.toFixed(decimals).replace('-', '−') : '–';
}

/** A difference with its sign: "+0.031", "−0.004", "±0.000". */
export function difference(value: number, decimals = 3): string {
  if (!Number.isFinite(value)) return '–';
  const text = Math.abs(value).toFixed(decimals);
  return (Number(text) === 0 ? '±' : value > 0 ? '+' : '−') + text;
}

/** A p-value: "p < .001", "p = .034". */
export function pValue(p: number): string {
  if (!Number.isFinite(p)) return 'p –';
  if (p < 0.001) return 'p < .001';
  return `p = ${p.toFixed(3).replace(/^0/, '')}`;
}

export { significanceMark as significance } from '../../evaluation/significance-mark';

/** Three significant digits, in powers of ten where that is shorter: 1e-5, 0.0123, 4.61. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5))
    return value
      .toExponential(2)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e');
  return Number(value.toPrecision(3)).toString();
}

/** A share as a whole percentage. */
export function percent(part: number, whole: number): string {
  return `${whole > 0 ? Math.floor((100 * part) / whole) : 0}%`;
}
