import type { EpochMs } from '../../../kernel/units.js';
import type { PositionsState } from '../../../messages/dashboard.js';
import { etSince, instant, percent, usd } from '../format.js';
import { accountView, isTrusted } from './account-lines.js';
import { uncounted } from './believed.js';
import type { Panel, Tone, ViewContext } from './panel.js';
import { overloadOf, overnightOf } from './position-alarms.js';
import { positionView } from './position-rows.js';
import { shareTone } from './risk-gauges.js';

export const positionsPanel: Panel = {
  id: 'positions',
  title: 'Positions',
  event: 'positions-update',
  // The share of the account at risk, the banner over its limit and the time limits come with the risk figures.
  alsoOn: ['risk-update'],
  view(context) {
    const { positions } = context.state;
    const accounts = positions?.accounts ?? [];
    const rows = (positions?.positions ?? []).map((row) => positionView(row, context));
    const isKnown = accounts.some(({ verdict }) => verdict !== 'UNKNOWN');
    const overload = overloadOf(context);
    const overnight = overnightOf(context, rows.length);
    return {
      tone: toneOf(accounts, overload !== undefined || uncounted(context.state) > 0),
      data: {
        verdict: positions?.verdict ?? 'UNKNOWN',
        count: isKnown ? String(rows.length) : 'unknown',
        alarm: overload ? 'overload' : overnight ? 'overnight' : '',
      },
      total: totalView(context, isKnown),
      overload,
      overnight,
      rows,
      accounts: accounts.map((account) => accountView(account, context)),
      ...messageOf(context, rows.length),
    };
  },
};

function toneOf(accounts: PositionsState['accounts'], isAlarming: boolean): Tone {
  if (isAlarming) return 'stop';
  if (accounts.length === 0 || accounts.every(({ verdict }) => verdict === 'STALE' || verdict === 'UNKNOWN'))
    return 'unknown';
  return accounts.every(isTrusted) ? 'calm' : 'warning';
}

/** The sum of what can be counted: a floor while something cannot, and old as soon as one account is not in sync. */
function totalView({ state }: ViewContext, isKnown: boolean) {
  const { risk, positions } = state;
  const missing = isKnown ? uncounted(state) : 0;
  const isOld = !(positions?.accounts ?? []).every(isTrusted);
  const share = isKnown ? (risk?.total_risk_pct ?? null) : null;
  const dollars = isKnown ? (risk?.open_risk_dollars ?? null) : null;
  return {
    least: missing > 0 && share !== null ? 'at least' : '',
    text: percent(share),
    missing: missing > 0 ? `${missing} not counted` : '',
    parts: [risk ? `limit ${risk.limits.total_risk_pct} %` : '', dollars === null ? 'not known' : usd(dollars)].filter(
      Boolean,
    ),
    tone: isOld || !risk ? 'unknown' : missing > 0 ? 'stop' : shareTone(share, risk.limits.total_risk_pct),
  };
}

/** Flat is a claim that only accounts which are all in sync can make, and only to an engine that is heard. */
function messageOf({ state: { positions }, freshness, now }: ViewContext, count: number) {
  const accounts = positions?.accounts ?? [];
  if (accounts.every(({ verdict }) => verdict === 'UNKNOWN'))
    return { message: 'No news from the platform yet. Positions appear when the bridge reports.' };
  const silent = accounts.filter((account) => !isTrusted(account));
  if (silent.length > 0) {
    const theirs = (positions?.positions ?? []).filter(({ account }) => !isHeard(account, accounts));
    return { message: doubt({ accounts, silent, now }, theirs.length) };
  }
  if (count > 0) return {};
  if (positions?.verdict !== 'IN_SYNC') return { message: 'No position in the last report; waiting for a whole one.' };
  if (freshness.stale) return { message: 'None open in the last report. Whether anything is open now is not known.' };
  return { isFlat: true, message: 'No open positions' };
}

const isHeard = (name: string, accounts: PositionsState['accounts']): boolean =>
  accounts.some((account) => account.account === name && isTrusted(account));

interface Doubted {
  readonly accounts: PositionsState['accounts'];
  readonly silent: PositionsState['accounts'];
  readonly now: EpochMs;
}

/** `count` is what the silent accounts last held; what the others hold is known. */
function doubt({ accounts, silent, now }: Doubted, count: number): string {
  const isOnlyGap = silent.every(({ verdict }) => verdict === 'GAP');
  const names = silent.map(({ account }) => account).join(', ');
  if (silent.every(({ cut_off }) => cut_off))
    return `The platform has lost its connection to the broker (${names}). ${count > 0 ? 'Last known positions:' : 'Whether anything is open is not known.'}`;
  if (isOnlyGap) {
    const whose = accounts.length > 1 ? ` of ${names}` : '';
    return count > 0
      ? `A message${whose} was missed; waiting for a whole report.`
      : `No position in the last report${whose}; waiting for a whole one.`;
  }
  const oldest = silent.map(({ heard_at }) => heard_at).reduce((a, b) => (instant(b) < instant(a) ? b : a));
  if (silent.length === accounts.length) {
    const rest = count > 0 ? 'Last known positions:' : 'Whether anything is open is not known.';
    return `No news from the platform since ${etSince(oldest, now)}. ${rest}`;
  }
  const rest = count > 0 ? 'What it last reported is grey.' : 'Whether it holds anything is not known.';
  return `No news from ${names} since ${etSince(oldest, now)}. ${rest}`;
}
