import { widthOf, type Storage } from './storage.webgpu';

/** What programs over all elements of a tensor share: a thread takes as many as are stored together. */
export const THREADS = 64;

/** Start of `main`; `i` is the number of the thread's `stored` among u.count of them. */
export const ELEMENTWISE_MAIN = `
@compute @workgroup_size(${THREADS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
        @builtin(local_invocation_index) place: u32) {
  let i = (group.y * groups.x + group.x) * ${THREADS}u + place;
  if (i >= u.count) { return; }
`;

/** Number and workgroups for `size` elements. */
export function elementwise(size: number, storage: Storage): { count: number; workgroups: [number] } {
  const count = size / widthOf(storage);
  return { count, workgroups: [Math.ceil(count / THREADS)] };
}
