import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They start a server: `npm run test:keycloak`.
    exclude: [...configDefaults.exclude, 'test/keycloak/**'],
    // A slow machine is no failure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Most tests wait for git or for a socket: every core can have a worker.
    pool: 'threads',
    maxWorkers: '100%',
    // Modules keep nothing that a test could see, so that each worker loads them once.
    isolate: false,
  },
});
