import type { Alert } from '../../../messages/dashboard.js';
import { etMinute, plural } from '../format.js';
import type { Panel } from './panel.js';

/** Rows on the page; older ones stay in the replica and the database. */
const ROWS_SHOWN_MAX = 60;
const MARKS = { info: '·', warning: '▲', critical: '■' } as const;

export const alertsPanel: Panel = {
  id: 'alerts',
  title: 'Alerts',
  event: 'alert',
  view({ state }) {
    const hidden = state.alerts.length - ROWS_SHOWN_MAX;
    return {
      tone: 'calm',
      data: { newest: state.alerts[0]?.id ?? '' },
      rows: state.alerts.slice(0, ROWS_SHOWN_MAX).map(rowView),
      more: hidden > 0 ? `${plural(hidden, 'earlier alert')} not shown` : undefined,
    };
  },
};

const rowView = ({ id, at, kind, severity, symbol, text }: Alert) => ({
  id,
  iso: at,
  time: etMinute(at),
  kind,
  severity,
  mark: MARKS[severity],
  // Most sentences name their symbol themselves.
  symbol: symbol === null || text.startsWith(symbol) ? '' : symbol,
  text,
});
