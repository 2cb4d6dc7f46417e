import type { EstimateJson, QualityCellJson, QualityReport } from '../../messages/research.js';

/** The report for a terminal: the sentence first, then a table that needs no colour. */
export function reportText(report: QualityReport): readonly string[] {
  const rows = [HEAD, ...[...report.cells, ...report.totals].map(rowOf)];
  const widths = HEAD.map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  const hasSmall = report.cells.some((cell) => cell.too_small);
  return [
    report.summary,
    '',
    ...rows.map((row) =>
      row.map((text, i) => (i === 0 ? text.padEnd : text.padStart).call(text, widths[i] ?? 0)).join('  '),
    ),
    ...(hasSmall ? [`* fewer than ${report.samples_min} filled plans or ${report.days_min} days: says nothing`] : []),
    '',
    `rank correlation of quality with R: ${interval(report.sorting, 2)}`,
    `${report.plans} plans on ${report.days} days with a fill, ${report.filled} filled, ${report.unfinished} still running at the end and left out`,
    ...report.inputs.map((it) => `${it.symbol}: ${it.source}, ${it.bars} bars, ${it.from} to ${it.to}`),
    `report ${report.id}, code ${report.code}`,
  ];
}

const HEAD = ['bias', 'quality', 'plans', 'filled', 'tp1', 'stop', 'noon', 'hit rate %', 'mean R', ''];

const rowOf = (cell: QualityCellJson): readonly string[] => [
  cell.bias,
  cell.quality_from === null ? 'all' : `${cell.quality_from}-${cell.quality_to}`,
  String(cell.plans),
  String(cell.filled),
  String(cell.tp1),
  String(cell.stopped),
  String(cell.timed_out),
  interval(percent(cell.hit_rate), 0),
  interval(cell.mean_r, 2),
  cell.too_small ? '*' : ' ',
];

const percent = (of: EstimateJson): EstimateJson =>
  of && { value: 100 * of.value, low: 100 * of.low, high: 100 * of.high };

const interval = (of: EstimateJson, digits: number): string =>
  of === null ? '-' : `${of.value.toFixed(digits)} (${of.low.toFixed(digits)} to ${of.high.toFixed(digits)})`;
