import type { SystemStatus } from '../../../messages/dashboard.js';
import { age, etMinute, etTime, instant, UNKNOWN } from '../format.js';
import type { Panel, Tone, ViewContext } from './panel.js';

type Part = SystemStatus['parts'][number];
type Market = SystemStatus['markets'][number];

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
    const { state, mode } = context;
    const parts = PARTS.map((name) => partView(name, context));
    const worst = parts.find((part) => part.tone === 'stop');
    return {
      tone: worst ? 'stop' : 'calm',
      badge: BADGES[mode],
      parts,
      markets: marketGroups(state.status?.markets ?? []),
    };
  },
};

function partView(name: Part['part'], { state, now, freshness }: ViewContext) {
  const part = state.status?.parts.find((p) => p.part === name);
  if (freshness.stale && name === 'engine') {
    const silence =
      freshness.since === undefined ? 'waiting for the engine' : `no heartbeat since ${etTime(freshness.since)}`;
    const reason = part && part.state !== 'ok' ? part.reason : silence;
    return { name, tone: 'stop' as const, word: 'down', age: '', at: '', reason };
  }
  if (!part) return { name, tone: 'unknown' as const, word: WORDS.unknown, age: '', at: '', reason: '' };
  return {
    name,
    tone: freshness.stale ? ('unknown' as const) : TONES[part.state],
    word: WORDS[part.state],
    age: part.at === null ? UNKNOWN : age(now - instant(part.at)),
    at: part.at ?? '',
    reason: part.reason,
  };
}

/** Instruments in the same state share one entry, so a closed market stands out. */
function marketGroups(markets: readonly Market[]) {
  const groups = new Map<
    string,
    { open: boolean; word: string; detail: string; symbols: { symbol: string; hint: string }[] }
  >();
  for (const { symbol, open, phase, note, changes_at } of markets) {
    const reason = note ?? phase.replace('-', ' ');
    const until = `until ${etMinute(changes_at)}`;
    const detail = open ? '' : `${reason}, ${until}`;
    const group = groups.get(detail) ?? { open, word: open ? 'open' : 'closed', detail, symbols: [] };
    group.symbols.push({ symbol, hint: open ? `open ${until} ET` : `closed: ${detail} ET` });
    groups.set(detail, group);
  }
  return [...groups.values()];
}
