// Words of the chart. Bars are stamped in UTC seconds; a trader reads New York.

const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'America/New_York',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** `09:35`, in New York. */
export const minute = (seconds) => clock.format(seconds * 1_000);

export function barWords({ time, open, high, low, close }, decimals) {
  const [o, h, l, c] = [open, high, low, close].map((price) => price.toFixed(decimals));
  return `${minute(time)} O ${o} H ${h} L ${l} C ${c}`;
}
