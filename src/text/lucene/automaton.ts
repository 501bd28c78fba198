/**
 * Small regular expressions over character classes, compiled to one table that finds the longest match of several rules:
 * what a scanner generator (lex, JFlex) does.
 *
 *   rules ──▶ Thompson's automaton with empty moves ──▶ subset construction ──▶ minimisation ──▶ table [state × 32 classes]
 */

/** A regular expression over character classes 0 to 31. */
export type Pattern =
  /** One character of any of the classes in the bit mask. */
  | { kind: 'one'; classes: number }
  | { kind: 'sequence'; parts: Pattern[] }
  | { kind: 'either'; parts: Pattern[] }
  /** Any number of times, none too. */
  | { kind: 'repeat'; part: Pattern };

/** One character of any of these classes. */
export const one = (...classes: number[]): Pattern => ({
  kind: 'one',
  classes: classes.reduce((mask, each) => mask | (1 << each), 0),
});
export const sequence = (...parts: Pattern[]): Pattern => ({ kind: 'sequence', parts });
export const either = (...parts: Pattern[]): Pattern => ({ kind: 'either', parts });
export const repeat = (...parts: Pattern[]): Pattern => ({ kind: 'repeat', part: sequence(...parts) });
export const oneOrMore = (part: Pattern): Pattern => sequence(part, repeat(part));
export const optional = (part: Pattern): Pattern => either(part, sequence());

export const CLASSES = 32;
/** No match can follow. */
export const DEAD = 0;
export const START = 1;

/** A deterministic automaton. */
export interface Automaton {
  /** The next state, `[state * CLASSES + class]`; `DEAD` for none. */
  next: Uint8Array;
  /** By state: 1 + the index of the rule that matches here, the first of them if several do; 0 for none. */
  accepts: Uint8Array;
}

interface Edge {
  classes: number;
  to: number;
}

/**
 * Compiles rules; of several that match equally long, the first one wins.
 * @throws when the automaton has more than 256 states.
 */
export function compile(rules: readonly Pattern[]): Automaton {
  const { next, accepts } = minimised(determinised(rules));
  if (accepts.length > 256) throw new Error(`the rules make ${accepts.length} states: expected at most 256`);
  return { next: Uint8Array.from(next), accepts: Uint8Array.from(accepts) };
}

interface Table {
  next: number[];
  accepts: number[];
}

function determinised(rules: readonly Pattern[]): Table {
  // Thompson's construction: a node has edges over classes and moves that read nothing.
  const edges: Edge[][] = [];
  const moves: number[][] = [];
  const node = () => {
    edges.push([]);
    return moves.push([]) - 1;
  };
  /** Adds the pattern after `from`; returns the node where it ends. */
  const add = (pattern: Pattern, from: number): number => {
    switch (pattern.kind) {
      case 'one': {
        const to = node();
        edges[from]!.push({ classes: pattern.classes, to });
        return to;
      }
      case 'sequence':
        return pattern.parts.reduce((end, part) => add(part, end), from);
      case 'either': {
        const to = node();
        for (const part of pattern.parts) moves[add(part, from)]!.push(to);
        return to;
      }
      case 'repeat': {
        // Its own node, so that a loop never leads back into what stands before it.
        const loop = node();
        moves[from]!.push(loop);
        moves[add(pattern.part, loop)]!.push(loop);
        const to = node();
        moves[loop]!.push(to);
        return to;
      }
    }
  };
  const root = node();
  const ruleOf = new Map<number, number>();
  rules.forEach((rule, index) => {
    const first = node();
    moves[root]!.push(first);
    ruleOf.set(add(rule, first), index + 1);
  });

  // Subset construction: a state is the set of nodes where the scanner may be.
  const closed = (nodes: Iterable<number>): number[] => {
    const all = new Set(nodes);
    for (const each of all) for (const to of moves[each]!) all.add(to);
    return [...all].sort((a, b) => a - b);
  };
  const states: number[][] = [[], closed([root])];
  const numbers = new Map(states.map((nodes, state) => [nodes.join(), state]));
  const next: number[] = [];
  for (let state = 0; state < states.length; state++) {
    const outgoing = states[state]!.flatMap((each) => edges[each]!);
    // Most classes lead to the same nodes as another one: the mask of edges says which.
    const known = new Map<string, number>();
    for (let symbol = 0; symbol < CLASSES; symbol++) {
      const targets = outgoing.filter(({ classes }) => (classes >>> symbol) & 1).map(({ to }) => to);
      const reached = targets.join();
      let number = known.get(reached);
      if (number === undefined) {
        const nodes = closed(targets);
        const key = nodes.join();
        number = numbers.get(key) ?? states.push(nodes) - 1;
        numbers.set(key, number);
        known.set(reached, number);
      }
      next.push(number);
    }
  }
  const accepts = states.map((nodes) => {
    const matching = nodes.flatMap((each) => ruleOf.get(each) ?? []);
    return matching.length ? Math.min(...matching) : 0;
  });
  return { next, accepts };
}

/** Moore's algorithm: states are split by what they accept, then by where they lead, until no split is left. */
function minimised({ next, accepts }: Table): Table {
  const states = accepts.length;
  const row = <T>(state: number, of: (to: number) => T) => next.slice(state * CLASSES, (state + 1) * CLASSES).map(of);
  const grouped = (key: (state: number) => string): { group: number[]; count: number } => {
    const numbers = new Map<string, number>();
    const group = Array.from({ length: states }, (_, state) => {
      // Groups are numbered as they come, which keeps the dead state 0 and the start 1.
      const of = key(state);
      if (!numbers.has(of)) numbers.set(of, numbers.size);
      return numbers.get(of)!;
    });
    return { group, count: numbers.size };
  };
  let { group, count } = grouped((state) =>
    state === DEAD ? 'dead' : state === START ? 'start' : `${accepts[state]}`,
  );
  for (;;) {
    const split = grouped((state) => `${group[state]}:${row(state, (to) => group[to])}`);
    if (split.count === count) break;
    ({ group, count } = split);
  }
  const representatives = Array.from({ length: count }, (_, number) => group.indexOf(number));
  return {
    next: representatives.flatMap((state) => row(state, (to) => group[to]!)),
    accepts: representatives.map((state) => accepts[state]!),
  };
}
