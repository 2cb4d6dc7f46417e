/** States what cannot be. A failure is a bug, so it crashes and the process restarts by its recovery path. */
export function assert(claim: boolean, broken: string): asserts claim {
  if (!claim) throw new Error(`impossible: ${broken}`);
}
