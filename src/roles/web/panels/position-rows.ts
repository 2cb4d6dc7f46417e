import { instrument } from '../../../domain/instruments/catalogue/index.js';
import type { PositionRow } from '../../../messages/dashboard.js';
import { age, averagePrice, contractMonth, instant, multiple, price, signedUsd, UNKNOWN, usd } from '../format.js';
import { isTrusted } from './account-lines.js';
import type { ViewContext } from './panel.js';

const BASIS: Readonly<Record<PositionRow['risk_basis'], string>> = {
  stop: '',
  'stop and 2 ATR': 'stop for a part, rest at 2 ATR',
  '2 ATR': 'at 2 ATR',
  unmanaged: 'not counted',
  unknown: 'not known',
};

/** One open position, as the positions panel and the focus cards say it. */
export function positionView(row: PositionRow, { state, now }: ViewContext) {
  const account = state.positions?.accounts.find((it) => it.account === row.account);
  const pnl = row.unrealized_pnl;
  return {
    name: row.root ?? row.symbol,
    month: row.root === null ? '' : (contractMonth(row.contract, now).split(' ')[0] ?? ''),
    note: row.root === null ? 'unknown contract' : fullSizeNote(row.root),
    side: row.side,
    arrow: row.side === 'LONG' ? '▲' : '▼',
    quantity: row.quantity,
    average: averagePrice(row.avg_price, row.root),
    last: price(row.last_price, row.root),
    pnl: signedUsd(pnl),
    pnlTone: pnl === null || pnl === 0 ? 'flat' : pnl > 0 ? 'gain' : 'loss',
    r: row.r_multiple === null ? `${UNKNOWN} R` : multiple(row.r_multiple),
    rTone: row.r_multiple === null ? 'flat' : row.r_multiple < 0 ? 'loss' : 'gain',
    stop: row.stop_price === null ? undefined : price(row.stop_price, row.root),
    risk: usd(row.risk_dollars),
    basis: BASIS[row.risk_basis],
    account: row.account,
    isOld: account === undefined || !isTrusted(account),
    heardAt: account?.heard_at ?? '',
    age: account === undefined ? '' : age(now - instant(account.heard_at)),
  };
}

export type PositionView = ReturnType<typeof positionView>;

function fullSizeNote(root: string): string {
  const spec = instrument(root);
  return spec && !spec.isMicro ? 'full size' : '';
}
