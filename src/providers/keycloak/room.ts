/** What this folder provides: data at once, code when it is needed. */
import type { Room } from '../room.ts';
import { manifest } from './manifest.ts';

export const keycloak: Room = {
  manifest,
  client: async () => (await import('./provider.ts')).keycloak,
  sandbox: async () => (await import('./sandbox/index.ts')).keycloakSandbox,
};
