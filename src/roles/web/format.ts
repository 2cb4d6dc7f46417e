import { instrument } from '../../domain/instruments/catalogue/index.js';
import { signedUsd as sentenceSignedUsd, usd as sentenceUsd } from '../../domain/risk/money.js';
import { dayLabel, weekdayLabel } from '../../domain/sessions/day-words.js';
import { etWhen } from '../../domain/sessions/when.js';
import { type EpochMs, epochMs, fromUsd } from '../../kernel/units.js';

/** What stands where a value is not known. */
export const UNKNOWN = '–';
const MINUS = '−';
const SECONDS_SHOWN_MAX = 60;
const MONTHS: Readonly<Record<string, string>> = {
  F: 'Jan',
  G: 'Feb',
  H: 'Mar',
  J: 'Apr',
  K: 'May',
  M: 'Jun',
  N: 'Jul',
  Q: 'Aug',
  U: 'Sep',
  V: 'Oct',
  X: 'Nov',
  Z: 'Dec',
};

const etClock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'America/New_York',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

export { dayLabel, etWhen, weekdayLabel };

export const instant = (text: string): EpochMs => epochMs(Date.parse(text));

/** New York wall clock, `04:57:12`. */
export const etTime = (at: EpochMs | string | null): string =>
  at === null ? UNKNOWN : etClock.format(typeof at === 'string' ? Date.parse(at) : at);
export const etMinute = (at: EpochMs | string | null): string => etTime(at).slice(0, 5);

/** Since when nothing is heard, to the second: `04:57:12`, and of another day `Thu 04:57:12`. */
export const etSince = (at: EpochMs | string, now: EpochMs): string =>
  etWhen(typeof at === 'string' ? instant(at) : at, now, 'HH:mm:ss');

/** `MGCZ6` as `Dec 26`; the digit means the nearest such year not before last year. */
export function contractMonth(contract: string | null, at: EpochMs): string {
  const parts = /([FGHJKMNQUVXZ])(\d{1,2})$/.exec(contract ?? '');
  const month = MONTHS[parts?.[1] ?? ''];
  if (!parts || month === undefined) return contract ?? '';
  const firstYear = Number(new Date(at).getUTCFullYear()) - 1;
  const digits = parts[2] ?? '';
  const size = 10 ** digits.length;
  const year = firstYear + ((((Number(digits) - firstYear) % size) + size) % size);
  return `${month} ${String(year % 100).padStart(2, '0')}`;
}

/** Decimals of the tick; a root we do not know prints as it came. */
export function price(value: number | null, root: string | null): string {
  if (value === null) return UNKNOWN;
  const spec = root === null ? undefined : instrument(root);
  return spec ? value.toFixed(spec.decimals) : String(value);
}

/** An average lies between ticks: at most two decimals more than the tick has, none of them a trailing zero. */
export function averagePrice(value: number, root: string | null): string {
  const spec = root === null ? undefined : instrument(root);
  if (!spec) return String(value);
  const fine = value.toFixed(spec.decimals + 2);
  return fine.replace(/0{1,2}$/, '');
}

/** Dollars of the wire, as the rules' own sentences write them. */
export const usd = (dollars: number | null): string => (dollars === null ? UNKNOWN : sentenceUsd(fromUsd(dollars)));
/** Gains and losses: always a sign, always cents. */
export const signedUsd = (dollars: number | null): string =>
  dollars === null ? UNKNOWN : sentenceSignedUsd(fromUsd(dollars));

export const signed = (value: number, digits: number): string =>
  `${sign(Number(value.toFixed(digits)))}${Math.abs(value).toFixed(digits)}`;
export const multiple = (r: number | null): string => (r === null ? UNKNOWN : `${signed(r, 1)} R`);
export const percent = (value: number | null): string => (value === null ? UNKNOWN : `${value.toFixed(1)} %`);
export const fixed = (value: number | null, digits: number): string =>
  value === null ? UNKNOWN : value.toFixed(digits).replace('-', MINUS);

/** `0:05:03` */
export function duration(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${Math.floor(total / 3600)}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
}

/** `3 s`, from a minute on `0:01:05`. The browser counts on by the same rule. */
export const age = (ms: number): string =>
  ms < SECONDS_SHOWN_MAX * 1000 ? `${Math.max(0, Math.floor(ms / 1000))} s` : duration(ms);

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

const sign = (n: number): string => (n > 0 ? '+' : n < 0 ? MINUS : '');
