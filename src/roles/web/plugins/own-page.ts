import type { FastifyRequest } from 'fastify';
import type { WebContext } from '../app.js';
import { isSameOrigin, strangeHost } from '../same-origin.js';
import { refuse } from './errors.js';
import { plugin } from './plugin.js';

/** Commands are taken from our own page under one of our own names, whatever the route and before its body is read. */
export const ownPage = plugin(async (app, { hosts, render }: WebContext) => {
  app.addHook('onRequest', async (request, reply) => {
    const error = request.routeOptions.url?.startsWith('/actions/') ? faultOf(request, hosts) : undefined;
    if (error === undefined) return;
    // A page that is not ours gets no more than the sentence; htmx puts it where the form was.
    if (request.headers['hx-request'] === undefined) {
      // A page is returned, not sent; a hook that only returns one lets the request through.
      const page = await refuse(request, reply, { status: 403, error });
      return reply.sent ? reply : reply.type('text/html; charset=utf-8').send(page);
    }
    return reply.code(403).type('text/html; charset=utf-8').send(render.part('refused', { error }));
  });
});

function faultOf(request: FastifyRequest, hosts: readonly string[]): string | undefined {
  const stranger = strangeHost(request, hosts);
  if (stranger !== undefined)
    return `This page was opened as ${stranger || 'nothing'}, which is not a name of this server, so nothing was asked of the engine. Open it as localhost, or put the name into the setting WEB_HOSTS.`;
  return isSameOrigin(request) ? undefined : 'Commands are taken from this server’s own page only.';
}
