import { afterEach, beforeEach } from 'vitest';
import type { EpochMs } from '../../src/kernel/units.js';
import { type Intake, type IntakeOptions, startIntake } from '../../src/roles/data/intake/server.js';
import { type MemoryBus, memoryBus, memoryLog } from './memory-bus.js';
import { type HandClock, handClock } from './test-clock.js';

export const KEY = 'a-key-of-many-letters';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A real intake over a bus in memory, fresh for every test. */
export interface TestIntake {
  readonly bus: MemoryBus;
  readonly clock: HandClock;
  readonly log: ReturnType<typeof memoryLog>;
  readonly intake: Intake;
  readonly url: string;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

/** Opens an intake before each test and closes it after. Read its parts inside a test, not before. */
export function intakeOf(now: EpochMs, more: () => Partial<IntakeOptions> = () => ({})): TestIntake {
  let [bus, clock, log] = [memoryBus(), handClock(now, 1), memoryLog()];
  let intake: Intake | undefined;
  const open = (): Intake => {
    if (!intake) throw new Error('the intake is open only inside a test');
    return intake;
  };
  beforeEach(async () => {
    [bus, clock, log] = [memoryBus(), handClock(now, 1), memoryLog()];
    intake = await startIntake({ bus, clock, log, apiKey: KEY, host: '127.0.0.1', port: 0, ...more() });
  });
  afterEach(() => intake?.close());
  const url = (): string => `http://127.0.0.1:${open().port}`;
  return {
    get bus() {
      return bus;
    },
    get clock() {
      return clock;
    },
    get log() {
      return log;
    },
    get intake() {
      return open();
    },
    get url() {
      return url();
    },
    post: (path, body, headers = {}) =>
      answerOf(`${url()}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': KEY, ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    get: (path, headers = {}) => answerOf(`${url()}${path}`, { headers: { 'x-api-key': KEY, ...headers } }),
  };
}

async function answerOf(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const answer: unknown = await response.json();
  return { status: response.status, body: typeof answer === 'object' && answer !== null ? { ...answer } : {} };
}
