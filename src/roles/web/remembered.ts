/** Computes again only when the stamp has changed since the last time. */
export function remembered<T>(stamp: () => string, compute: () => T): () => T {
  let last: { readonly stamp: string; readonly value: T } | undefined;
  return () => {
    const now = stamp();
    if (last?.stamp !== now) last = { stamp: now, value: compute() };
    return last.value;
  };
}
