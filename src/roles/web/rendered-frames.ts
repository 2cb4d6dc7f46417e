import { eventBody, frameOf } from './frame.js';
import type { ViewContext } from './panels/panel.js';
import type { Render } from './render.js';

interface Shown {
  context(): ViewContext;
  stamp(): string;
}

/**
 * The event's newest HTML as a frame, rendered once per stamp however many streams ask for it, and the same bytes for all of
 * them. A heartbeat carries the header, so clock and ages are set right with it.
 */
export function createFrames(render: Render, { context, stamp }: Shown) {
  const html = (event: string): string => {
    if (event === 'heartbeat')
      return ['session-change', 'status'].map((one) => render.event(one, context())).join('\n');
    return render.event(event, context()) || render.cardEvent(event, context());
  };
  let renderedAt = '';
  const bodies = new Map<string, Buffer | undefined>();
  const frames = new Map<string, Buffer>();
  const body = (event: string): Buffer | undefined => {
    if (!bodies.has(event)) {
      const text = html(event);
      bodies.set(event, text === '' ? undefined : eventBody(event, text));
    }
    return bodies.get(event);
  };
  return (event: string, id: string): Buffer | undefined => {
    const now = stamp();
    if (now !== renderedAt) {
      bodies.clear();
      frames.clear();
      renderedAt = now;
    }
    const key = `${event} ${id}`;
    const known = frames.get(key);
    if (known) return known;
    const rendered = body(event);
    const bytes = rendered && frameOf(id, rendered);
    if (bytes) frames.set(key, bytes);
    return bytes;
  };
}
