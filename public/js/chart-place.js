// Where labels go: at their line, or next to it where another already stands.

/** In heights of a label. Further away nobody would know whose label it is. */
const STEPS = [0, 1, -1, 2, -2];

/**
 * The labels that find room, each with its own `x` and `top`; the first in the list have the first choice. A label may
 * stand at any of its `spots`; every one of them is tried on the line itself before any is tried beside it.
 */
export function placed(labels, { height, bottom, gap = 1 }) {
  const taken = [];
  for (const { spots, ...label } of labels) {
    const tries = STEPS.flatMap((step) =>
      spots.map(({ x, y }) => ({ ...label, x, top: y - height / 2 + step * (height + gap) })),
    );
    const found = tries.find(
      (one) => one.top >= 0 && one.top + height <= bottom && taken.every((other) => isApart(other, one)),
    );
    if (found) taken.push(found);
  }
  return taken;

  function isApart(a, b) {
    const [upper, lower] = a.top < b.top ? [a, b] : [b, a];
    const [left, right] = a.x < b.x ? [a, b] : [b, a];
    return upper.top + height + gap <= lower.top || left.x + left.width + gap <= right.x;
  }
}
