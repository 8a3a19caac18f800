/** The comparator: declared roles against live roles, as changes. There is no other place that decides what differs. */
import { type Change, create, remove, update } from './change.ts';
import { match, type Pair } from './match.ts';
import { byCodeUnit, type DesiredRole, type LiveRole, type Role, type Settings } from './role.ts';

export interface Rules {
  readonly normalise: (role: Role) => Role;
  /** Every setting of the provider with its value on create. */
  readonly settings: Settings;
  readonly unmanaged: 'report' | 'ignore' | 'delete';
  /** Where a role can hold other roles: the permission that granting the role of this name is. */
  readonly permissionOf?: (role: string) => string;
}

export interface Differences {
  readonly changes: readonly Change[];
  /** Everything that was read, normalised. */
  readonly live: readonly LiveRole[];
  readonly unmanaged: readonly LiveRole[];
  /** Declared roles that are as they should be. */
  readonly unchanged: number;
  readonly warnings: readonly string[];
  /** By live id: the fields that the files declare of the role; the others keep what is live. */
  readonly managed: ReadonlyMap<string, readonly string[]>;
  /** Something rests on a role not being live: it must be certain that the list was whole. */
  readonly usesAbsence: boolean;
}

/** Pure; both sides are normalised before they are compared. @throws Failure where `match` is not certain. */
export function diff(desired: readonly DesiredRole[], live: readonly LiveRole[], rules: Rules): Differences {
  const { normalise } = rules;
  const normalised = live.map((role) => ({ ...role, role: normalise(role.role) }));
  const { pairs, unmanaged, warnings } = match(desired, normalised);
  const liveNames = namesOfHeld(pairs, rules);
  const declared = pairs.map(({ desired: role, live: found }) => compare(inLiveNames(role, liveNames), found, rules));
  const changes = declared.filter((change) => change !== undefined);
  const all = [...changes, ...(rules.unmanaged === 'delete' ? unmanaged.filter(deletable).map(unmanagedDelete) : [])];
  return {
    changes: all,
    live: normalised,
    unmanaged: rules.unmanaged === 'delete' ? unmanaged.filter((role) => !deletable(role)) : unmanaged,
    unchanged: declared.length - changes.length,
    warnings,
    managed: new Map(
      pairs.flatMap(({ desired: role, live: found }) => (found === undefined ? [] : [[found.id, managedFields(role)]])),
    ),
    usesAbsence:
      all.some(({ action }) => action === 'delete') ||
      pairs.some(({ desired: role, live: found }) => found === undefined || isFormerName(role, found)),
  };
}

/**
 * A role that is renamed takes its new name along into the roles that hold it, without a write to them. So a declared
 * permission that means it is compared, and written, by the name that it has now.
 */
function namesOfHeld(pairs: readonly Pair[], { permissionOf }: Rules): ReadonlyMap<string, string> {
  if (permissionOf === undefined) return new Map();
  const renamed = pairs.flatMap(({ desired, live }) =>
    live === undefined || live.role.name === desired.name
      ? []
      : [[permissionOf(desired.name), permissionOf(live.role.name)] as const],
  );
  return new Map(renamed);
}

function inLiveNames(desired: DesiredRole, names: ReadonlyMap<string, string>): DesiredRole {
  const { permissions } = desired;
  if (permissions === undefined || !permissions.some((one) => names.has(one))) return desired;
  return { ...desired, permissions: permissions.map((one) => names.get(one) ?? one) };
}

function isFormerName({ id, name }: DesiredRole, { role }: LiveRole): boolean {
  return id === undefined && role.name !== name;
}

/** The fields that a file declares of a role, its name included. */
export function managedFields({ description, permissions, settings }: DesiredRole): readonly string[] {
  return [
    'name',
    ...(description === undefined ? [] : ['description']),
    ...(permissions === undefined ? [] : ['permissions']),
    ...Object.keys(settings).sort(byCodeUnit),
  ];
}

/** Declared over live: what the file leaves out keeps its live value, or on create its default. */
export function desiredRole(desired: DesiredRole, live: Role | undefined, { normalise, settings }: Rules): Role {
  return normalise({
    name: desired.name,
    description: desired.description ?? live?.description ?? '',
    permissions: desired.permissions ?? live?.permissions ?? [],
    settings: { ...settings, ...live?.settings, ...desired.settings },
  });
}

function compare(desired: DesiredRole, live: LiveRole | undefined, rules: Rules): Change | undefined {
  const origin = { cause: 'file', source: desired.source } as const;
  if (desired.absent) return live && remove(live.id, live.role, origin);
  const after = desiredRole(desired, live?.role, rules);
  return live === undefined ? create(after, origin) : update(live.id, live.role, after, origin);
}

/** Nobody deletes what the provider owns, or what a reviewer could not even name. */
function deletable({ builtIn, role }: LiveRole): boolean {
  return !builtIn && role.name !== '';
}

function unmanagedDelete({ id, role }: LiveRole): Change {
  return remove(id, role, { cause: 'unmanaged', source: null });
}
