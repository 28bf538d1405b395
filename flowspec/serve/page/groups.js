/* Layers that repeat: what a long chain is in short. */

const LONGEST = 12;

/**
 * The chain as items `{key, rounds}`: each round holds one part or more, and an item with several
 * rounds is a block that repeats. The rounds of a block differ in masks and orders at most.
 */
export function grouped(chain) {
  const signs = chain.map(sign);
  const items = [];
  for (let at = 0; at < chain.length;) {
    const { size, times } = repeatAt(signs, at);
    const rounds = Array.from({ length: times }, (_, round) =>
      chain.slice(at + round * size, at + (round + 1) * size),
    );
    items.push({ key: chain[at].path, rounds });
    at += size * times;
  }
  return items;
}

/** What a part is called: its kind, and how often. */
export function nameOf(item) {
  const [round] = item.rounds;
  const kinds = [...new Set(round.map((part) => part.kind))].join(", ");
  return item.rounds.length === 1 ? kinds : `${item.rounds.length} × ${kinds}`;
}

/** The parameters of an item, all rounds together. */
export function parametersOf(item) {
  return item.rounds.flat().reduce((sum, part) => sum + part.parameters, 0);
}

/** The longest run of equal blocks that begins here; the smallest block where runs are equal. */
function repeatAt(signs, at) {
  let best = { size: 1, times: 1 };
  for (let size = 1; size <= LONGEST && at + 2 * size <= signs.length; size += 1) {
    let times = 1;
    while (isRepeated(signs, at, at + times * size, size)) times += 1;
    if (times > 1 && times * size > best.times * best.size) best = { size, times };
  }
  return best;
}

function isRepeated(signs, first, other, size) {
  for (let step = 0; step < size; step += 1) {
    if (signs[first + step] === null || signs[first + step] !== signs[other + step]) return false;
  }
  return true;
}

/** What parts that repeat have in common; null for what is no layer. */
function sign(part) {
  if (part.family !== "layers") return null;
  const networks = part.networks.map((one) => [one.name, one.kind]);
  return JSON.stringify([part.kind, part.transform, part.features, part.reads, networks]);
}
