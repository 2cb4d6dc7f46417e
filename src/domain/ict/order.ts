interface Placed {
  readonly near: number;
  readonly drawn: number;
}

/**
 * Orders the items from an index on, and moves them down among those before it, by rising near edge; of equal ones the
 * youngest comes last. An insertion sort: there are few of them and they are nearly in order.
 */
export function settle<Item extends Placed>(items: Item[], from: number): void {
  for (let k = from; k < items.length; k += 1) {
    const item = items[k];
    if (!item) continue;
    let i = k;
    for (; i > 0; i -= 1) {
      const before = items[i - 1];
      if (!before || before.near < item.near || (before.near === item.near && before.drawn <= item.drawn)) break;
      items[i] = before;
    }
    if (i < k) items[i] = item;
  }
}
