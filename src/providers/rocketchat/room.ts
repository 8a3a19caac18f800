/** What this folder provides: data at once, code when it is needed. */
import type { Room } from '../room.ts';
import { manifest } from './manifest.ts';

export const rocketchat: Room = {
  manifest,
  client: async () => (await import('./provider.ts')).rocketchat,
  sandbox: async () => (await import('./sandbox/index.ts')).rocketchatSandbox,
};
