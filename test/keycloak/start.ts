/** One Keycloak for all tests of a run; it says how long it took. */
import type { TestProject } from 'vitest/node';
import { startKeycloak, version } from './distribution.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly keycloak: string;
  }
}

export default async function start({ provide }: TestProject): Promise<() => Promise<void>> {
  // One that is running already, for whoever works on these tests.
  const running = process.env['ROLESYNC_KEYCLOAK'];
  if (running !== undefined && running !== 'off') {
    provide('keycloak', running);
    return async () => undefined;
  }
  const began = performance.now();
  const { origin, stop } = await startKeycloak();
  provide('keycloak', origin);
  console.log(`Keycloak ${version} answers after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  return stop;
}
