/** Wire form of server-sent events (WHATWG HTML, section 9.2). */

/** An event without its id. Every line of the HTML gets its own `data:`; a bare CR would end a line too. */
export function eventBody(event: string, html: string): Buffer {
  const data = html.trim().replace(/\s*[\r\n]\s*/g, '\ndata: ');
  return Buffer.from(`event: ${event}\ndata: ${data}\n\n`);
}

export const frameOf = (id: string, body: Buffer): Buffer => Buffer.concat([Buffer.from(`id: ${id}\n`), body]);

export const pingFrame: Buffer = Buffer.from(': ping\n\n');

/** Wraps HTML so that htmx 4 morphs it into the element with this id. White space around it would grow the parent. */
export const partial = (targetId: string, html: string): string =>
  `<hx-partial hx-target="#${targetId}" hx-swap="outerMorph">${html.trim()}</hx-partial>`;
