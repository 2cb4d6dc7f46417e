import type { SystemStatus } from '../../../messages/dashboard.js';
import { age, etSince, instant, UNKNOWN } from '../format.js';
import { marketGroups } from './markets.js';
import { overlapView } from './overlap.js';
import type { Panel, Tone, ViewContext } from './panel.js';

type Part = SystemStatus['parts'][number];

const WORDS = { ok: 'ok', warning: 'slow', down: 'down', unknown: 'not heard' } as const;
const TONES: Record<Part['state'], Tone> = { ok: 'good', warning: 'warning', down: 'stop', unknown: 'unknown' };
const PARTS = ['engine', 'feed', 'bridge'] as const;
/** What every page of a run that is no live market says. */
export const BADGES = { live: undefined, demo: 'DEMO', replay: 'REPLAY' } as const;

export const statusPanel: Panel = {
  id: 'status',
  title: 'Markets and machinery',
  event: 'status',
  tag: 'div',
  view(context) {
    const { state, now } = context;
    const parts = PARTS.map((name) => partView(name, context));
    const worst = parts.find((part) => part.tone === 'stop');
    return {
      tone: worst ? 'stop' : 'calm',
      parts,
      markets: marketGroups(state.status?.markets ?? [], now),
      overlap: overlapView(now),
    };
  },
};

function partView(name: Part['part'], { state, now, freshness }: ViewContext) {
  const part = state.status?.parts.find((p) => p.part === name);
  if (freshness.stale && name === 'engine') {
    const silence =
      freshness.since === undefined
        ? 'waiting for the engine'
        : `${freshness.why === 'stream' ? 'no connection to Redis' : 'no heartbeat'} since ${etSince(freshness.since, now)}`;
    const reason = part && part.state !== 'ok' && freshness.why === 'engine' ? part.reason : silence;
    return { name, tone: 'stop' as const, word: 'down', age: '', at: '', reason };
  }
  if (!part) return { name, tone: 'unknown' as const, word: WORDS.unknown, age: '', at: '', reason: 'no report yet' };
  return {
    name,
    tone: freshness.stale ? ('unknown' as const) : TONES[part.state],
    // Its last word may be old: the engine that would say otherwise is not heard.
    word: WORDS[freshness.stale ? 'unknown' : part.state],
    age: part.at === null ? UNKNOWN : age(now - instant(part.at)),
    at: part.at ?? '',
    reason: part.reason,
  };
}
