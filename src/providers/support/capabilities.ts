/** The table of what an API can do, from its manifest. */
import type { Capabilities } from '../../core/capabilities.ts';
import type { Manifest } from '../manifest.ts';

export function capabilitiesOf({
  capabilities,
  settings,
  limits,
}: Pick<Manifest, 'capabilities' | 'settings' | 'limits'>): Capabilities {
  const entries = Object.entries(settings);
  return {
    ...capabilities,
    limits,
    settings: Object.fromEntries(entries.map(([key, { onCreate }]) => [key, onCreate])),
    immutable: Object.fromEntries(
      entries.flatMap(([key, { immutable }]) => (immutable === undefined ? [] : [[key, immutable]])),
    ),
  };
}
