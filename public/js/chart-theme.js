// The page's colours, as the canvas wants them. Read from the sheet, so that there is one place where they stand.

export function readTheme() {
  const root = getComputedStyle(document.documentElement);
  const token = (name) => root.getPropertyValue(`--${name}`).trim();
  return {
    text: token('text'),
    soft: token('text-2'),
    quiet: token('text-3'),
    line: token('surface-2'),
    edge: token('line'),
    gain: token('gain'),
    loss: token('loss'),
    stop: token('stop'),
    zone: `color-mix(in srgb, ${token('ring')} 22%, transparent)`,
    zoneQuiet: `color-mix(in srgb, ${token('text-3')} 16%, transparent)`,
    zoneText: token('ring'),
    /** Under a label, so that bars do not cross it out. */
    ground: `color-mix(in srgb, ${token('surface-1')} 82%, transparent)`,
    surface: token('surface-1'),
    font: getComputedStyle(document.body).fontFamily,
    /** Pixels of one rem: the page grows on a large screen, and the chart's writing with it. */
    rem: Number.parseFloat(root.fontSize),
  };
}
