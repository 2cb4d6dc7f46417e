import type { Signal } from '../../domain/copilot/effect.js';
import type { FocusCard } from '../../domain/focus/types.js';
import { type GateView, isSuppressed } from '../../domain/gate/mode.js';
import { instrument } from '../../domain/instruments/catalogue/index.js';
import { type ContractSpec, priceOf } from '../../domain/instruments/contract.js';
import { assert } from '../../kernel/assert.js';
import { toUsd } from '../../kernel/units.js';
import { openingRangeSignalJson, rounded } from '../../messages/analysis-codec.js';
import type { SetupSignal } from '../../ports/history-store.js';

/** One signal as a row of history: its own facts, and what the gate saw. */
export function signalRecord(signal: Signal): SetupSignal {
  const { id, at, tradingDay, root, side, type, gate } = signal;
  const spec = instrument(root);
  assert(spec !== undefined, `a signal of an unknown instrument ${root}`);
  const facts = { ...factsOf(signal, spec), gate: gateFacts(gate) };
  return { id, at, tradingDay, symbol: root, type, direction: side, facts };
}

function factsOf(signal: Signal, spec: ContractSpec): Readonly<Record<string, unknown>> {
  switch (signal.type) {
    case 'ENTRY_ZONE':
      return { price: signal.price, risk_dollars: toUsd(signal.openRisk) };
    case 'ORB': {
      const { type: _, direction: __, ...facts } = openingRangeSignalJson(signal.signal, spec);
      return { ...facts, missing: signal.range.missing };
    }
    case 'CARD':
      return cardFacts(signal.card, spec);
    default:
      return signal satisfies never;
  }
}

const cardFacts = ({ price, reading, levels, size }: FocusCard, spec: ContractSpec) => ({
  price: priceOf(price, spec),
  quality: rounded(reading.quality?.score, 1),
  entry_low: levels ? priceOf(levels.entryLow, spec) : null,
  entry_high: levels ? priceOf(levels.entryHigh, spec) : null,
  stop: levels ? priceOf(levels.stop, spec) : null,
  tp1: levels ? priceOf(levels.tp1, spec) : null,
  risk_dollars: toUsd(size.risk),
});

const gateFacts = (gate: GateView) => ({
  adx: rounded(gate.adx, 1),
  trend: gate.trend ?? null,
  passes: gate.passes ?? null,
  mode: gate.mode,
  suppressed: isSuppressed(gate),
});
