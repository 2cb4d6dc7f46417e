import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { sessionCalendar } from '../../../domain/sessions/calendar.js';
import type { EpochMs } from '../../../kernel/units.js';
import type { SystemStatus } from '../../../messages/dashboard.js';
import { etWhen, instant } from '../format.js';

type Market = SystemStatus['markets'][number];

/** A weekend with a holiday on either side has fewer phases than this. */
const PHASES_AHEAD_MAX = 12;

/** Instruments in the same state share one entry, so a closed market stands out. */
export function marketGroups(markets: readonly Market[], now: EpochMs) {
  const groups = new Map<string, { open: boolean; word: string; detail: string; symbols: string[] }>();
  for (const market of markets) {
    const { word, detail } = hoursOf(market, now);
    const key = `${word} ${detail}`;
    const group = groups.get(key) ?? { open: market.open, word, detail, symbols: [] };
    group.symbols.push(market.symbol);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function hoursOf(market: Market, now: EpochMs): { readonly word: string; readonly detail: string } {
  const note = market.note === null ? '' : `, ${market.note}`;
  if (market.open) return { word: 'open', detail: `until ${etWhen(instant(market.changes_at), now)}${note}` };
  const reason = market.note ?? market.phase.replace('-', ' ');
  return { word: 'closed', detail: `${reason}, opens ${etWhen(opensAt(market, now), now)}` };
}

/** When the first market opens again, while all of them are shut; undefined while one is open or none is known. */
export function reopening(markets: readonly Market[], now: EpochMs): EpochMs | undefined {
  if (markets.length === 0 || markets.some(({ open }) => open)) return undefined;
  const first = markets.map((market) => opensAt(market, now)).reduce((a, b) => (b < a ? b : a));
  // What was said to end by now has ended: an engine that fell silent on a weekend does not keep Monday shut.
  return first > now ? first : undefined;
}

/** The engine tells when the phase changes; one closed phase may follow another, so the calendar is asked on from there. */
function opensAt(market: Market, now: EpochMs): EpochMs {
  const spec = instrument(market.symbol);
  let at = instant(market.changes_at);
  if (!spec || at <= now) return at;
  const calendar = sessionCalendar(spec.calendar);
  for (let n = 0; n < PHASES_AHEAD_MAX; n += 1) {
    const state = calendar.stateAt(at);
    if (state.isOpen) return at;
    at = state.changesAt;
  }
  return at;
}
