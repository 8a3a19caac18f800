/** What a workspace forbids, and what would lock rolesync out of it: pure functions over what was read. */
import type { Change, Part } from '../../core/change.ts';
import type { Guard, Objection } from '../../core/guards.ts';
import { byCodeUnit, sortedSet } from '../../core/role.ts';
import { shown } from '../../core/text.ts';
import { nearest } from '../../nearest-word.ts';
import type { PermissionRow, Workspace } from './workspace.ts';

/** The permission that every write of rolesync needs. */
export const ACCESS = 'access-permissions';

/** permissions.update refuses the whole call for one permission that the workspace does not have. */
export function unknownPermission(rows: readonly PermissionRow[]): Guard {
  const known = new Set(rows.map((row) => row.permission));
  return (part) => {
    if (part.kind !== 'grant' || known.has(part.permission)) return undefined;
    // Sorted, so that the same plan names the same word whatever order the workspace answers in.
    const near = nearest(part.permission, [...known].sort(byCodeUnit));
    const meant = near === undefined ? '' : `; did you mean \`${shown(near)}\`?`;
    return {
      code: 'unknown-permission',
      reason: `this workspace has no permission \`${shown(part.permission)}\`${meant}`,
    };
  };
}

/** A row can only be written whole, and not with role ids that the workspace does not have. */
export function unknownRoles(
  rows: readonly PermissionRow[],
  ids: ReadonlySet<string>,
  droppable: ReadonlySet<string>,
  allowed: readonly string[],
): Guard {
  const unknown = new Map(
    rows.map(({ permission, roles }) => [
      permission,
      roles.filter((id) => !ids.has(id) && !droppable.has(id)).sort(byCodeUnit),
    ]),
  );
  return (part) => {
    if (part.kind !== 'grant' && part.kind !== 'revoke') return undefined;
    const strange = unknown.get(part.permission) ?? [];
    if (strange.length === 0) return undefined;
    const list = sortedSet([...allowed, ...strange])
      .map((id) => shown(id))
      .join(', ');
    const reason =
      `\`${shown(part.permission)}\` also belongs to ${quoted(strange)}, which the workspace does not list as a role, ` +
      `so it refuses to store the row; to take it from ${quoted(strange)}, add \`dropUnknownRoles: [${list}]\` to the target`;
    return { code: 'unknown-roles', reason };
  };
}

/** roles.create refuses a name that is the id of a live role, too; one that the same plan deletes is gone by then. */
export function takenId(ids: ReadonlySet<string>, changes: readonly Change[]): Guard {
  const deleted = new Set(changes.filter(({ action }) => action === 'delete').map(({ id }) => id));
  return (part, change) => {
    const name = change.after?.name ?? '';
    if (part.kind !== 'create' || !ids.has(name) || deleted.has(name)) return undefined;
    const reason = `\`${shown(name)}\` is the id of a live role, and the workspace refuses it as the name of another; choose another name`;
    return { code: 'name-taken', reason };
  };
}

/** `admin` must keep what every repair needs, whoever asks. */
export function keepsAdmin(part: Part, change: Change): Objection | undefined {
  if (change.id !== 'admin' || !takesAccess(part, change)) return undefined;
  return {
    code: 'lock-out',
    reason: `\`${ACCESS}\` is never taken from \`admin\`; add it to the role's permissions`,
  };
}

/** `own`: the ids of the roles of the user that writes. */
export function lockOut({ rows }: Workspace, changes: readonly Change[], own: readonly string[]): Guard {
  const holders = rows.find((row) => row.permission === ACCESS)?.roles ?? [];
  const granting = own.filter((id) => holders.includes(id));
  const taken = changes.filter((change) => change.revokes.includes(ACCESS)).map(({ id }) => id);
  // What `admin` would lose is withheld in any case, so it still counts as left.
  const nothingLeft = granting.length > 0 && granting.every((id) => id !== 'admin' && taken.includes(id));
  return (part, change) => {
    if (change.id === null || !takesAccess(part, change) || !nothingLeft || !granting.includes(change.id))
      return undefined;
    const reason = `this would take \`${ACCESS}\` from every role of the user that rolesync signs in as (${quoted(granting)}), who could then write nothing; leave it in one of them`;
    return { code: 'lock-out', reason };
  };
}

/** Custom roles need a licence (Rocket.Chat 6.0 and later); the permissions of roles do not. */
export function unlicensed(): Guard {
  return (part) => {
    if (part.kind !== 'create' && part.kind !== 'field') return undefined;
    const what =
      part.kind === 'create' ? 'a custom role cannot be created' : `the ${part.field} of a role cannot be changed`;
    return {
      code: 'licence',
      reason: `${what}: the licence of this workspace does not include \`custom-roles\`; permissions of live roles can be managed`,
    };
  };
}

function takesAccess(part: Part, change: Change): boolean {
  if (part.kind === 'revoke') return part.permission === ACCESS;
  return part.kind === 'delete' && change.revokes.includes(ACCESS);
}

function quoted(ids: readonly string[]): string {
  return ids.map((id) => `\`${shown(id)}\``).join(', ');
}
