type Numbers = Uint8Array | Int32Array | Uint32Array;

/** A typed array that grows at its end, by doubling. */
export class Growable<Array extends Numbers> {
  /** The elements so far, and room for more: zeros. */
  array: Array;
  length = 0;

  constructor(
    private readonly make: (length: number) => Array,
    capacity = 1024,
  ) {
    this.array = make(capacity);
  }

  push(value: number): void {
    if (this.length === this.array.length) this.reserve(1);
    this.array[this.length++] = value;
  }

  /** Makes room for `more` elements after the last one. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.array.length) return;
    const larger = this.make(Math.max(needed, this.array.length * 2));
    larger.set(this.array);
    this.array = larger;
  }

  /** Adds a part of another array. */
  append(values: Array, from = 0, to = values.length): void {
    this.reserve(to - from);
    for (let i = from; i < to; i++) this.array[this.length++] = values[i]!;
  }

  /** A copy of the elements, without the room. */
  trimmed(): Array {
    return this.array.slice(0, this.length) as Array;
  }
}
