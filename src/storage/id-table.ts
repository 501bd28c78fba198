/**
 * A table from 32-bit hashes to 32-bit numbers, open addressing in typed arrays: 16 to 32 bytes an entry, where a Map of
 * strings takes over 100. One hash may have several numbers. It finds duplicates while a data set is imported.
 */
export class IdTable {
  #hashes = new Uint32Array(1024);
  /** Number + 1; 0 is a free slot. */
  #numbers = new Uint32Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(hash: number, number: number): void {
    if (this.#size * 2 >= this.#hashes.length) this.#grow();
    this.#put(hash, number + 1);
    this.#size++;
  }

  /** The numbers that a hash has; mostly none. */
  numbersOf(hash: number): readonly number[] {
    const mask = this.#hashes.length - 1;
    let found: number[] | undefined;
    for (let slot = hash & mask; this.#numbers[slot] !== 0; slot = (slot + 1) & mask)
      if (this.#hashes[slot] === hash) (found ??= []).push(this.#numbers[slot]! - 1);
    return found ?? NONE;
  }

  /** Calls back with every entry, in no order. */
  forEach(visit: (hash: number, number: number) => void): void {
    for (let slot = 0; slot < this.#hashes.length; slot++)
      if (this.#numbers[slot] !== 0) visit(this.#hashes[slot]!, this.#numbers[slot]! - 1);
  }

  #put(hash: number, stored: number): void {
    const mask = this.#hashes.length - 1;
    let slot = hash & mask;
    while (this.#numbers[slot] !== 0) slot = (slot + 1) & mask;
    this.#hashes[slot] = hash;
    this.#numbers[slot] = stored;
  }

  #grow(): void {
    const [hashes, numbers] = [this.#hashes, this.#numbers];
    this.#hashes = new Uint32Array(hashes.length * 2);
    this.#numbers = new Uint32Array(hashes.length * 2);
    for (let slot = 0; slot < hashes.length; slot++) if (numbers[slot] !== 0) this.#put(hashes[slot]!, numbers[slot]!);
  }
}

const NONE: readonly number[] = [];
