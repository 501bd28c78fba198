/** Drawings wait in a line and get a frame each: several charts that change together must not hold up the page. */

const waiting = new Set<() => void>();
let asked = false;

function drawNext(): void {
  const [next] = waiting;
  if (next) {
    waiting.delete(next);
    next();
  }
  asked = waiting.size > 0;
  if (asked) requestAnimationFrame(drawNext);
}

/** Draws in one of the next frames. Returns a function that takes the drawing back if it has not been made. */
export function drawSoon(draw: () => void): () => void {
  waiting.add(draw);
  if (!asked) {
    asked = true;
    requestAnimationFrame(drawNext);
  }
  return () => waiting.delete(draw);
}
