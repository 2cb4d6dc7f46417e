import { readFile } from 'node:fs/promises';

const ROOT = new URL('../../', import.meta.url);

/** The git commit this code comes from; `BUILD_SHA` is written into an image, where there is no .git folder. */
export async function codeVersion(): Promise<string> {
  const written = await readText('BUILD_SHA');
  if (written) return written;
  const head = await readText('.git/HEAD');
  const ref = head?.startsWith('ref: ') ? head.slice('ref: '.length) : undefined;
  if (ref === undefined) return head ?? 'unknown';
  return (await readText(`.git/${ref}`)) ?? (await packedRef(ref)) ?? 'unknown';
}

async function packedRef(ref: string): Promise<string | undefined> {
  const refs = await readText('.git/packed-refs');
  return refs
    ?.split('\n')
    .find((line) => line.endsWith(` ${ref}`))
    ?.split(' ')[0];
}

async function readText(name: string): Promise<string | undefined> {
  try {
    return (await readFile(new URL(name, ROOT), 'utf8')).trim();
  } catch {
    return undefined;
  }
}
