/** Redis stream ids, `milliseconds-sequence`. */
const FORM = /^(\d{1,16})-(\d{1,16})$/;

export const isStreamId = (text: string): boolean => FORM.test(text);

/** The millisecond part, by the clock of the Redis server. */
export const idMs = (id: string): number => Number(id.split('-')[0]);

/** Negative when `a` is older than `b`, zero when they are the same. */
export function compareIds(a: string, b: string): number {
  const [aMs = '0', aSeq = '0'] = a.split('-');
  const [bMs = '0', bSeq = '0'] = b.split('-');
  return Number(aMs) - Number(bMs) || Number(aSeq) - Number(bSeq);
}
