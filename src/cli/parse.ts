import { type Command, commands } from './commands.js';
import { readFlags, usage } from './flags.js';
import type { Invocation } from './invocation.js';

/** Understands a command line (without node and script), or throws a USAGE error with a sentence. */
export function parseCommandLine(argv: readonly string[]): Invocation {
  const [first, ...rest] = argv;
  if (first === undefined || first === '--help' || first === '-h') return { command: 'help', text: overview() };
  if (first === 'help') return { command: 'help', text: rest[0] === undefined ? overview() : helpOf(find(rest[0])) };
  if (first === '--version' || first === '-v') return { command: 'version' };
  if (first.startsWith('-')) throw usage(`${first} comes before any command; see: node dist/main.js --help`);
  const command = find(first);
  if (rest.includes('--help') || rest.includes('-h')) return { command: 'help', text: helpOf(command) };
  return command.read(readFlags(command.name, rest, command.flags));
}

function find(name: string): Command {
  const command = commands.find((known) => known.name === name);
  if (command === undefined)
    throw usage(`there is no command "${name}"; there are ${commands.map((known) => known.name).join(', ')}`);
  return command;
}

function overview(): string {
  const nameWidth = Math.max(...commands.map(({ name }) => name.length)) + 2;
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(nameWidth)}${summary}`);
  return [
    'Futures Co-Pilot: what to trade today, and when not to trade at all.',
    '',
    'node dist/main.js <command> [flags]',
    '',
    ...lines,
    '',
    'node dist/main.js <command> --help   its flags',
    'node dist/main.js --version',
    'Settings come from the environment: see .env.example (node --env-file=.env dist/main.js ...).',
  ].join('\n');
}

function helpOf({ name, summary, flags }: Command): string {
  const left = flags.map((flag) => `  --${flag.name}${flag.value === undefined ? '' : ` ${flag.value}`}`);
  const width = Math.max(0, ...left.map((text) => text.length)) + 2;
  const lines = flags.map((flag, i) => `${(left[i] ?? '').padEnd(width)}${flag.help}`);
  return [`node dist/main.js ${name}: ${summary}`, ...(lines.length > 0 ? ['', ...lines] : [])].join('\n');
}
