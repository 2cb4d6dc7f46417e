// The proxy of docker-compose.yml without Docker: its own template, filled with its own variables, run by a real nginx.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '..');
const PLACES = ['nginx', '/usr/sbin/nginx', join(ROOT, '.cache/nginx/nginx')];

/** Checks the service and asks the dashboard through it. `check` is told each finding; gives back what ends the proxy. */
export async function checkProxy(service, { check, folder, webPort, port }) {
  const binary = PLACES.find((it) => spawnSync(it, ['-v']).status === 0);
  check(
    'there is an nginx to try the proxy with',
    binary !== undefined,
    binary ?? 'scripts/fetch-nginx.sh .cache/nginx',
  );
  const mounts = service.volumes.map((it) => it.split(':'));
  const template = mounts.find(([, inside]) => inside.startsWith('/etc/nginx/templates/'))?.[0];
  check('the proxy mounts its template', template !== undefined);
  if (binary === undefined || template === undefined) return () => {};

  const { WEB_UPSTREAM, PROXY_LISTEN, TLS_FOLDER } = service.environment;
  check('the proxy asks the web service', WEB_UPSTREAM === 'web:8000', WEB_UPSTREAM);
  check(
    'the proxy publishes the port it listens on',
    service.ports.some((it) => it.endsWith(`:${PROXY_LISTEN}`)),
  );
  check(
    'certificates are mounted where the template looks for them',
    mounts.some(([, inside]) => inside === TLS_FOLDER),
  );
  const here = {
    WEB_UPSTREAM: `127.0.0.1:${webPort}`,
    PROXY_LISTEN: `127.0.0.1:${port}`,
    TLS_FOLDER: join(folder, 'tls'),
  };
  const values = { ...service.environment, ...here };
  const text = readFileSync(join(ROOT, template), 'utf8');
  const server = text.replace(/\$\{(\w+)\}/g, (all, name) => values[name] ?? all);
  check('the service gives every variable of the template', !server.includes('${'));

  mkdirSync(values.TLS_FOLDER, { recursive: true });
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((it) => `${it}_temp_path ${folder}/${it};`);
  const config = join(folder, 'nginx.conf');
  const outside = `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr; events {}`;
  writeFileSync(config, `${outside}\nhttp { access_log off; ${paths.join(' ')}\n${server}\n}\n`);
  const child = spawn(binary, ['-p', folder, '-c', config, '-e', 'stderr'], { stdio: 'ignore' });
  const ended = new Promise((done) => child.once('close', done));
  const answer = await firstAnswer(`http://127.0.0.1:${port}${new URL(service.healthcheck.test.at(-1)).pathname}`);
  check('the proxy becomes healthy', answer === 200, String(answer));
  return () => {
    child.kill('SIGTERM');
    return ended;
  };
}

async function firstAnswer(url) {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return answer.status;
    await pause(50);
  }
  return 'no answer within 5 s';
}
