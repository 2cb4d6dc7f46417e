import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

/** Files of the repository below some folders, committed or about to be; paths from the root. */
export function filesBelow(...folders: readonly string[]): readonly string[] {
  const list = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...folders], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return list.split('\n').filter((file) => file !== '' && existsSync(join(ROOT, file)));
}

export const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Source without comments and without what stands inside quotes; every line stays where it was. */
export function codeOf(text: string): string {
  const blank = (found: string) => found.replace(/[^\n]/g, ' ');
  return text.replace(
    /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|(?<=[(,=:[!&|?{};\n]\s*)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[dgimsuy]*/g,
    blank,
  );
}

export interface Import {
  /** Path from the root without ending, or a package's name. */
  readonly target: string;
  readonly isPackage: boolean;
}

const IMPORT = /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*'([^']+)'|^\s*import\s*'([^']+)'|\bimport\('([^']+)'\)/gm;

/** What a file imports, types included. */
export function importsOf(file: string, text = read(file)): readonly Import[] {
  return [...text.matchAll(IMPORT)].map((match) => {
    const from = match[1] ?? match[2] ?? match[3] ?? '';
    if (!from.startsWith('.')) return { target: packageOf(from), isPackage: true };
    const path = posix.normalize(posix.join(dirname(file), from)).replace(/\.(js|ts)$/, '');
    return { target: relative('.', path), isPackage: false };
  });
}

const packageOf = (from: string): string => {
  const [first = '', second = ''] = from.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
};
