import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { projectFolder } from '../render.js';
import { plugin } from './plugin.js';

const MINUTE_S = 60;
const { resolve } = createRequire(import.meta.url);
const htmxFolder = dirname(resolve('htmx.org'));
const chartFolder = join(dirname(resolve('lightweight-charts/package.json')), 'dist');
/** The one bundle that needs nothing beside it and no name that a browser cannot resolve. */
const CHARTS = '/lightweight-charts.standalone.production.mjs';

/** Our own files, htmx and the charts from their packages: nothing is fetched from elsewhere. */
export const assets = plugin(async (app) => {
  await app.register(fastifyStatic, {
    root: projectFolder('public'),
    prefix: '/',
    maxAge: 0,
    etag: true,
    wildcard: false,
  });
  await app.register(fastifyStatic, {
    root: htmxFolder,
    prefix: '/vendor/htmx/',
    decorateReply: false,
    maxAge: MINUTE_S * 60 * 1000,
    allowedPath: (path) => path.endsWith('.min.js'),
  });
  await app.register(fastifyStatic, {
    root: chartFolder,
    prefix: '/vendor/charts/',
    decorateReply: false,
    maxAge: MINUTE_S * 60 * 1000,
    allowedPath: (path) => path === CHARTS,
  });
});
