import type { FastifyInstance } from 'fastify';
import type { WebContext } from '../app.js';
import { type Coding, codingFor, encode } from '../coding.js';
import { checkView } from '../panels/check.js';
import type { ViewContext } from '../panels/panel.js';
import { CHECK_SYMBOLS } from './check.js';

/** One rendering of the page, in every coding that was asked for so far. */
interface Page {
  readonly stamp: string;
  readonly plain: Promise<Buffer>;
  readonly coded: Map<Coding, Promise<Buffer>>;
}

const HEADERS = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache', vary: 'accept-encoding' };

/** `GET /`: rendered once per state and second, and compressed once, however many ask. */
export async function pageRoutes(app: FastifyInstance, { live, render }: WebContext): Promise<void> {
  let page: Page | undefined;
  const rendered = (): Page => {
    const stamp = live.stamp();
    if (page?.stamp !== stamp) {
      const context = live.context();
      const html = app.view('pages/dashboard', { panels: render.all(context), check: emptyCheck(context) });
      page = { stamp, plain: html.then((text) => Buffer.from(text)), coded: new Map() };
    }
    return page;
  };
  app.get('/', { compress: false }, async (request, reply) => {
    reply.headers(HEADERS);
    const newest = rendered();
    const coding = codingFor(request.headers['accept-encoding']);
    if (coding === undefined) return newest.plain;
    reply.header('content-encoding', coding);
    return codedAs(coding, newest);
  });
}

function codedAs(coding: Coding, { plain, coded }: Page): Promise<Buffer> {
  const bytes = coded.get(coding) ?? plain.then((html) => encode(coding, html, 'often'));
  coded.set(coding, bytes);
  return bytes;
}

/** The form stands outside every swapped panel, so that what is being typed stays. */
const emptyCheck = (context: ViewContext) => ({
  answer: checkView({}, context),
  form: { symbols: CHECK_SYMBOLS, typed: {} },
});
