// Runs what docker-compose.yml and docker/Dockerfile say, without Docker. See check-compose.sh.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import { checkProxy } from './check-proxy.mjs';

const ROOT = resolve(import.meta.dirname, '..');
const ROLES = ['data', 'engine', 'web'];
/** Roles whose work may wait for hours: they are started and ended, and nothing asks whether they are healthy. */
const BACKGROUND = ['worker'];
const scratch = mkdtempSync(join(tmpdir(), 'copilot-compose-'));
chmodSync(scratch, 0o755);
const closers = [];
let failures = 0;

function check(name, isTrue, saw = '') {
  console.log(`${isTrue ? 'PASS' : 'FAIL'}  ${name}${saw === '' ? '' : `: ${saw}`}`);
  if (!isTrue) failures += 1;
}

/** `${NAME:-default}` and `${NAME:?message}` as compose reads them. */
function substitute(value, env) {
  return String(value).replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name, kind, rest) => {
    if (env[name]) return env[name];
    if (kind === '?') throw new Error(`${name}: ${rest}`);
    return rest ?? '';
  });
}

const environmentOf = (service, env) =>
  Object.fromEntries(Object.entries(service.environment ?? {}).map(([name, value]) => [name, substitute(value, env)]));

/** Instructions of a Dockerfile by stage. */
function stagesOf(text) {
  const lines = text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim());
  const stages = [];
  for (const line of lines.filter((it) => it !== '' && !it.startsWith('#'))) {
    const [, word, rest] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (word === 'FROM') stages.push({ name: /\bAS\s+(\w+)/i.exec(rest)?.[1], steps: [] });
    else stages.at(-1).steps.push({ word, rest });
  }
  return stages;
}

/** Carries out COPY, and RUN where told, with the image's root below `image`. */
function build(stage, image, { withRuns, from }) {
  let cwd = image;
  for (const { word, rest } of stage.steps) {
    if (word === 'WORKDIR') cwd = join(image, rest);
    mkdirSync(cwd, { recursive: true });
    if (word === 'COPY') copy(rest.split(/\s+/), { cwd, from });
    if (word !== 'RUN' || !withRuns) continue;
    const began = performance.now();
    const { status, stdout, stderr } = spawnSync('sh', ['-c', rest], { cwd, encoding: 'utf8' });
    check(`build step: ${rest}`, status === 0, `${((performance.now() - began) / 1000).toFixed(1)} s`);
    if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
  }
  return cwd;
}

