import { describe, expect, test } from 'vitest';
import { type TrainedRegime, trainFor, trainingOf } from '../../../src/domain/regime/training.js';
import { sessionCalendar } from '../../../src/domain/sessions/calendar.js';
import { tradingDay } from '../../../src/domain/sessions/trading-day.js';
import { after, DAY, epochMs } from '../../../src/kernel/units.js';
import { regimeModelJson, regimeModelOf, regimeModelSchema } from '../../../src/messages/regime.js';
import { decodeEvent, encodeEvent, eventOf } from '../../../src/roles/engine/event-codec.js';
import { walk } from '../../support/copilot-day.js';

const due = trainingOf(tradingDay('2026-11-19'), sessionCalendar('metals'));
const trained = trainFor({ root: 'MGC', due, bars: walk('MGC', after(due.through, -5 * DAY), due.through) });
if (!trained.ok) throw new Error(trained.error);
const model: TrainedRegime = trained.value;
const json = regimeModelJson(model);
const AT = epochMs(Date.parse('2026-11-19T17:06:00Z'));

const command = (more: object = {}) => ({
  kind: 'regime-model',
  id: 'train-regime-2026-11-19-MGC',
  at: '2026-11-19T17:06:00.000Z',
  symbol: 'MGC',
  model: json,
  ...more,
});
const read = (body: unknown) =>
  eventOf({ stream: 'commands', id: '1-0', fields: { command: JSON.stringify(body) }, isAgain: false });

describe('a regime model', () => {
  test('comes back from JSON to the last bit', () => {
    expect(regimeModelOf(regimeModelSchema.parse(JSON.parse(JSON.stringify(json))))).toEqual(model);
  });

  test('is an event for the engine, and the same one again from the audit', () => {
    const event = read(command());
    expect(event).toEqual({ ok: true, value: { kind: 'regime-model', at: AT, root: 'MGC', model } });
    if (!event.ok) return;
    expect(decodeEvent(JSON.parse(JSON.stringify(encodeEvent(event.value))))).toEqual(event);
  });

  test.each([
    ['a table of another size', { means: json.means.slice(1) }, 'means'],
    ['chances that do not sum to one', { transitions: json.transitions.map((p) => p / 2) }, 'transitions'],
    ['a chance below zero', { initial: [-0.5, 1, 0.5] }, 'initial'],
    ['a variance of zero', { variances: json.variances.map(() => 0) }, 'variances'],
    ['a number that is none', { centre: [null, 1, 1] }, 'centre'],
    ['no time', { trained_through: 'yesterday' }, 'trained_through'],
  ])('with %s is refused, naming the field', (_, fault, field) => {
    const refused = read(command({ model: { ...json, ...fault } }));
    expect(refused.ok ? 'accepted' : refused.error).toContain(field);
  });

  test('without an instrument is refused', () => {
    expect(read(command({ symbol: undefined })).ok).toBe(false);
  });
});
