/** The contract of a provider's folder: its manifest at once, its client and its stand-in when a command needs them. */
import type { StandIn } from '../sandbox/stand-in.ts';
import type { Manifest, Manifests } from './manifest.ts';
import type { Provider } from './provider.ts';

export interface Room {
  readonly manifest: Manifest;
  readonly client: () => Promise<Provider>;
  readonly sandbox: () => Promise<StandIn>;
}

/** The providers of a run, in the order in which they are listed. */
export type Rooms = readonly Room[];

export function manifestsOf(rooms: Rooms): Manifests {
  return new Map(rooms.map(({ manifest }) => [manifest.name, manifest]));
}
