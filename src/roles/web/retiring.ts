import { whyNotRetired } from '../../domain/copilot/retire.js';
import { instant } from './format.js';
import type { ViewContext } from './panels/panel.js';

/** Why an account may not be retired as far as this page knows; the engine has the last word. */
export function whyNotNow(account: string, { state: { positions }, now, freshness }: ViewContext): string | undefined {
  if (freshness.stale) return 'the engine is not heard, so nobody knows which accounts report';
  const row = positions?.accounts.find((it) => it.account === account);
  const held = (positions?.positions ?? [])
    .filter((position) => position.account === account)
    .map(({ side, quantity, symbol }) => `${side} ${quantity} ${symbol}`);
  return whyNotRetired({
    account,
    verdict: row?.verdict,
    silentMs: row === undefined ? 0 : now - instant(row.heard_at),
    held,
  });
}
