import { z } from 'zod';
import { err, ok, type Result } from '../../kernel/result.js';
import { epochMs, iso } from '../../kernel/units.js';
import { parseJson } from '../../messages/parse-json.js';
import type { ArchivedMonth } from '../../ports/bar-archive.js';

/** The list beside the files: everything the ledger knows of them. */
const manifestSchema = z.object({
  v: z.literal(1),
  months: z.array(
    z.object({
      symbol: z.string().regex(/^[A-Z0-9]{1,6}$/),
      month: z.string().regex(/^\d{4}-\d{2}$/),
      file: z.string().regex(/^[A-Z0-9]{1,6}\/[\d.-]+\.parquet$/),
      rows: z.int().positive(),
      first_ts: z.iso.datetime(),
      last_ts: z.iso.datetime(),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      bytes: z.int().positive(),
      layout: z.int(),
      written_at: z.iso.datetime(),
      restored_at: z.iso.datetime().nullable(),
    }),
  ),
});

const instant = (text: string) => epochMs(Date.parse(text));

export const encodeManifest = (entries: readonly ArchivedMonth[]): string => {
  const months = entries.map((entry) => ({
    symbol: entry.root,
    month: entry.month,
    file: entry.file,
    rows: entry.rows,
    first_ts: iso(entry.firstAt),
    last_ts: iso(entry.lastAt),
    sha256: entry.sha256,
    bytes: entry.bytes,
    layout: entry.layout,
    written_at: iso(entry.writtenAt),
    restored_at: entry.restoredAt === undefined ? null : iso(entry.restoredAt),
  }));
  return `${JSON.stringify({ v: 1, months }, null, 2)}\n`;
};

export function decodeManifest(text: string): Result<readonly ArchivedMonth[], string> {
  const json = parseJson(text);
  if (json === undefined) return err('it is no JSON, or cut off');
  const manifest = manifestSchema.safeParse(json);
  if (manifest.success) return ok(manifest.data.months.map(toEntry));
  const [issue] = manifest.error.issues;
  return err(`${issue?.path.join('.')}: ${issue?.message}`);
}

const toEntry = (month: z.infer<typeof manifestSchema>['months'][number]): ArchivedMonth => ({
  root: month.symbol,
  month: month.month,
  file: month.file,
  rows: month.rows,
  firstAt: instant(month.first_ts),
  lastAt: instant(month.last_ts),
  sha256: month.sha256,
  bytes: month.bytes,
  layout: month.layout,
  writtenAt: instant(month.written_at),
  restoredAt: month.restored_at === null ? undefined : instant(month.restored_at),
});
