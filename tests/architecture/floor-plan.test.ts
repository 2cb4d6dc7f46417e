import { describe, expect, test } from 'vitest';
import { filesBelow, type Import, importsOf } from './sources.js';

/** The domain, bottom up: a folder may use only those that stand before it. */
const LADDER =
  'sessions instruments accounts bars feed-health indicators volatility wave signals confluence ict opening-range gate regime focus risk no-trade copilot research'.split(
    ' ',
  );

/** Who may import whom; node's own modules are free where packages are. */
const PLAN: Readonly<Record<string, { readonly inside: readonly string[]; readonly packages: readonly string[] }>> = {
  kernel: { inside: [], packages: [] },
  domain: { inside: ['kernel'], packages: [] },
  messages: { inside: ['kernel', 'domain'], packages: ['zod'] },
  ports: { inside: ['kernel', 'domain', 'messages'], packages: [] },
  config: { inside: ['kernel', 'domain/instruments', 'messages', 'ports'], packages: ['zod', 'node'] },
  cli: { inside: ['kernel', 'messages', 'ports', 'config', 'adapters/clock/spec'], packages: ['zod', 'node'] },
  roles: {
    inside: ['kernel', 'domain', 'messages', 'ports', 'config/role-context'],
    packages: ['node', 'zod', 'prom-client', 'cockatiel'],
  },
};
/** Roles that are jobs: done at once by a command, and at night by the worker. */
const JOBS = ['archive', 'backfill'];
const WEB_PACKAGES = ['fastify', 'fastify-type-provider-zod', 'eta', 'luxon', 'csv-stringify'];

const files = filesBelow('src').filter((file) => file.endsWith('.ts'));

function mayImport(file: string, { target, isPackage }: Import): boolean {
  const [, area = '', part = ''] = file.split('/');
  if (area === 'main.ts') return !isPackage && /^src\/(cli|config|kernel|roles|adapters\/(clock|log))\//.test(target);
  if (isPackage) return mayUsePackage(file, target);
  const [, otherArea = '', otherPart = ''] = target.split('/');
  if (area === 'domain') return otherArea === 'kernel' || (otherArea === 'domain' && stepsUp(part, otherPart));
  if (area === 'adapters')
    return ['kernel', 'domain', 'messages', 'ports'].includes(otherArea) || (otherArea === area && otherPart === part);
  if (area === 'roles' && otherArea === 'roles') return otherPart === part || isJob(part, target);
  if (area === 'roles' && isComposition(file)) return otherArea !== 'cli';
  if (otherArea === area) return true;
  return PLAN[area]?.inside.some((allowed) => `${target}/`.startsWith(`src/${allowed}/`)) ?? false;
}

const stepsUp = (from: string, to: string): boolean => from === to || LADDER.indexOf(to) < LADDER.indexOf(from);

/** The worker does jobs itself, and a job begins with a part of another; how a command wires them is not their business. */
const isJob = (part: string, target: string): boolean =>
  ['worker', ...JOBS].includes(part) &&
  JOBS.some((job) => target.startsWith(`src/roles/${job}/`)) &&
  !target.endsWith('/compose');

/** `compose.ts`, and a role of one file, is where ports and adapters meet. */
const isComposition = (file: string): boolean => file.endsWith('/compose.ts') || file.split('/').length === 3;

function mayUsePackage(file: string, name: string): boolean {
  const [, area = '', part = ''] = file.split('/');
  const isNode = name.startsWith('node:');
  if (area === 'adapters') return true;
  if (area === 'domain') return name === 'luxon' && part === 'sessions';
  if (
    area === 'roles' &&
    ['web', 'data'].includes(part) &&
    (WEB_PACKAGES.includes(name) || name.startsWith('@fastify/'))
  )
    return true;
  return PLAN[area]?.packages.includes(isNode ? 'node' : name) ?? false;
}

describe('the floor plan', () => {
  test('every folder of src stands in it', () => {
    const areas = new Set(files.map((file) => file.split('/')[1]));
    expect([...areas].filter((area) => area !== 'main.ts' && area !== 'adapters' && !((area ?? '') in PLAN))).toEqual(
      [],
    );
    const rungs = new Set(
      files.filter((file) => file.startsWith('src/domain/')).map((file) => file.split('/')[2] ?? ''),
    );
    expect([...rungs].filter((rung) => !LADDER.includes(rung))).toEqual([]);
  });

  test.each(files)('%s imports only what it may', (file) => {
    const wrong = importsOf(file).filter((it) => !mayImport(file, it));
    expect(wrong.map(({ target }) => target)).toEqual([]);
  });

  test('would notice a domain file that reaches upwards, and an adapter that reaches aside', () => {
    const importing = (target: string, isPackage = false) => ({ target, isPackage });
    expect(mayImport('src/domain/bars/bar.ts', importing('src/domain/focus/plan'))).toBe(false);
    expect(mayImport('src/domain/focus/plan.ts', importing('src/domain/bars/bar'))).toBe(true);
    expect(mayImport('src/domain/focus/plan.ts', importing('luxon', true))).toBe(false);
    expect(mayImport('src/adapters/redis/bus.ts', importing('src/adapters/postgres/client'))).toBe(false);
    expect(mayImport('src/roles/web/hub.ts', importing('src/adapters/redis/bus'))).toBe(false);
    expect(mayImport('src/roles/web/compose.ts', importing('src/adapters/redis/bus'))).toBe(true);
    expect(mayImport('src/roles/web/compose.ts', importing('src/roles/engine/loop'))).toBe(false);
    expect(mayImport('src/roles/worker/worker.ts', importing('src/roles/archive/archive-months'))).toBe(true);
    expect(mayImport('src/roles/worker/worker.ts', importing('src/roles/archive/compose'))).toBe(false);
    expect(mayImport('src/roles/web/hub.ts', importing('src/roles/archive/archive-months'))).toBe(false);
  });
});

test('every source file is used by the program, a test or a script', () => {
  const known = new Set(files.map((file) => file.replace(/\.ts$/, '')));
  const reached = new Set<string>();
  const follow = (file: string): void => {
    for (const { target, isPackage } of importsOf(file)) {
      if (isPackage || reached.has(target) || !known.has(target)) continue;
      reached.add(target);
      follow(`${target}.ts`);
    }
  };
  const users = filesBelow('tests', 'scripts').filter((file) => file.endsWith('.ts'));
  for (const root of ['src/main.ts', ...users]) follow(root);
  expect([...known].filter((path) => path !== 'src/main' && !reached.has(path))).toEqual([]);
});
