import { calendarCoversThrough } from '../../domain/sessions/calendar.js';
import { etDate } from '../../domain/sessions/session.js';
import { DAY, type EpochMs, epochMs, MINUTE, SECOND } from '../../kernel/units.js';
import type { Heartbeat } from '../../messages/dashboard.js';
import type { FocusPlanJson } from '../../messages/focus-plan.js';
import type { UpState } from '../../messages/up-state.js';

/** What the checks ask of the running system. */
export interface Probe {
  readonly upState: UpState | undefined;
  isAlive(pid: number): boolean;
  /** The newest beat number of the data and the engine role. */
  beats(): Promise<{ data: number | undefined; engine: number | undefined }>;
  get(path: string): Promise<{ status: number; contentType: string; body: string }>;
  /** Headers and first event of the live stream. */
  firstEvent(): Promise<{ contentType: string; cacheControl: string; event: string | undefined }>;
  heartbeat(): Promise<Heartbeat | undefined>;
  plan(): Promise<FocusPlanJson | undefined>;
  migrations(): Promise<{ applied: readonly string[]; wanted: readonly string[] }>;
  pause(ms: number): Promise<void>;
}

export interface Outcome {
  readonly pass: boolean;
  /** One line for people: what was seen. */
  readonly saw: string;
}

export interface Check {
  readonly name: string;
  run(probe: Probe): Promise<Outcome>;
}

const pass = (saw: string): Outcome => ({ pass: true, saw });
const fail = (saw: string): Outcome => ({ pass: false, saw });

/** Roles beat every second; two beats and a little must be seen within this. */
const BEAT_WITHIN_MS = 2_500;
const BEAT_POLL_MS = 100;
const PLAN_AGE_MAX_MS = 10 * MINUTE;
const PRICE_AGE_MAX_MS = 10 * MINUTE;
const CLOCK_DRIFT_MAX_MS = 2 * SECOND;
const CALENDAR_AHEAD_DAYS = 30;

const processes: Check = {
  name: 'processes',
  async run({ upState, isAlive }) {
    if (upState === undefined) return pass('not started by up here; their beats tell');
    const dead = upState.processes.filter(({ pid }) => pid === null || !isAlive(pid));
    if (dead.length > 0) return fail(`${dead.map(({ name }) => name).join(', ')} not running`);
    return pass(`${upState.processes.map(({ name }) => name).join(', ')} running`);
  },
};

/** Life is seen by change: a beat that grows, whatever the clocks say. */
const beating = (role: 'data' | 'engine'): Check => ({
  name: role,
  async run(probe) {
    const before = (await probe.beats())[role];
    for (let waited = 0; waited < BEAT_WITHIN_MS; waited += BEAT_POLL_MS) {
      await probe.pause(BEAT_POLL_MS);
      const beat = (await probe.beats())[role];
      if (beat !== undefined && beat !== before) return pass(`beats (${beat})`);
    }
    return fail(before === undefined ? 'has never beaten' : `stopped beating at ${before}`);
  },
});

const health: Check = {
  name: 'health',
  async run(probe) {
    const { status, body } = await probe.get('/health');
    return status === 200 ? pass('/health answers 200') : fail(`/health answers ${status}: ${body.slice(0, 300)}`);
  },
};

const web: Check = {
  name: 'web',
  async run(probe) {
    const { status } = await probe.get('/api/version');
    return status === 200 ? pass('the dashboard answers') : fail(`/api/version answers ${status}`);
  },
};

const focus: Check = {
  name: 'focus',
  async run(probe) {
    const { status, body } = await probe.get('/api/focus');
    if (status !== 200) return fail(`/api/focus answers ${status}: ${body.slice(0, 200)}`);
    const { assets } = JSON.parse(body) as { assets?: readonly { symbol: string }[] };
    if (!assets?.length) return fail('/api/focus has no card');
    return pass(`${assets.length} cards: ${assets.map(({ symbol }) => symbol).join(', ')}`);
  },
};

const sse: Check = {
  name: 'sse',
  async run(probe) {
    const { contentType, cacheControl, event } = await probe.firstEvent();
    if (!contentType.startsWith('text/event-stream')) return fail(`content-type is "${contentType}"`);
    if (!cacheControl.includes('no-transform'))
      return fail(`cache-control is "${cacheControl}", a proxy may hold it back`);
    return event === undefined ? fail('no event came') : pass(`first event: ${event}`);
  },
};

