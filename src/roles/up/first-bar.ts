import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { messageOf, OperationalError } from '../../kernel/errors.js';
import { type EpochMs, epochMs } from '../../kernel/units.js';

/** Enough for the header and some hundred rows: the first good one is among them or the file is none of ours. */
const HEAD_BYTES = 32_768;

/** Open of the earliest bar of several recorded files, so that a replay's clock can begin there. */
export async function earliestBar(files: readonly string[]): Promise<EpochMs> {
  return epochMs(Math.min(...(await Promise.all(files.map(firstBar)))));
}

async function firstBar(file: string): Promise<number> {
  const [header = '', ...rows] = (await head(file)).split(/\r?\n/);
  if (!header.toLowerCase().startsWith('ts,'))
    throw invalid(file, `line 1 is "${header.slice(0, 60)}", expected ts,open,high,low,close,volume`);
  for (const row of rows) {
    const ts = row.split(',', 1)[0] ?? '';
    const at = /^\d{4}-\d{2}-\d{2}T/.test(ts) ? Date.parse(ts) : Number.NaN;
    if (Number.isFinite(at)) return at;
  }
  throw invalid(file, 'it has no bar near its beginning');
}

async function head(file: string): Promise<string> {
  const handle = await open(file).catch((cause: unknown) => {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw invalid(file, isMissing ? 'there is no such file' : String(cause), cause);
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (cause) {
    throw invalid(file, messageOf(cause), cause);
  } finally {
    await handle.close();
  }
}

const invalid = (file: string, why: string, cause?: unknown): OperationalError =>
  new OperationalError('BAR_FILE_INVALID', `${basename(file)}: ${why}`, { cause });
