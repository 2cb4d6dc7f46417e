import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { DAY, epochMs, HOUR, MINUTE } from '../../../../src/kernel/units.js';
import { type QualityCellJson, type QualityReport, qualityReportSchema } from '../../../../src/messages/research.js';
import type { KeptReport, ResearchStore } from '../../../../src/ports/research-store.js';
import { createApp } from '../../../../src/roles/web/app.js';
import { fakeSource, fullSnapshot, manualTime, quietLog } from '../../../support/web-source.js';

const cell = (more: Partial<QualityCellJson>): QualityCellJson => ({
  bias: 'LONG',
  quality_from: 60,
  quality_to: 70,
  plans: 1_202,
  filled: 1_190,
  tp1: 600,
  stopped: 500,
  timed_out: 90,
  hit_rate: { value: 0.504, low: 0.476, high: 0.532 },
  mean_r: { value: -0.03, low: -0.12, high: 0.06 },
  too_small: false,
  ...more,
});

const report: QualityReport = {
  v: 1,
  kind: 'quality',
  id: 'quality-0123456789abcdef',
  code: '0123456789abcdef',
  quality_version: 1,
  origin: 'files',
  hours: 'active',
  since: null,
  inputs: [
    {
      symbol: 'MES',
      source: '<b>MES</b>.csv',
      bars: 34_500,
      from: '2026-10-14T22:00:00.000Z',
      to: '2026-11-18T21:59:00.000Z',
      digest: 'd',
    },
  ],
  days: 25,
  plans: 1_205,
  filled: 1_193,
  unfinished: 1,
  verdict: 'no',
  summary: 'Quality was not seen to sort outcomes.',
  sorting: { value: 0.03, low: -0.02, high: 0.07 },
  samples_min: 30,
  days_min: 10,
  cells: [
    cell({}),
    cell({
      quality_from: 90,
      quality_to: 100,
      plans: 3,
      filled: 3,
      tp1: 3,
      stopped: 0,
      timed_out: 0,
      hit_rate: { value: 1, low: 0.44, high: 1 },
      mean_r: null,
      too_small: true,
    }),
  ],
  totals: [cell({ quality_from: null, quality_to: null })],
  assumptions: ['Both within one minute count as the stop.'],
};

const kept = (ageMs: number, more: Partial<QualityReport> = {}): KeptReport => ({
  report: { ...report, ...more },
  madeAt: epochMs(Date.parse('2026-11-20T09:00:00Z')),
  ageMs,
});

const open: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

async function asked(newest: ResearchStore['newest'] | undefined, accept = 'text/html') {
  const { clock, timers } = manualTime();
  const version = { sha: 'abc', builtAt: 'now', configHash: 'f00d' };
  const source = fakeSource(fullSnapshot(clock.now()), clock);
  const research = newest && { research: { newest } };
  const app = await createApp({ source, clock, timers, mode: 'live', log: quietLog, version, ...research });
  open.push(app);
  return app.inject({ url: '/research/quality', headers: { accept } });
}

describe('GET /research/quality', () => {
  test('shows the sentence first, then the chart, then the table, then what it was made from', async () => {
    const { body, statusCode } = await asked(async () => kept(3 * HOUR));
    expect(statusCode).toBe(200);
    const places = [report.summary, '<svg', '<table', 'From what', 'What is assumed'].map((part) => body.indexOf(part));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(body).toContain('1,202');
    expect(body).toContain('<td>50 <span class="interval">(48 to 53)</span></td>');
    expect(body).toContain('<td>−0.03 <span class="interval">(−0.12 to +0.06)</span></td>');
    expect(body).toContain('+0.03 (−0.02 to +0.07)');
    expect(body).toContain('&lt;b&gt;MES&lt;/b&gt;.csv, 34,500 bars from 2026-10-14 to 2026-11-18');
  });

  test('has no inline style or script, so the strict content policy lets it through', async () => {
    const { body, headers } = await asked(async () => kept(0));
    expect(body).not.toMatch(/<style|style="|<script| on[a-z]+="/);
    expect(body).toContain('href="/css/research.css"');
    expect(String(headers['content-security-policy'])).not.toContain('unsafe');
  });

  test('marks a cell that is too small in the chart and in the table', async () => {
    const { body } = await asked(async () => kept(0));
    expect(body.match(/<g class="point is-small">/g)).toHaveLength(1);
    expect(body.match(/<g class="point">/g)).toHaveLength(1);
    expect(body).toContain('too small to say anything');
    expect(body.match(/<td>3 <span class="small-mark">too small<\/span><\/td>/g)).toHaveLength(1);
    expect(body.match(/no filled plan</g)).toHaveLength(2);
  });

  test.each([
    [30_000, 'less than a minute ago'],
    [MINUTE, '1 minute ago'],
    [90 * MINUTE, '1 hour ago'],
    [50 * HOUR, '2 days ago'],
    [9 * DAY, '9 days ago'],
  ])('tells its age of %i ms as %s', async (ageMs, words) => {
    const { body } = await asked(async () => kept(ageMs));
    expect(body).toContain(`Made ${words} (2026-11-20 09:00 UTC) by code 0123456789ab from bar files`);
  });

  test('says how to make a report when there is none', async () => {
    for (const newest of [async () => undefined, undefined]) {
      const { body, statusCode } = await asked(newest);
      expect(statusCode).toBe(200);
      expect(body).toContain('No report has been made yet.');
      expect(body).toContain('node dist/main.js research-quality --bars MES=FILE');
      const answer = await asked(newest, 'application/json');
      expect(answer.statusCode).toBe(404);
      expect(answer.json().error).toContain('node dist/main.js research-quality');
    }
  });

  test('says so when the database does not answer', async () => {
    const fails = async () => {
      throw new Error('connection refused');
    };
    const { body, statusCode } = await asked(fails);
    expect(statusCode).toBe(503);
    expect(body).toContain('The report cannot be read');
    expect((await asked(fails, 'application/json')).json()).toMatchObject({ status: 'error' });
  });

  test('is JSON for programs', async () => {
    const answer = await asked(async () => kept(0), 'application/json');
    expect(answer.statusCode).toBe(200);
    const { made_at, ...rest } = answer.json();
    expect(made_at).toBe('2026-11-20T09:00:00.000Z');
    expect(qualityReportSchema.parse(rest)).toEqual(report);
  });
});
