// What follows a product, on rows that are still in the cache.
import { activate } from './activation';

/** c [rows, columns] ← activation(c + bias); bias 0: none; activation codes as in ./activation.ts. */
export function finishRows(c: usize, bias: usize, rows: i32, columns: i32, activation: i32): void {
  if (bias) {
    let at = c;
    for (let row: i32 = 0; row < rows; row++) {
      let i: i32 = 0;
      for (; i + 4 <= columns; i += 4) {
        v128.store(at + <usize>i * 4, f32x4.add(v128.load(at + <usize>i * 4), v128.load(bias + <usize>i * 4)));
      }
      for (; i < columns; i++) {
        store<f32>(at + <usize>i * 4, load<f32>(at + <usize>i * 4) + load<f32>(bias + <usize>i * 4));
      }
      at += <usize>columns * 4;
    }
  }
  if (activation) activate(c, c, rows * columns, activation);
}
