import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const CACHE = join(ROOT, '.cache/csharp');
const NEEDS_COMPILER =
  'the C# compiler is missing; on Debian: apt-get install mono-mcs mono-runtime libmono-system-net-http4.0-cil';

/** The C# files of a folder of the repository whose name matches. */
export const csharpIn = (folder: string, name = /\.cs$/): readonly string[] =>
  readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith('.cs') && name.test(file))
    .sort()
    .map((file) => join(ROOT, folder, file));

/**
 * Compiles C# with mcs into a program, or into a library where `out` ends in `.dll`, and hands back its path. C# 5 and no
 * warnings: every build of NinjaTrader 8 compiles that. What was compiled before from the same text is not compiled again.
 * `out` is a path, or a file's name in the cache folder.
 */
export function compile(files: readonly string[], out: string): string {
  if (out.includes('/')) return mcs(files, out);
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0${readFileSync(resolve(ROOT, file), 'utf8')}\0`);
  const folder = join(CACHE, `${out}-${hash.digest('hex').slice(0, 16)}`);
  const path = join(folder, out);
  if (existsSync(path)) return path;
  const earlier = existsSync(CACHE) ? readdirSync(CACHE).filter((name) => name.startsWith(`${out}-`)) : [];
  // Whole or not at all: another test may look for it meanwhile.
  const made = mcs(files, join(folder, String(process.pid), out));
  renameSync(made, path);
  for (const name of earlier) rmSync(join(CACHE, name), { recursive: true, force: true });
  return path;
}

function mcs(files: readonly string[], path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  const target = `-target:${path.endsWith('.dll') ? 'library' : 'exe'}`;
  const { status, stdout, stderr, error } = spawnSync(
    'mcs',
    ['-langversion:5', '-warnaserror', '-warn:4', '-r:System.Net.Http', target, `-out:${path}`, ...files],
    { cwd: ROOT, encoding: 'utf8' },
  );
  if (error && 'code' in error && error.code === 'ENOENT') throw new Error(NEEDS_COMPILER);
  if (status !== 0) throw new Error(`the C# does not compile:\n${stdout}${stderr}`);
  return path;
}

export interface MonoRun {
  readonly process: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Writes one line to its standard input. */
  say(line: string): void;
  /** Exit code, or the signal's name. */
  readonly ended: Promise<number | string>;
}

/** Starts a compiled program under mono. */
export function startMono(program: string, args: readonly string[] = []): MonoRun {
  const child = spawn('mono', ['--debug', program, ...args], {
    cwd: ROOT,
    // Mono 6.8's own way to stop threads for the collector now and then waits for ever for one that spins on a lock.
    // Without a language mono writes its output as ASCII.
    env: { ...process.env, LC_ALL: 'C.UTF-8', MONO_THREADS_SUSPEND: 'preemptive' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [out, errors] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const ended = new Promise<number | string>((done, fail) => {
    child.once('error', (error) =>
      fail('code' in error && error.code === 'ENOENT' ? new Error(NEEDS_COMPILER) : error),
    );
    child.once('close', (code, signal) => done(signal ?? code ?? 0));
  });
  return {
    process: child,
    stdout: () => out,
    stderr: () => errors,
    say: (line) => void child.stdin.write(`${line}\n`),
    ended,
  };
}

/** Runs a compiled program to its end and hands back its standard output; a failure carries both outputs. */
export async function runMono(program: string, args: readonly string[] = []): Promise<string> {
  const run = startMono(program, args);
  const code = await run.ended;
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${run.stdout()}\n${run.stderr()}`);
  return run.stdout();
}
