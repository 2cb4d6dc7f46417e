import { alertSchema, assetEvent } from '../../messages/dashboard.js';
import { type FocusAsset, type FocusPlanJson, focusPlanSchema, noTradeSchema } from '../../messages/focus-plan.js';
import type { AuditRow, Output } from '../../ports/audit-store.js';
import type { EngineBus } from '../../ports/engine-bus.js';
import type { HistoryStore, SetupSignal } from '../../ports/history-store.js';
import type { QuoteBoard } from './quotes.js';
import { readLimits, readRiskEvent, readTrades } from './records.js';

/** Carries out what was decided. Everything here may run twice without harm. */
export interface Performer {
  perform(rows: readonly AuditRow[]): Promise<void>;
  /** Publishes what is true already; nothing of it is a decision, so nothing is audited. */
  show(outputs: readonly Output[]): Promise<void>;
  /** Newest plan published, for last-price updates between two plans. */
  plan(): FocusPlanJson | undefined;
}

export interface PerformerDeps {
  readonly bus: EngineBus;
  readonly history: HistoryStore;
  readonly quotes: QuoteBoard;
  readonly onPublished: (streamId: string | undefined) => void;
}

export function createPerformer({ bus, history, quotes, onPublished }: PerformerDeps): Performer {
  let plan: FocusPlanJson | undefined;

  /** Between two plans prices move on: a plan must not take the page back to the price it was decided at. */
  const withQuotes = (decided: FocusPlanJson): FocusPlanJson => ({
    ...decided,
    assets: decided.assets.map(quotes.overlay),
    others: decided.others.map(quotes.overlay),
  });

  /** A plan goes out as the grid and as each of its cards, with the newest price on them. */
  async function withCards(output: Output): Promise<readonly Output[]> {
    plan = focusPlanSchema.parse(output.data);
    await history.savePlan(plan);
    const shown = withQuotes(plan);
    return [{ ...output, data: shown }, ...assetsOf(shown).map(assetOutput)];
  }

  /** Other programs read the plan's key; the verdict in it may not be five minutes old. */
  async function renewVerdict({ data }: Output): Promise<void> {
    if (!plan) return;
    plan = { ...plan, no_trade: noTradeSchema.parse(data) };
    await bus.keepPlan(withQuotes(plan));
  }

  async function goOut(outputs: readonly Output[]): Promise<void> {
    const all: Output[] = [];
    for (const output of outputs) {
      if (output.event === 'focus-update') all.push(...(await withCards(output)));
      else all.push(output);
    }
    onPublished(await bus.publish(all));
    // After the plan itself: the newest verdict must be what stays in its key.
    const verdict = outputs.findLast(({ event }) => event === 'no-trade-alert');
    if (verdict) await renewVerdict(verdict);
  }

  /** Keeps what history is made of; answers what is to be shown of it, nothing for what is only written down. */
  async function writeDown(output: Output, { tradingDay }: AuditRow): Promise<readonly Output[]> {
    const { event, data } = output;
    switch (event) {
      // Rows of an engine from before the signals had more than one type call it a setup.
      case 'setup':
      case 'signal':
        await history.saveSignal(data as SetupSignal);
        return [];
      case 'trades': {
        const { account, trades } = readTrades(data);
        await history.saveTrades(account, trades);
        return [];
      }
      case 'limits':
        await history.saveLimits(readLimits(data));
        return [];
      case 'risk-event':
        await history.saveRiskEvent(readRiskEvent(data));
        return [];
      case 'alert': {
        // The list of alerts knows the same alert by its text, and an audit hands its fields back in another order.
        const alert = alertSchema.parse(data);
        await history.saveAlert(alert, tradingDay);
        return [{ event, data: alert }];
      }
      default:
        return [output];
    }
  }

  return {
    async perform(rows) {
      const outputs: Output[] = [];
      for (const row of rows) {
        for (const output of row.outputs) outputs.push(...(await writeDown(output, row)));
      }
      await goOut(outputs);
    },
    show: goOut,
    plan: () => plan,
  };
}

export const assetsOf = (plan: FocusPlanJson): readonly FocusAsset[] => [...plan.assets, ...plan.others];
export const assetOutput = (asset: FocusAsset): Output => ({ event: assetEvent(asset.symbol), data: asset });
