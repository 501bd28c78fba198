// Matrix product after Goto & van de Geijn (2008): B in panels of 8 columns, A in panels of 6 rows, and a kernel that
// keeps a 6 × 8 tile of C in 12 vector registers (15 of the 16 of x64 are then in use).
//
//             8                       packed A, a panel:  k = 0: r0 … r5 | k = 1: r0 … r5 | …
//         ┌──────┐                    packed B, a panel:  k = 0: c0 … c7 | k = 1: c0 … c7 | …
//      k  │  B   │
//         └──────┘
//   k
// ┌────┐  ┌──────┐
// │ A  │ 6│  C   │
// └────┘  └──────┘
import { finishRows } from './linear';
import { madd } from './simd';

/** Rows and columns of the tile. */
export const TILE_ROWS: i32 = 6;
export const TILE_COLUMNS: i32 = 8;

/** Depth of a panel: a panel of B (12 KiB) stays in the first-level cache. */
const DEPTH: i32 = 384;
/** Rows of A that are packed at a time (144 KiB): they stay in the second-level cache. */
const ROWS: i32 = 96;

/** Floats of scratch that `multiply` needs for any product with `columns` columns. */
export function multiplyScratch(columns: i32): i32 {
  return ROWS * DEPTH + ((columns + TILE_COLUMNS - 1) / TILE_COLUMNS) * TILE_COLUMNS * DEPTH + TILE_ROWS * TILE_COLUMNS;
}

/**
 * Packs `rows` rows of A, `depth` deep, into panels of 6 rows. Element (r, k) of A lies at a + r · rowStride + k · depthStride
 * (bytes). Rows that fill up the last panel are zero.
 */
export function packRows(a: usize, rowStride: usize, depthStride: usize, rows: i32, depth: i32, to: usize): void {
  for (let r: i32 = 0; r < rows; r += TILE_ROWS) {
    const here: i32 = min(TILE_ROWS, rows - r);
    if (here == TILE_ROWS) {
      let p0 = a + <usize>r * rowStride;
      let p1 = p0 + rowStride;
      let p2 = p1 + rowStride;
      let p3 = p2 + rowStride;
      let p4 = p3 + rowStride;
      let p5 = p4 + rowStride;
      for (let k: i32 = 0; k < depth; k++) {
        store<f32>(to, load<f32>(p0), 0);
        store<f32>(to, load<f32>(p1), 4);
        store<f32>(to, load<f32>(p2), 8);
        store<f32>(to, load<f32>(p3), 12);
        store<f32>(to, load<f32>(p4), 16);
        store<f32>(to, load<f32>(p5), 20);
        to += 24;
        p0 += depthStride;
        p1 += depthStride;
        p2 += depthStride;
        p3 += depthStride;
        p4 += depthStride;
        p5 += depthStride;
      }
    } else {
      for (let k: i32 = 0; k < depth; k++) {
        for (let i: i32 = 0; i < TILE_ROWS; i++) {
          store<f32>(to, i < here ? load<f32>(a + <usize>(r + i) * rowStride + <usize>k * depthStride) : 0);
          to += 4;
        }
      }
    }
  }
}

/**
 * Packs B, `depth` deep and `columns` wide, into panels of 8 columns. Element (k, c) lies at b + k · depthStride +
 * c · columnStride (bytes). Columns that fill up the last panel are zero.
 */
export function packColumns(b: usize, depthStride: usize, columnStride: usize, depth: i32, columns: i32, to: usize): void {
  for (let c: i32 = 0; c < columns; c += TILE_COLUMNS) {
    const here: i32 = min(TILE_COLUMNS, columns - c);
    let from = b + <usize>c * columnStride;
    if (here == TILE_COLUMNS && columnStride == 4) {
      for (let k: i32 = 0; k < depth; k++) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
        to += 32;
        from += depthStride;
      }
    } else if (here == TILE_COLUMNS && depthStride == 4) {
      packTransposed(from, columnStride, depth, to);
      to += <usize>depth * 32;
    } else {
      for (let k: i32 = 0; k < depth; k++) {
        for (let i: i32 = 0; i < TILE_COLUMNS; i++) {
          store<f32>(to, i < here ? load<f32>(from + <usize>i * columnStride) : 0);
          to += 4;
        }
        from += depthStride;
      }
    }
  }
}

/** A panel of 8 columns that are contiguous each: 4 × 4 transposes in registers. */
function packTransposed(from: usize, columnStride: usize, depth: i32, to: usize): void {
  let k: i32 = 0;
  for (; k + 4 <= depth; k += 4) {
    for (let half: i32 = 0; half < 2; half++) {
      const p0 = from + <usize>(half * 4) * columnStride + <usize>k * 4;
      const r0 = v128.load(p0);
      const r1 = v128.load(p0 + columnStride);
      const r2 = v128.load(p0 + 2 * columnStride);
      const r3 = v128.load(p0 + 3 * columnStride);
      const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
      const t1 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
      const t2 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      const at = to + <usize>(k * 32 + half * 16);
      v128.store(at, v128.shuffle<f64>(t0, t2, 0, 2));
      v128.store(at, v128.shuffle<f64>(t0, t2, 1, 3), 32);
      v128.store(at, v128.shuffle<f64>(t1, t3, 0, 2), 64);
      v128.store(at, v128.shuffle<f64>(t1, t3, 1, 3), 96);
    }
  }
  for (; k < depth; k++) {
    for (let i: i32 = 0; i < TILE_COLUMNS; i++) {
      store<f32>(to + <usize>(k * 32 + i * 4), load<f32>(from + <usize>i * columnStride + <usize>k * 4));
    }
  }
}

