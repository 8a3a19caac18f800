/** What this folder provides: data at once, code when it is needed. */
import type { Room } from '../room.ts';
import { manifest } from './manifest.ts';

export const rinne: Room = {
  manifest,
  client: async () => (await import('./provider.ts')).rinne,
  sandbox: async () => (await import('./sandbox/index.ts')).rinneSandbox,
};
