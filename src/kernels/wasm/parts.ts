/** A part of a range: its first element and how many. */
export interface Part {
  first: number;
  count: number;
}

/** Splits `count` elements into parts of `size` (the last may be smaller). */
export function partsOf(count: number, size: number): Part[] {
  const parts: Part[] = [];
  for (let first = 0; first < count; first += size) parts.push({ first, count: Math.min(size, count - first) });
  return parts;
}

/** Splits `count` elements evenly among `threads`, in parts that are multiples of `unit` elements (but the last). */
export function partsFor(threads: number, count: number, unit: number): Part[] {
  return partsOf(count, Math.max(unit, unit * Math.ceil(count / (threads * unit))));
}
