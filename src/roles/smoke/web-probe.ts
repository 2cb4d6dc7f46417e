const ANSWER_WITHIN_MS = 5_000;

/** A plain GET as curl does it: the answer is JSON where a route can speak it. */
export async function get(url: string): Promise<{ status: number; contentType: string; body: string }> {
  const response = await fetch(url, { headers: { accept: '*/*' }, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  return {
    status: response.status,
    contentType: response.headers.get('content-type') ?? '',
    body: await response.text(),
  };
}

/** Opens the live stream, reads up to its first named event and leaves again. */
export async function firstEvent(
  url: string,
): Promise<{ contentType: string; cacheControl: string; event: string | undefined }> {
  const leaving = new AbortController();
  const timer = setTimeout(() => leaving.abort(), ANSWER_WITHIN_MS);
  try {
    const response = await fetch(url, { headers: { accept: 'text/event-stream' }, signal: leaving.signal });
    const event = response.ok ? await readEvent(response) : undefined;
    return {
      contentType: response.headers.get('content-type') ?? '',
      cacheControl: response.headers.get('cache-control') ?? '',
      event,
    };
  } finally {
    clearTimeout(timer);
    leaving.abort();
  }
}

async function readEvent(response: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const name = /^event: ?(.+)$/m.exec(text)?.[1];
      if (name !== undefined) return name;
    }
  } catch {
    // The time was up: what came so far holds no event.
  }
  return undefined;
}