/** One tile: c [6, 8] = panel a · panel b, or added to what is there. `stride`: bytes from a row of c to the next. */
export function tile(depth: i32, a: usize, b: usize, c: usize, stride: usize, add: bool): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
  const end = b + (<usize>depth << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load32_splat(a, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load32_splat(a, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load32_splat(a, 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    x = v128.load32_splat(a, 16);
    c40 = madd(x, b0, c40);
    c41 = madd(x, b1, c41);
    x = v128.load32_splat(a, 20);
    c50 = madd(x, b0, c50);
    c51 = madd(x, b1, c51);
    a += 24;
    b += 32;
  }
  if (add) {
    c00 = f32x4.add(c00, v128.load(c));
    c01 = f32x4.add(c01, v128.load(c, 16));
    v128.store(c, c00);
    v128.store(c, c01, 16);
    c += stride;
    v128.store(c, f32x4.add(c10, v128.load(c)));
    v128.store(c, f32x4.add(c11, v128.load(c, 16)), 16);
    c += stride;
    v128.store(c, f32x4.add(c20, v128.load(c)));
    v128.store(c, f32x4.add(c21, v128.load(c, 16)), 16);
    c += stride;
    v128.store(c, f32x4.add(c30, v128.load(c)));
    v128.store(c, f32x4.add(c31, v128.load(c, 16)), 16);
    c += stride;
    v128.store(c, f32x4.add(c40, v128.load(c)));
    v128.store(c, f32x4.add(c41, v128.load(c, 16)), 16);
    c += stride;
    v128.store(c, f32x4.add(c50, v128.load(c)));
    v128.store(c, f32x4.add(c51, v128.load(c, 16)), 16);
  } else {
    v128.store(c, c00);
    v128.store(c, c01, 16);
    c += stride;
    v128.store(c, c10);
    v128.store(c, c11, 16);
    c += stride;
    v128.store(c, c20);
    v128.store(c, c21, 16);
    c += stride;
    v128.store(c, c30);
    v128.store(c, c31, 16);
    c += stride;
    v128.store(c, c40);
    v128.store(c, c41, 16);
    c += stride;
    v128.store(c, c50);
    v128.store(c, c51, 16);
  }
}

/**
 * c [rows, columns] = packed a · packed b over `depth`, or added to what is there. `stride`: bytes from a row of c to the
 * next; `edge`: scratch of one tile, for tiles that reach over c's edge.
 */
export function multiplyPacked(
  a: usize, b: usize, c: usize, stride: usize, rows: i32, columns: i32, depth: i32, add: bool, edge: usize,
): void {
  for (let column: i32 = 0; column < columns; column += TILE_COLUMNS) {
    const panel = b + <usize>column * <usize>depth * 4;
    const width: i32 = min(TILE_COLUMNS, columns - column);
    for (let row: i32 = 0; row < rows; row += TILE_ROWS) {
      const height: i32 = min(TILE_ROWS, rows - row);
      const at = c + <usize>row * stride + <usize>column * 4;
      const rowsPanel = a + <usize>row * <usize>depth * 4;
      if (height == TILE_ROWS && width == TILE_COLUMNS) {
        tile(depth, rowsPanel, panel, at, stride, add);
        continue;
      }
      tile(depth, rowsPanel, panel, edge, TILE_COLUMNS * 4, false);
      for (let r: i32 = 0; r < height; r++) {
        for (let i: i32 = 0; i < width; i++) {
          const place = at + <usize>r * stride + <usize>i * 4;
          const value = load<f32>(edge + <usize>(r * TILE_COLUMNS + i) * 4);
          store<f32>(place, add ? load<f32>(place) + value : value);
        }
      }
    }
  }
}

/**
 * c [rows, columns] = activation(A · B + bias), or A · B added to what is there; A and B by strides in bytes, as `packRows`
 * and `packColumns` take them, so that either may be read transposed. `scratch` has `multiplyScratch(columns)` floats.
 */
export function multiply(
  a: usize, aRowStride: usize, aDepthStride: usize,
  b: usize, bDepthStride: usize, bColumnStride: usize,
  c: usize, rows: i32, columns: i32, depth: i32, add: bool, bias: usize, activation: i32, scratch: usize,
): void {
  const stride = <usize>columns * 4;
  const packedA = scratch;
  const edge = packedA + <usize>(ROWS * DEPTH) * 4;
  const packedB = edge + <usize>(TILE_ROWS * TILE_COLUMNS) * 4;
  for (let k: i32 = 0; k < depth; k += DEPTH) {
    const here: i32 = min(DEPTH, depth - k);
    packColumns(b + <usize>k * bDepthStride, bDepthStride, bColumnStride, here, columns, packedB);
    for (let row: i32 = 0; row < rows; row += ROWS) {
      const count: i32 = min(ROWS, rows - row);
      const at = c + <usize>row * stride;
      packRows(a + <usize>row * aRowStride + <usize>k * aDepthStride, aRowStride, aDepthStride, count, here, packedA);
      multiplyPacked(packedA, packedB, at, stride, count, columns, here, add || k > 0, edge);
      if (k + here == depth) finishRows(at, bias, count, columns, activation);
    }
  }
}
