import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../app.js';
import { checkView } from '../panels/check.js';
import type { ViewContext } from '../panels/panel.js';
import { CHECK_SYMBOLS } from './check.js';

/** `GET /`: rendered once per state and second, however many ask. */
export async function pageRoutes(app: FastifyInstance, { live, render }: WebContext): Promise<void> {
  let page: { readonly stamp: string; readonly html: Promise<string> } | undefined;
  const rendered = (): Promise<string> => {
    const stamp = live.stamp();
    if (page?.stamp !== stamp) {
      const context = live.context();
      page = { stamp, html: app.view('pages/dashboard', { panels: render.all(context), check: emptyCheck(context) }) };
    }
    return page.html;
  };
  app.get('/', async (_request, reply) => {
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache');
    return rendered();
  });
}

/** The form stands outside every swapped panel, so that what is being typed stays. */
const emptyCheck = (context: ViewContext) => ({
  answer: checkView({}, context),
  form: { symbols: CHECK_SYMBOLS, typed: {} },
});
