import type { FastifyRequest } from 'fastify';

type Asked = Pick<FastifyRequest, 'headers' | 'host'>;

/** Whether a changing request comes from our own page. Programs that send neither header are no browser and cannot be tricked. */
export function isSameOrigin({ headers, host }: Asked): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { origin } = headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

/**
 * The name a request calls this server by, when it is none of ours. A stranger's name can be made to lead here (DNS
 * rebinding), and its page would then pass for our own. Behind a proxy both its name and the one it was asked for count.
 */
export function strangeHost({ headers, host }: Asked, ours: readonly string[]): string | undefined {
  const known = new Set(ours.map(canonical));
  return [headers.host ?? '', host].find((asked) => {
    const name = canonical(asked);
    return name === undefined || !(isLoopback(name) || known.has(name));
  });
}

const LOOPBACK_V4 = /^127(\.\d{1,3}){3}$/;
const isLoopback = (name: string): boolean => name === 'localhost' || name === '[::1]' || LOOPBACK_V4.test(name);

/** Lower case, without the port, an IPv6 address in brackets; undefined for what cannot be a host. */
function canonical(text: string): string | undefined {
  const bare = /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(text) ? `[${text}]` : text;
  if (!/^[\w.:[\]-]+$/.test(bare) || !URL.canParse(`http://${bare}`)) return undefined;
  return new URL(`http://${bare}`).hostname;
}
