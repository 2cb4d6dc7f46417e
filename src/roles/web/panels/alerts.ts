import type { Alert } from '../../../messages/dashboard.js';
import { etMinute, etTime } from '../format.js';
import type { Panel, ViewContext } from './panel.js';

/** Rows that travel with every alert; the browser asks for the ones behind them when somebody wants them. */
export const ROWS_PUSHED_MAX = 40;
const MARKS = { info: '·', warning: '▲', critical: '■' } as const;
export const ALERT_KINDS = [
  'no-trade',
  'risk',
  'focus',
  'signal',
  'session',
  'feed',
  'bridge',
  'system',
] as const satisfies readonly Alert['kind'][];

export const alertsPanel: Panel = {
  id: 'alerts',
  title: 'Alerts',
  event: 'alert',
  view({ state }) {
    const { alerts } = state;
    const total = alerts.length;
    const earlier = Math.max(0, total - ROWS_PUSHED_MAX);
    return {
      tone: 'calm',
      data: { newest: alerts[0]?.id ?? '', total: String(total), earlier: String(earlier) },
      rows: alerts.slice(0, ROWS_PUSHED_MAX).map(alertRow),
      kinds: ALERT_KINDS,
      symbols: alertSymbols(state),
      earlier,
      total,
    };
  },
};

/** What can be chosen in the filter: the watch list, and whatever else there is an alert of. */
export const alertSymbols = ({ plan, alerts }: ViewContext['state']): readonly string[] => [
  ...new Set([
    ...(plan ? [...plan.assets, ...plan.others].map(({ symbol }) => symbol) : []),
    ...alerts.flatMap(({ symbol }) => (symbol === null ? [] : [symbol])),
  ]),
];

export const alertRow = ({ id, at, kind, severity, symbol, text }: Alert) => ({
  id,
  iso: at,
  time: etMinute(at),
  second: etTime(at),
  kind,
  severity,
  mark: MARKS[severity],
  symbol: symbol ?? '',
  // Most sentences name their symbol themselves.
  shownSymbol: symbol === null || text.startsWith(symbol) ? '' : symbol,
  text,
});
