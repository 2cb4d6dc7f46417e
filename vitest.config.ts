import { defineConfig } from 'vitest/config';

const project = (name: string, more: Record<string, unknown> = {}) => ({
  test: { name, include: [`tests/${name}/**/*.test.ts`], ...more },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', { sequence: { shuffle: true } }),
      project('architecture'),
      project('contract'),
      project('integration', { testTimeout: 60_000, hookTimeout: 60_000, fileParallelism: false }),
      project('e2e', { testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false }),
    ],
  },
});