function copy(words, { cwd, from }) {
  const isFromStage = words[0].startsWith('--from=');
  const [target, ...sources] = (isFromStage ? words.slice(1) : words).reverse();
  for (const source of sources) {
    const path = isFromStage ? join(from, source) : join(ROOT, source);
    const to = join(cwd, target);
    cpSync(path, target.endsWith('/') ? join(to, basename(source)) : to, { recursive: true, verbatimSymlinks: true });
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

async function stores() {
  const given = { REDIS_URL: process.env.REDIS_URL, DATABASE_URL: process.env.DATABASE_URL };
  const load = (name) => import(join(ROOT, 'dist/adapters/embedded', name));
  if (!given.REDIS_URL) {
    const { startRedis } = await load('redis.js');
    const redis = await startRedis({
      folder: join(scratch, 'redis'),
      cacheDir: join(ROOT, '.cache'),
      startEmpty: true,
    });
    closers.push(() => redis.stop());
    given.REDIS_URL = redis.url;
  }
  if (!given.DATABASE_URL) {
    const { startPostgres } = await load('postgres.js');
    const postgres = await startPostgres({ folder: join(scratch, 'postgres'), relaxed: true });
    closers.push(() => postgres.stop());
    given.DATABASE_URL = await postgres.database('copilot', { fresh: true });
  }
  return given;
}

function structure(compose) {
  const env = { BRIDGE_API_KEY: 'a-key-for-the-check-only' };
  for (const name of ['postgres', 'redis', ...ROLES, 'nginx']) {
    const service = compose.services[name];
    check(`service ${name} has a health check`, Array.isArray(service?.healthcheck?.test));
    for (const other of Object.keys(service?.depends_on ?? {})) {
      const { condition } = service.depends_on[other];
      check(
        `${name} waits for ${other}`,
        ['service_healthy', 'service_completed_successfully'].includes(condition),
        condition,
      );
    }
  }
  for (const name of [...ROLES, ...BACKGROUND])
    check(`${name} keeps its files`, compose.services[name]?.volumes?.includes('data:/data') === true);
  let refusal = '';
  try {
    environmentOf(compose.services.web, {});
  } catch (error) {
    refusal = error.message;
  }
  check('compose refuses to start without BRIDGE_API_KEY', refusal.startsWith('BRIDGE_API_KEY'), refusal);
  return env;
}

function start(name, words, { app, env }) {
  const child = spawn(words[0], words.slice(1), { cwd: app, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output = (output + chunk).slice(-4_000)));
  const ended = new Promise((done) => child.once('close', (code, signal) => done(signal ?? code)));
  closers.push(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { name, child, ended, output: () => output };
}

async function untilHealthy(service, words, { app, env, withinMs }) {
  const giveUpAt = performance.now() + withinMs;
  let last = '';
  do {
    const probe = start('probe', words, { app, env });
    if ((await probe.ended) === 0) return check(`${service} becomes healthy`, true);
    last = probe.output();
    await pause(250);
  } while (performance.now() < giveUpAt);
  return check(`${service} becomes healthy`, false, last);
}

/** The health page once the web role has seen its first heartbeats; how it stands after 15 s otherwise. */
async function settled(url, parts) {
  const giveUpAt = performance.now() + 15_000;
  for (;;) {
    const health = await (await fetch(url)).json();
    const isSettled = parts.every((part) => health.dependencies?.[part]?.state === 'ok');
    if (isSettled || performance.now() > giveUpAt) return health;
    await pause(100);
  }
}

async function run(compose, stages, env) {
  const image = join(scratch, 'build');
  build(stages[0], image, { withRuns: true });
  const app = build(stages[1], join(scratch, 'image'), { withRuns: false, from: image });
  const entry = JSON.parse(stages[1].steps.find(({ word }) => word === 'ENTRYPOINT').rest);
  check(
    'the image runs as an ordinary user',
    stages[1].steps.some(({ word, rest }) => word === 'USER' && rest !== 'root'),
  );

  const real = { ...(await stores()), HOST: '127.0.0.1', COPILOT_DATA_DIR: join(scratch, 'data') };
  const ports = { WEB_PORT: String(await freePort()), BRIDGE_PORT: String(await freePort()) };
  const envOf = (name) => ({
    PATH: process.env.PATH,
    ...environmentOf(compose.services[name], env),
    ...real,
    ...ports,
  });
  const commandOf = (name) => [...entry, ...compose.services[name].command];

  const migrate = start('migrate', commandOf('migrate'), { app, env: envOf('migrate') });
  check('migrate ends well', (await migrate.ended) === 0, migrate.output().trim().replaceAll('\n', ', '));
  const roles = [...ROLES, ...BACKGROUND].map((name) => start(name, commandOf(name), { app, env: envOf(name) }));
  for (const name of ROLES) {
    const [, ...words] = compose.services[name].healthcheck.test;
    await untilHealthy(name, words, { app, env: envOf(name), withinMs: 60_000 });
  }
  const parts = ['redis', 'postgres', 'engine'];
  const health = await settled(`http://127.0.0.1:${ports.WEB_PORT}/health`, parts);
  for (const part of parts) {
    const { state, reason } = health.dependencies?.[part] ?? { state: 'absent', reason: JSON.stringify(health) };
    check(`/health: ${part}`, state === 'ok', reason);
  }
  const page = await fetch(`http://127.0.0.1:${ports.WEB_PORT}/`);
  check('the page is served', page.status === 200 && (await page.text()).includes('<html'), String(page.status));
  const proxy = { check, folder: join(scratch, 'nginx'), webPort: ports.WEB_PORT, port: await freePort() };
  closers.push(await checkProxy(compose.services.nginx, proxy));
  const intake = await fetch(`http://127.0.0.1:${ports.BRIDGE_PORT}/positions/update`, { method: 'POST', body: '{}' });
  check('the bridge intake asks for its key', intake.status === 401, String(intake.status));

  for (const role of roles) role.child.kill('SIGTERM');
  for (const role of roles) {
    const how = await Promise.race([role.ended, pause(10_000, 'still running after 10 s')]);
    check(`${role.name} ends when asked`, how === 0, how === 0 ? '' : `${how}: ${role.output()}`);
  }
}

const compose = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true });
try {
  const env = structure(compose);
  await run(compose, stagesOf(readFileSync(join(ROOT, 'docker/Dockerfile'), 'utf8')), env);
} catch (error) {
  check('the check itself', false, error.stack);
} finally {
  for (const close of closers.reverse()) await close();
  rmSync(scratch, { recursive: true, force: true });
}
console.log(failures === 0 ? 'compose: all passed' : `compose: ${failures} failed`);
process.exit(failures === 0 ? 0 : 1);
