import { expect, test } from 'vitest';
import { runReplayCheck } from '../../../src/roles/engine/replay-check/compose.js';

test('three demo days give the plans, verdicts, signals and the audit that were recorded', async () => {
  const said: string[] = [];
  const isSame = await runReplayCheck({ write: false, say: (line) => said.push(line) });
  expect(isSame, said.join('\n')).toBe(true);
}, 60_000);
