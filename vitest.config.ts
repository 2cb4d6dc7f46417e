import { defineConfig } from 'vitest/config';

/** Groups run one after the other: a test that measures patience must not share two cores with everything else. */
const project = (name: string, groupOrder: number, more: Record<string, unknown> = {}) => ({
  test: { name, include: [`tests/${name}/**/*.test.ts`], sequence: { groupOrder }, ...more },
});
/** A process of its own for each of 150 small files would cost as much as the tests in them. */
const oneProcess = { isolate: false };
const oneFileAtATime = { fileParallelism: false, testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      project('unit', 0, { sequence: { groupOrder: 0, shuffle: true }, ...oneProcess }),
      project('architecture', 0, oneProcess),
      project('contract', 1, { testTimeout: 60_000 }),
      project('integration', 2, oneFileAtATime),
      project('e2e', 3, oneFileAtATime),
    ],
  },
});
