import { instrument } from '../../../domain/instruments/catalogue/index.js';
import type { PositionRow, PositionsState, Verdict } from '../../../messages/dashboard.js';
import { age, averagePrice, contractMonth, etTime, instant, multiple, price, signedUsd, usd } from '../format.js';
import type { Panel, Tone, ViewContext } from './panel.js';

const WORDS: Record<Verdict, string> = {
  IN_SYNC: 'in sync',
  GAP: 'a message was missed, the next one heals it',
  STALE: 'stale',
  UNKNOWN: 'not heard yet',
};
const TONES: Record<Verdict, Tone> = { IN_SYNC: 'good', GAP: 'warning', STALE: 'unknown', UNKNOWN: 'unknown' };

export const positionsPanel: Panel = {
  id: 'positions',
  title: 'Positions',
  event: 'positions-update',
  view(context) {
    const positions = context.state.positions;
    const verdict = positions?.verdict ?? 'UNKNOWN';
    const rows = (positions?.positions ?? []).map((row) => rowView(row, context));
    return {
      tone: verdict === 'IN_SYNC' ? 'calm' : verdict === 'GAP' ? 'warning' : 'unknown',
      data: { verdict, count: verdict === 'UNKNOWN' ? 'unknown' : String(rows.length) },
      verdict,
      rows,
      accounts: (positions?.accounts ?? []).map((account) => accountView(account, context)),
      message: messageOf(verdict, rows.length, positions),
    };
  },
};

/** Flat is a claim that only a synchronised account can make. */
function messageOf(verdict: Verdict, count: number, positions: PositionsState | undefined): string | undefined {
  if (verdict === 'UNKNOWN') return 'No news from the platform yet. Positions appear when the bridge reports.';
  if (verdict === 'STALE') {
    const heard = positions?.accounts.map((a) => a.heard_at).sort()[0];
    const since = heard === undefined ? '' : ` since ${etTime(heard)}`;
    return `No news from the platform${since}. ${count > 0 ? 'Last known positions:' : 'Whether anything is open is not known.'}`;
  }
  if (count > 0) return undefined;
  return verdict === 'IN_SYNC' ? '✓ No open positions' : 'No position in the last report; waiting for a whole one.';
}

function rowView(row: PositionRow, { now }: ViewContext) {
  const pnl = row.unrealized_pnl;
  return {
    name: row.root ?? row.symbol,
    month: row.root === null ? '' : contractMonth(row.contract, now).split(' ')[0],
    unmanaged: row.root === null ? 'unknown contract' : fullSizeNote(row.root),
    side: row.side,
    arrow: row.side === 'LONG' ? '▲' : '▼',
    quantity: row.quantity,
    average: averagePrice(row.avg_price, row.root),
    last: price(row.last_price, row.root),
    pnl: signedUsd(pnl),
    pnlTone: pnl === null || pnl === 0 ? 'flat' : pnl > 0 ? 'gain' : 'loss',
    r: multiple(row.r_multiple),
    stop: row.stop_price === null ? undefined : price(row.stop_price, row.root),
    risk: usd(row.risk_dollars),
    basis: row.risk_basis === '2 ATR' ? 'counted at 2 ATR' : row.risk_basis === 'stop' ? '' : row.risk_basis,
    account: row.account,
  };
}

function fullSizeNote(root: string): string {
  const spec = instrument(root);
  return spec && !spec.isMicro ? 'full-size contract' : '';
}

function accountView(account: PositionsState['accounts'][number], { state, now }: ViewContext) {
  const accounts = state.positions?.accounts ?? [];
  const bridge = state.status?.parts.find((part) => part.part === 'bridge')?.at;
  // Status is refreshed more often than positions; with one account its bridge's age is the account's age.
  const newest =
    accounts.length === 1 && account.verdict === 'IN_SYNC' && bridge && bridge > account.heard_at
      ? bridge
      : account.heard_at;
  return {
    name: account.account,
    word: WORDS[account.verdict],
    tone: TONES[account.verdict],
    at: account.verdict === 'UNKNOWN' ? '' : newest,
    age: account.verdict === 'UNKNOWN' ? '' : age(now - instant(newest)),
  };
}
