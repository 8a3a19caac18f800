/** The table of providers that a run works with: everything that must know a provider gets it from here. */
import type { Language, SchemaCheck } from './config/language.ts';
import type { MeaningOf } from './core/access.ts';
import * as shippedRooms from './providers/index.ts';
import type { Manifests } from './providers/manifest.ts';
import { manifestsOf, type Rooms } from './providers/room.ts';
import { meaningIn } from './providers/support/meaning.ts';

export interface Table {
  readonly rooms: Rooms;
  readonly manifests: Manifests;
  readonly accessOf: MeaningOf;
  /** Loaded where role files are read. */
  readonly language: () => Promise<Language>;
}

/** `check` must be compiled from the schema of these rooms. */
export function tableOf(rooms: Rooms, check: () => Promise<SchemaCheck>): Table {
  const manifests = manifestsOf(rooms);
  return {
    rooms,
    manifests,
    accessOf: meaningIn(manifests),
    language: async () => ({ manifests, check: await check() }),
  };
}

export const shipped: Table = tableOf(
  Object.values(shippedRooms),
  async () => (await import('./config/generated/roles-schema.js')).validate,
);
