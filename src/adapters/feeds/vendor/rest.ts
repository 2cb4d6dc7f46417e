import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { messageOf } from '../../../kernel/errors.js';
import { failureOfStatus, retryAfterOf, unavailable } from './failure.js';

const ANSWER_MS = 30_000;
const BODY_BYTES_MAX = 32 * 1_024 * 1_024;

export interface Question {
  readonly vendor: string;
  /** Name of the setting that holds the key. */
  readonly setting: string;
  readonly url: URL;
  readonly redact: (text: string) => string;
  readonly signal: AbortSignal;
}

/** One GET for JSON on a connection of its own. Every failure is a `VendorFailure` free of the address. */
export async function getJson({ vendor, setting, url, redact, signal }: Question): Promise<unknown> {
  const { status, retryAfter, text } = await answerTo(url, signal).catch((error: unknown) => {
    throw unavailable(`${vendor} cannot be reached: ${redact(messageOf(error))}`);
  });
  const body = parsed(text);
  if (status >= 400) {
    const retryAfterMs = retryAfterOf(retryAfter);
    const more = { vendor, setting, text: redact(saidIn(body)), ...(retryAfterMs !== undefined && { retryAfterMs }) };
    throw failureOfStatus(status, more);
  }
  if (body === undefined) throw unavailable(`${vendor}: the answer is no JSON`);
  return body;
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

const answerTo = (url: URL, signal: AbortSignal): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const get = url.protocol === 'http:' ? httpGet : httpsGet;
    const request = get(url, { agent: false, signal, timeout: ANSWER_MS }, (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        parts.push(part);
        bytes += part.length;
        if (bytes > BODY_BYTES_MAX) request.destroy(new Error('the answer is too long'));
      });
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0, headers } = response;
        resolve({
          status: statusCode,
          retryAfter: headers['retry-after'],
          text: Buffer.concat(parts).toString('utf8'),
        });
      });
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
  });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What the vendor says went wrong, in whichever of the usual fields. */
export function saidIn(body: unknown): string {
  const said = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  const text = said.find(
    ([name, value]) => ['error', 'message', 'msg'].includes(name) && typeof value === 'string',
  )?.[1];
  return typeof text === 'string' ? text.slice(0, 200) : '';
}
