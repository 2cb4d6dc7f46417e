/** Wire form of server-sent events (WHATWG HTML, section 9.2). */

/** One event. Every line of the HTML gets its own `data:`; a bare CR would end a line too, so it becomes a space. */
export function eventFrame(event: string, id: string, html: string): Buffer {
  const data = html
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `data: ${line.trim()}`)
    .join('\n');
  return Buffer.from(`id: ${id}\nevent: ${event}\n${data === '' ? 'data:' : data}\n\n`);
}

export const pingFrame: Buffer = Buffer.from(': ping\n\n');

/** Wraps HTML so that htmx 4 morphs it into the element with this id. White space around it would grow the parent. */
export const partial = (targetId: string, html: string): string =>
  `<hx-partial hx-target="#${targetId}" hx-swap="outerMorph">${html.trim()}</hx-partial>`;
