import { expect, test } from 'vitest';
import type { createMonths } from '../../../../../src/adapters/feeds/ibkr/months.js';
import { createPacer } from '../../../../../src/adapters/feeds/ibkr/pacer.js';
import { createTurns } from '../../../../../src/adapters/feeds/ibkr/turns.js';
import { dayVolumes } from '../../../../../src/adapters/feeds/ibkr/volumes.js';
import type { Tws } from '../../../../../src/adapters/feeds/ibkr/wire.js';
import { tradingDay } from '../../../../../src/domain/sessions/trading-day.js';
import { eventually } from '../../../../support/eventually.js';
import { known } from '../../../../support/instruments.js';
import { et } from '../../../../support/new-york.js';

const months: ReturnType<typeof createMonths> = {
  known: () => undefined,
  find: async (_, { contract }) => ({
    root: 'MGC',
    contract,
    conId: contract === 'MGCZ6' ? 1 : 2,
    exchange: 'COMEX',
    remark: undefined,
  }),
};
const question = {
  ...{ spec: known('MGC'), front: 'MGCZ6', next: 'MGCG7', at: et('2026-11-19 18:00') },
  days: [tradingDay('2026-11-18'), tradingDay('2026-11-19')],
};

/** A gateway of which so many requests have been asked just now. */
function gateway(sent: number) {
  const [pacer, asked] = [createPacer(), [] as number[]];
  const clock = { at: 0 };
  for (let i = 0; i < sent; i += 1) pacer.sent({ series: `s${i}`, text: `t${i}` }, 0);
  const turns = createTurns({ elapsed: () => clock.at }, pacer);
  const tws = {
    async pastDays({ conId }: { conId: number }) {
      asked.push(conId);
      return [{ time: 20261119, open: 1, high: 1, low: 1, close: 1, volume: 7, trades: 1 }];
    },
  } as unknown as Tws;
  return { asked, clock, turns, tws };
}

test('volumes leave a lost connection the requests that its streams and its catch-up need', async () => {
  const { asked, clock, turns, tws } = gateway(48);
  const stopping = new AbortController();
  const waits: string[] = [];
  const waiting = {
    ...turns,
    take: async (...args: Parameters<typeof turns.take>) => {
      const [ask, signal] = args;
      return turns.take(ask, signal, () => void waits.push(ask.text));
    },
  };
  const answer = dayVolumes({ tws, months, turns: waiting }, question, stopping.signal);
  await eventually(() => waits.length >= 2);
  expect(asked).toEqual([]);
  for (let i = 0; i < 12; i += 1)
    expect(await turns.take({ series: `l${i}`, text: `l${i}` }, stopping.signal)).toBe(true);
  clock.at = 601_000;
  expect(await answer).toEqual(['MGCZ6', 'MGCG7'].map((contract) => ({ contract, day: '2026-11-19', volume: 7 })));
});

test('volumes are asked for at once where there is room', async () => {
  const { asked, turns, tws } = gateway(46);
  await dayVolumes({ tws, months, turns }, question, new AbortController().signal);
  expect(asked).toEqual([1, 2]);
});
