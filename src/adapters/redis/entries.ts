/** A stream reply of Redis: `[name, [[id, [field, value, …]], …]]` per stream. */
export type RawReply = ReadonlyArray<readonly [string, ReadonlyArray<RawEntry>]>;
export type RawEntry = readonly [string, readonly string[] | null];

/** Field list to record; an entry that was trimmed while pending has none. */
export function fieldsOf(raw: readonly string[] | null): Record<string, string> {
  const fields: Record<string, string> = {};
  for (let i = 0; raw && i + 1 < raw.length; i += 2) fields[raw[i] ?? ''] = raw[i + 1] ?? '';
  return fields;
}

type Replies = ReadonlyArray<readonly [Error | null, unknown]>;

/** A pipeline resolves whatever became of its commands; this makes the first failure count. */
export function failOnFirstError(replies: Replies | null): Replies {
  if (!replies) throw new Error('the pipeline was discarded');
  const failed = replies.find(([error]) => error !== null);
  if (failed?.[0]) throw failed[0];
  return replies;
}