const redis: Check = {
  name: 'redis',
  async run(probe) {
    const [plan, beat] = await Promise.all([probe.plan(), probe.heartbeat()]);
    if (plan === undefined) return fail('engine:daily_focus is not there');
    if (beat === undefined) return fail('engine:heartbeat is not there');
    const ageMs = Date.parse(beat.at) - Date.parse(plan.as_of);
    const someOpen = beat.status.markets.some(({ open }) => open);
    const saw = `engine:daily_focus is ${Math.round(ageMs / SECOND)} s old`;
    if (someOpen && plan.session === 'active' && ageMs > PLAN_AGE_MAX_MS) return fail(`${saw}, recomputed every 5 min`);
    return pass(saw);
  },
};

const postgres: Check = {
  name: 'postgres',
  async run(probe) {
    const { applied, wanted } = await probe.migrations();
    const missing = wanted.filter((name) => !applied.includes(name));
    return missing.length > 0
      ? fail(`not migrated: ${missing.join(', ')}`)
      : pass(`${applied.length} migrations applied`);
  },
};

/** 24-hour ET wall clock with seconds. */
const etTime = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/New_York', timeStyle: 'medium' });

/** The page's time must lie between the engine's before and after it was asked, at whatever speed the market runs. */
const clock: Check = {
  name: 'clock',
  async run(probe) {
    const before = await probe.heartbeat();
    const { status, body } = await probe.get('/api/time');
    const shown = /\b(\d{2}):(\d{2}):(\d{2})\b/.exec(body)?.[0];
    if (status !== 200 || shown === undefined) return fail(`/api/time answers ${status} without a time`);
    const after = await nextBeat(probe, before?.beat);
    if (before === undefined || after === undefined) return fail('the engine has no heartbeat to compare with');
    const [from, to] = [before.at, after.at].map((at) => etTime.format(Date.parse(at)));
    const saw = `page ${shown} ET, engine ${from} to ${to} ET`;
    const spanMs = Date.parse(after.at) - Date.parse(before.at) + 2 * CLOCK_DRIFT_MAX_MS;
    const intoSpanMs = (msOfDay(shown) - msOfDay(from ?? '') + CLOCK_DRIFT_MAX_MS + DAY) % DAY;
    return intoSpanMs <= spanMs ? pass(saw) : fail(saw);
  },
};

async function nextBeat(probe: Probe, than: number | undefined): Promise<Heartbeat | undefined> {
  for (let waited = 0; waited < BEAT_WITHIN_MS; waited += BEAT_POLL_MS) {
    const beat = await probe.heartbeat();
    if (beat !== undefined && beat.beat !== than) return beat;
    await probe.pause(BEAT_POLL_MS);
  }
  return undefined;
}

const msOfDay = (text: string): number => {
  const [h = 0, m = 0, s = 0] = text.split(':').map(Number);
  return ((h * 60 + m) * 60 + s) * SECOND;
};

const calendar: Check = {
  name: 'calendar',
  async run(probe) {
    const beat = await probe.heartbeat();
    if (beat === undefined) return fail('the engine has no heartbeat that tells the date');
    const wanted = etDate(epochMs(Date.parse(beat.at) + CALENDAR_AHEAD_DAYS * DAY));
    const saw = `verified through ${calendarCoversThrough}, needed through ${wanted}`;
    return calendarCoversThrough >= wanted ? pass(saw) : fail(saw);
  },
};

const prices: Check = {
  name: 'prices',
  async run(probe) {
    const [plan, beat] = await Promise.all([probe.plan(), probe.heartbeat()]);
    if (plan === undefined || beat === undefined) return fail('no plan or no heartbeat');
    const now = epochMs(Date.parse(beat.at));
    const open = new Set(beat.status.markets.filter((market) => market.open).map(({ symbol }) => symbol));
    const ages = [...plan.assets, ...plan.others]
      .filter(({ symbol }) => open.has(symbol))
      .map(({ symbol, price_at }) => ({ symbol, ageMs: ageOf(price_at, now) }));
    const silent = [...open].filter((symbol) => !ages.some((age) => age.symbol === symbol));
    const old = ages.filter(({ ageMs }) => ageMs > PRICE_AGE_MAX_MS);
    if (silent.length + old.length > 0)
      return fail([...silent.map((symbol) => `${symbol} has no price`), ...old.map(ageText)].join(', '));
    return pass(open.size === 0 ? 'every market is shut' : ages.map(ageText).join(', '));
  },
};

const ageOf = (at: string | null, now: EpochMs): number =>
  at === null ? Number.POSITIVE_INFINITY : now - Date.parse(at);
const ageText = ({ symbol, ageMs }: { symbol: string; ageMs: number }): string =>
  Number.isFinite(ageMs) ? `${symbol} ${Math.round(ageMs / SECOND)} s` : `${symbol} has no price`;

/** Order of the report: what everything else rests on comes first. */
export const checks: readonly Check[] = [
  processes,
  beating('data'),
  beating('engine'),
  web,
  health,
  redis,
  postgres,
  focus,
  sse,
  clock,
  calendar,
  prices,
];
