/** What this folder provides: data at once, code when it is needed. */
import type { Room } from '../room.ts';
import { manifest } from './manifest.ts';

export const dintero: Room = {
  manifest,
  client: async () => (await import('./provider.ts')).dintero,
  sandbox: async () => (await import('./sandbox/index.ts')).dinteroSandbox,
};
