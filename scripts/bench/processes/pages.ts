// A process of its own: one way of answering `GET /` with the dashboard. All of them send the same page of the same state.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fastifyView from '@fastify/view';
import type { Eta } from 'eta';
import Fastify from 'fastify';
import { epochMs } from '../../../src/kernel/units.js';
import { createApp } from '../../../src/roles/web/app.js';
import { checkView } from '../../../src/roles/web/panels/check.js';
import { createRender, createViews, projectFolder, type Render } from '../../../src/roles/web/render.js';
import { CHECK_SYMBOLS } from '../../../src/roles/web/routes/check.js';
import { listen } from '../../../src/roles/web/server.js';
import { fromSnapshot } from '../../../src/roles/web/state.js';
import { fakeSource, fullSnapshot, MORNING, quietLog } from '../../../tests/support/web-source.js';
import { serveRounds } from './rounds.js';

const HOST = '127.0.0.1';
const clock = { now: () => epochMs(MORNING), elapsed: () => performance.now(), speed: 1 };
const context = {
  state: fromSnapshot(fullSnapshot(MORNING)),
  now: MORNING,
  freshness: { stale: false },
  mode: 'demo',
  speed: 1,
} as const;

/** What the page's template is given, made anew for each request. */
const pageOf = (render: Render) => ({
  badge: 'DEMO',
  panels: render.all(context),
  check: { answer: checkView({}, context), form: { symbols: CHECK_SYMBOLS, typed: {} } },
});

async function ours(): Promise<number> {
  const source = fakeSource(fullSnapshot(MORNING), clock);
  const version = { sha: 'bench', builtAt: '', configHash: '' };
  return listen(await createApp({ source, clock, mode: 'demo', log: quietLog, version }), { host: HOST, port: 0 });
}

async function fastifyEta(): Promise<number> {
  const views = createViews();
  const render = createRender(views);
  const app = Fastify();
  await app.register(fastifyView, { engine: { eta: views }, root: projectFolder('views'), viewExt: 'eta' });
  app.get('/', (_request, reply) => reply.view('pages/dashboard', pageOf(render)));
  return listen(app, { host: HOST, port: 0 });
}

interface Ejs {
  renderFile(path: string, data: object, options: object, done: (error: Error | null, html: string) => void): void;
}
interface Express {
  (): Express & ((request: http.IncomingMessage, response: http.ServerResponse) => void);
  get(
    path: string,
    answer: (request: unknown, response: { type(it: string): { send(text: string): void } }) => void,
  ): void;
  disable(name: string): void;
}

/** The same templates in the other language: what Eta writes as `<%~` is `<%-` there, and a layout is a page of its own. */
function asEjs(folder: string): void {
  for (const name of readdirSync(projectFolder('views'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.eta')) continue;
    const file = join(folder, name.replace(/\.eta$/, '.ejs'));
    mkdirSync(dirname(file), { recursive: true });
    const text = readFileSync(join(projectFolder('views'), name), 'utf8');
    writeFileSync(
      file,
      text
        .replace(/<% layout\([\s\S]*?\) %>\n?/, '')
        .replaceAll('<%~', '<%-')
        .replace(/<%\/\*[\s\S]*?\*\/%>/g, ''),
    );
  }
}

async function expressEjs(): Promise<number> {
  const require = createRequire(import.meta.url);
  const ejs = require('ejs') as Ejs;
  const express = require('express') as Express;
  const folder = mkdtempSync(join(tmpdir(), 'copilot-ejs-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  asEjs(folder);
  const options = { cache: true, root: folder, views: [folder], _with: false, localsName: 'it' };
  const template = (name: string, data: object): string => {
    let said = '';
    ejs.renderFile(join(folder, `${name}.ejs`), data, options, (error, html) => {
      if (error) throw error;
      said = html;
    });
    return said;
  };
  const render = createRender({ render: template } as unknown as Eta);
  const app = express();
  app.disable('etag');
  app.get('/', (_request, response) => {
    const page = pageOf(render);
    const body = template('pages/dashboard', page);
    const layout = { ...page, title: 'Futures Co-Pilot', live: true, page: 'dashboard', body };
    response.type('html').send(template('layouts/base', layout));
  });
  const server = http.createServer(app);
  await new Promise<void>((done) => server.listen(0, HOST, done));
  return (server.address() as AddressInfo).port;
}

/** The least there is: bytes that were made before anybody asked. */
async function rawNode(): Promise<number> {
  const port = await fastifyEta();
  const bytes = Buffer.from(await (await fetch(`http://${HOST}:${port}/`)).arrayBuffer());
  const server = http.createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': bytes.length });
    response.end(bytes);
  });
  await new Promise<void>((done) => server.listen(0, HOST, done));
  return (server.address() as AddressInfo).port;
}

const KINDS: Readonly<Record<string, () => Promise<number>>> = {
  ours,
  'fastify + @fastify/view + eta': fastifyEta,
  'express + ejs': expressEjs,
  'raw node': rawNode,
};
const start = KINDS[process.argv[2] ?? ''];
if (start === undefined) throw new Error(`no server is named ${process.argv[2]}`);
serveRounds({ port: await start(), path: '/', upgrade: false });
