/** What programs over all elements of a tensor share: a thread takes one vec4; the last may be cut. */
export const THREADS = 64;

/** Start of `main`; `i` is the number of the thread's vec4 among u.count of them. */
export const ELEMENTWISE_MAIN = `
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) place: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + place;
  if (i >= u.count) { return; }
`;

/** Number and workgroups for `size` elements, of which `width` go to a thread. */
export function elementwise(size: number, width: number): { count: number; workgroups: [number] } {
  const count = size / width;
  return { count, workgroups: [Math.ceil(count / THREADS)] };
}

/** Elements a thread takes: 4, or 1 where the size is not divisible. */
export function widthOf(size: number): 1 | 4 {
  return size % 4 === 0 ? 4 : 1;
}
