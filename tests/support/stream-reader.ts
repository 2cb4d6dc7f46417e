import http from 'node:http';
import { parseEvents, type SentEvent } from '../unit/roles/web/fake-sink.js';

/** One open stream as a program reads it: everything that came, and when it came to an end. */
export interface StreamReader {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  text(): string;
  events(): SentEvent[];
  isClosed(): boolean;
  end(): void;
}

export interface StreamQuestion {
  readonly lastEventId?: string | undefined;
  /** Streams are counted by the address they come from; every loopback address is another client. */
  readonly localAddress?: string;
  readonly path?: string;
}

/** Resolves with the head of the answer. The caller ends it. */
export function openStream(url: string, question: StreamQuestion = {}): Promise<StreamReader> {
  const { lastEventId, localAddress = '127.0.0.1', path = '/sse/dashboard' } = question;
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  return new Promise((resolve, reject) => {
    const request = http.get(`${url}${path}`, { headers, localAddress, agent: false }, (response) => {
      let text = '';
      let isClosed = false;
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', () => {});
      response.on('close', () => {
        isClosed = true;
      });
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text: () => text,
        // The last one may have come in part.
        events: () => parseEvents(text.slice(0, text.lastIndexOf('\n\n') + 2)),
        isClosed: () => isClosed,
        end: () => request.destroy(),
      });
    });
    request.on('error', reject);
  });
}

/**
 * The page as these events leave it, read the way htmx does: every partial replaces its target. What counts up by itself
 * (clocks and ages) is taken out, so that two readings of one state are equal.
 */
export function pageOf(events: readonly SentEvent[]): Readonly<Record<string, string>> {
  const page = new Map<string, string>();
  for (const { html } of events) {
    for (const [, id = '', inside = ''] of html.matchAll(PARTIAL)) {
      if (id === 'panel-focus') for (const [symbol, card] of cardsIn(inside)) page.set(`card ${symbol}`, card);
      else if (id.startsWith('card-')) for (const [symbol, card] of cardsIn(inside)) page.set(`card ${symbol}`, card);
      else page.set(id, still(inside));
    }
  }
  return Object.fromEntries([...page].sort(([a], [b]) => a.localeCompare(b)));
}

const PARTIAL = /<hx-partial hx-target="#([\w-]+)"[^>]*>([\s\S]*?)<\/hx-partial>/g;

/** What a card says: its attributes of the contract and every price on it. */
function cardsIn(html: string): readonly (readonly [string, string])[] {
  const starts = [...html.matchAll(/<[^>]*data-symbol="(\w+)"[^>]*data-quality[^>]*>/g)];
  return starts.map((start, i) => {
    const card = html.slice(start.index, starts[i + 1]?.index);
    const said = [...card.matchAll(/data-(?:bias|quality|wave|stale|copy)="([^"]*)"/g)].map((it) => it[1]);
    return [start[1] ?? '', said.join(' ')] as const;
  });
}

const still = (html: string): string =>
  html
    .replace(/data-(?:now|age|until|old-at|heard)="[^"]*"/g, '')
    .replace(/datetime="[^"]*"/g, '')
    .replace(/>\s*-?\d+ s</g, '><')
    .replace(/\d{1,2}:\d\d:\d\d/g, '')
    .replace(/\s+/g, ' ');
