/** `protected` in the base still counts: lifting it and using that takes two pull requests. */

import { candidatesIn } from './candidates.ts';
import type { Guard } from './guards.ts';
import type { DesiredRole, LiveRole } from './role.ts';

/**
 * By the id of the live role, not by its name in the files: a branch that renames a protected role, pins it under another
 * name, or drops it where the target says `unmanaged: delete`, still may take nothing from it.
 */
export function stillProtected(base: readonly DesiredRole[], live: readonly LiveRole[]): Guard {
  const candidatesOf = candidatesIn(live.map(({ id, role }) => ({ id, name: role.name })));
  const ids = new Set(base.filter((role) => role.protected).flatMap((role) => candidatesOf(role).map(({ id }) => id)));
  return (part, { id }) => {
    const loses = part.kind === 'revoke' || part.kind === 'delete';
    if (!loses || id === null || !ids.has(id)) return undefined;
    return {
      code: 'protected',
      reason:
        'the role is protected in the base; first merge a pull request that removes the protection, and revoke in the next one',
    };
  };
}
