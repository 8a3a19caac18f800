import { defineConfig } from 'vitest/config';

export default defineConfig({
  // A slow machine is no failure. Most tests wait for git or for a socket: every core can have a worker.
  test: { include: ['test/**/*.test.ts'], testTimeout: 120_000, pool: 'threads', maxWorkers: '100%' },
});
