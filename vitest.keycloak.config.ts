import { defineConfig } from 'vitest/config';

/** Tests on a Keycloak that is fetched and started: `npm run test:keycloak`. Not part of `npm test`. */
export default defineConfig({
  test: {
    include: ['test/keycloak/**/*.test.ts'],
    globalSetup: ['test/keycloak/start.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // One server, and one realm that each test makes anew.
    fileParallelism: false,
    pool: 'threads',
    isolate: false,
  },
});
