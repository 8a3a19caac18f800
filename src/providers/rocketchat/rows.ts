/** Which rows of permission → roles a permissions.update must send for these changes. Pure: it sends nothing. */
import { byCodeUnit, sortedSet } from '../../core/role.ts';
import type { WrittenChange } from '../provider.ts';
import type { PermissionRow } from './workspace.ts';

export interface KnownRoles {
  /** Role ids the workspace has, with those just created and without those just deleted. */
  readonly ids: ReadonlySet<string>;
  /** Whether a row may lose this id, which is no role of the workspace. */
  readonly isDroppable: (permission: string, id: string) => boolean;
}

export interface Rows {
  /** Whole rows: those that grant something first, so that no moment is without what was and will be. */
  readonly send: readonly PermissionRow[];
  /** Wanted rows that cannot be sent. */
  readonly blocked: readonly BlockedRow[];
  /** Roles that keep what the change revokes, because they have nothing else by now and should not end up empty. */
  readonly emptied: readonly string[];
}

export interface BlockedRow {
  readonly permission: string;
  /** The ids in the row that block the write; none: the permission no longer exists. */
  readonly unknown: readonly string[];
  /** The roles that were to get or lose the permission. */
  readonly wantedFor: readonly string[];
}

/**
 * `current` was read just before: the write replaces whole rows. A role whose grant cannot be stored keeps what the same
 * change revokes. An id that stays for that may block another row, and so on.
 */
export function rowsToSend(
  current: readonly PermissionRow[],
  written: readonly WrittenChange[],
  known: KnownRoles,
): Rows {
  const granting = new Map(written.map(({ change, id }) => [id, new Set(change.grants)]));
  const keeping = new Set<string>();
  const emptied = new Set<string>();
  for (;;) {
    const rows = rowsFor(current, written, wantedOf(written, keeping), known);
    const before = keeping.size;
    for (const { permission, wantedFor } of rows.blocked) {
      for (const id of wantedFor) if (granting.get(id)?.has(permission)) keeping.add(id);
    }
    for (const id of emptiedBy(rows.send, current, written)) {
      keeping.add(id);
      emptied.add(id);
    }
    if (keeping.size === before) return { ...rows, emptied: [...emptied] };
  }
}

/** Since the plan, somebody has revoked what the role was to keep. */
function emptiedBy(
  send: readonly PermissionRow[],
  current: readonly PermissionRow[],
  written: readonly WrittenChange[],
): readonly string[] {
  const sent = new Map(send.map(({ permission, roles }) => [permission, roles]));
  const before = new Set(current.flatMap(({ roles }) => roles));
  const after = new Set(current.flatMap(({ permission, roles }) => sent.get(permission) ?? roles));
  const isToHaveSome = ({ change }: WrittenChange) => (change.after?.permissions.length ?? 0) > 0;
  return written.filter((one) => isToHaveSome(one) && before.has(one.id) && !after.has(one.id)).map(({ id }) => id);
}

function rowsFor(
  current: readonly PermissionRow[],
  written: readonly WrittenChange[],
  wanted: ReturnType<typeof wantedOf>,
  known: KnownRoles,
): Omit<Rows, 'emptied'> {
  const deleted = new Set(written.filter(({ change }) => change.action === 'delete').map(({ id }) => id));
  const blocked: BlockedRow[] = [];
  const send: (PermissionRow & { readonly grants: boolean })[] = [];
  for (const { permission, roles } of current) {
    const { granted = NONE, revoked = NONE } = wanted.get(permission) ?? {};
    const kept = roles.filter((id) => !revoked.has(id) && !deleted.has(id));
    const after = sortedSet([...kept, ...granted]);
    if (sameSet(after, roles)) continue;
    const unknown = unknownIn(permission, after, known);
    if (unknown.length > 0) {
      const wantedFor = [...granted].filter((id) => !roles.includes(id));
      wantedFor.push(...[...revoked].filter((id) => roles.includes(id)));
      if (wantedFor.length > 0) blocked.push({ permission, unknown, wantedFor });
      continue;
    }
    const cleaned = after.filter((id) => known.ids.has(id));
    send.push({ permission, roles: cleaned, grants: cleaned.some((id) => !roles.includes(id)) });
  }
  const present = new Set(current.map((row) => row.permission));
  for (const [permission, { granted }] of wanted) {
    if (granted.size > 0 && !present.has(permission)) {
      blocked.push({ permission, unknown: [], wantedFor: [...granted] });
    }
  }
  send.sort((a, b) => Number(b.grants) - Number(a.grants) || byCodeUnit(a.permission, b.permission));
  blocked.sort((a, b) => byCodeUnit(a.permission, b.permission));
  return { send: send.map(({ permission, roles }) => ({ permission, roles })), blocked };
}

/** Role ids in a row that the workspace does not know and that may not be dropped from it. */
function unknownIn(permission: string, roles: readonly string[], { ids, isDroppable }: KnownRoles): readonly string[] {
  return sortedSet(roles.filter((id) => !ids.has(id) && !isDroppable(permission, id)));
}

export function sameSet(a: readonly string[], b: readonly string[]): boolean {
  const [left, right] = [new Set(a), new Set(b)];
  return left.size === right.size && [...left].every((value) => right.has(value));
}

const NONE: ReadonlySet<string> = new Set();

interface Wanted {
  readonly granted: Set<string>;
  readonly revoked: Set<string>;
}

/** By permission; `keeping` loses nothing. Deletes are not in it: they take their id out of every row that can be written. */
function wantedOf(written: readonly WrittenChange[], keeping: ReadonlySet<string>): ReadonlyMap<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  const of = (permission: string): Wanted => {
    const found = wanted.get(permission) ?? { granted: new Set(), revoked: new Set() };
    wanted.set(permission, found);
    return found;
  };
  for (const { change, id } of written) {
    if (change.action === 'delete') continue;
    for (const permission of change.grants) of(permission).granted.add(id);
    if (keeping.has(id)) continue;
    for (const permission of change.revokes) of(permission).revoked.add(id);
  }
  return wanted;
}
