import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { afterEach } from 'vitest';
import { eventually } from './eventually.js';
import { freePorts } from './program.js';
import { CACHE_DIR, testFolder } from './services.js';

const TEMPLATE = resolve(import.meta.dirname, '../../docker/nginx/dashboard.conf.template');
const PLACES = ['nginx', '/usr/sbin/nginx', join(CACHE_DIR, 'nginx/nginx')];

function nginxBinary(): string {
  const place = PLACES.find((it) => spawnSync(it, ['-v']).status === 0);
  if (place === undefined) {
    throw new Error(
      `no nginx at ${PLACES.join(', ')}: run "npm run pretest", or "scripts/fetch-nginx.sh .cache/nginx" (needs apt-get)`,
    );
  }
  return place;
}

export interface Proxy {
  readonly url: string;
  /** The same server over HTTP/2 without TLS, which programs speak and browsers do not. */
  readonly http2Url: string;
}

/** Starts the proxy of docker-compose.yml, the same file, in front of a port; ended after the test. Call at the top level. */
export function proxies(): (web: { port: number; readTimeout?: string }) => Promise<Proxy> {
  const folder = testFolder();
  const running: ChildProcess[] = [];
  let count = 0;
  afterEach(async () => {
    for (const child of running.splice(0)) {
      const ended = new Promise((done) => child.once('close', done));
      child.kill('SIGTERM');
      await ended;
    }
  });
  return async ({ port, readTimeout = '1h' }) => {
    count += 1;
    const place = join(folder, String(count));
    const [http1 = 0, http2 = 0] = await freePorts(2);
    const values = {
      WEB_UPSTREAM: `127.0.0.1:${port}`,
      PROXY_LISTEN: `127.0.0.1:${http1}`,
      TLS_FOLDER: join(place, 'tls'),
      STREAM_READ_TIMEOUT: readTimeout,
    };
    mkdirSync(values.TLS_FOLDER, { recursive: true });
    // Where a certificate would be: the file stands in the same place and opens a second port.
    writeFileSync(join(values.TLS_FOLDER, 'http2.conf'), `listen 127.0.0.1:${http2} http2;\n`);
    writeFileSync(join(place, 'nginx.conf'), around(place, filled(readFileSync(TEMPLATE, 'utf8'), values)));
    const child = spawn(nginxBinary(), ['-p', place, '-c', join(place, 'nginx.conf'), '-e', 'stderr']);
    running.push(child);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await eventually(() => accepts(http1)).catch(() => {
      throw new Error(`nginx did not start: ${said}`);
    });
    return { url: `http://127.0.0.1:${http1}`, http2Url: `http://127.0.0.1:${http2}` };
  };
}

/** As the image does it: only the variables it knows are replaced. */
function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\$\{(\w+)\}/g, (_all, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the template names ${name}, which nobody gives`);
    return value;
  });
}

/** What the image has around it, kept in a folder of the test. */
const around = (place: string, server: string): string => `
daemon off;
master_process off;
pid ${place}/nginx.pid;
error_log stderr;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${place}/body;
  proxy_temp_path ${place}/proxy;
  fastcgi_temp_path ${place}/fastcgi;
  uwsgi_temp_path ${place}/uwsgi;
  scgi_temp_path ${place}/scgi;
${server}
}
`;

const accepts = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
