import type { FastifyRequest } from 'fastify';

/** HTML for htmx and for browsers; JSON for programs and plain clients such as curl. */
export function wantsHtml({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  if (headers['hx-request'] !== undefined) return true;
  const accept = headers.accept ?? '*/*';
  return weightOf(accept, 'text/html') > weightOf(accept, 'application/json');
}

/** The q of a type or coding that is named itself (RFC 9110, 12.5.1); wildcards say nothing about preference. */
export function weightOf(accept: string, type: string): number {
  for (const range of accept.split(',')) {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (name !== type) continue;
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    const value = q === undefined ? 1 : Number(q.slice(2));
    return Number.isFinite(value) ? value : 0;
  }
  return 0;
}

export const VARY = 'Accept, HX-Request';
