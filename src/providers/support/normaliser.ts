/** The one form in which roles of a provider are compared: sorted permissions, all settings and no others. Pure. */
import type { Capabilities } from '../../core/capabilities.ts';
import { type Role, sortedSet } from '../../core/role.ts';

export function normaliser({ settings }: Pick<Capabilities, 'settings'>): (role: Role) => Role {
  return ({ name, description, permissions, settings: given }) => ({
    name,
    description,
    permissions: sortedSet(permissions),
    settings: Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [key, Object.hasOwn(given, key) ? (given[key] ?? value) : value]),
    ),
  });
}
