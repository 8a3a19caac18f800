import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Most tests wait for git or for a socket: every core can have a worker.
  test: { include: ['test/**/*.test.ts'], testTimeout: 30_000, pool: 'threads', maxWorkers: '100%' },
});
