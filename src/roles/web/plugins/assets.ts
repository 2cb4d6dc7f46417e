import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import fastifyStatic from '@fastify/static';
import { projectFolder } from '../render.js';
import { plugin } from './plugin.js';

const MINUTE_S = 60;
const htmxFolder = dirname(createRequire(import.meta.url).resolve('htmx.org'));

/** Our own files, and htmx from its package: nothing is fetched from elsewhere. */
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
});
