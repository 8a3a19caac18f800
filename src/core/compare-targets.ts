/**
 * How the live roles of targets differ from each other, for a person who looks. Nothing is planned by it: what the files want
 * of a target is compared in `diff.ts`.
 */
import { effects } from './change.ts';
import { byCodeUnit, groupBy, type Role, type Scalar, sortedSet } from './role.ts';

/** What is live of a target, normalised by its provider. Targets that are compared have one provider. */
export interface Inventory {
  readonly target: string;
  readonly roles: readonly Role[];
}

/** A name that does not tell which role of a target is meant: several have it, or it is empty. Such roles are not compared. */
export interface Unclear {
  readonly target: string;
  readonly role: string;
  readonly count: number;
}

export interface PairComparison {
  /** By name; roles that are the same are left out. */
  readonly roles: readonly RoleDifference[];
  /** How many roles are the same on both. */
  readonly same: number;
  readonly unclear: readonly Unclear[];
}

export interface RoleDifference {
  readonly role: string;
  readonly on: 'both' | 'first' | 'second';
  /** Permissions that only the role of the first target has. */
  readonly first: readonly string[];
  readonly second: readonly string[];
  /** By name of the field; empty where the role is on one target only. */
  readonly fields: Readonly<Record<string, { readonly first: Scalar; readonly second: Scalar }>>;
}

/** Roles are matched by their names: ids mean nothing on another target. */
export function comparePair(first: Inventory, second: Inventory): PairComparison {
  const [one, other] = [byName(first), byName(second)];
  const unclear = [...one.unclear, ...other.unclear];
  const left = new Set(unclear.map(({ role }) => role));
  const names = sortedSet([...one.roles.keys(), ...other.roles.keys()]).filter((name) => !left.has(name));
  const roles = names.flatMap((name) => difference(name, one.roles.get(name), other.roles.get(name)) ?? []);
  return { roles, same: names.length - roles.length, unclear };
}

export interface OutlierComparison {
  /** What nearly all targets agree on comes first. */
  readonly outliers: readonly Outlier[];
  /** How many roles are the same on all targets. */
  readonly same: number;
  readonly unclear: readonly Unclear[];
}

/** Something that not all targets have, or not all in the same form. */
export interface Outlier {
  readonly role: string;
  readonly kind: 'role' | 'permission' | 'field';
  /** The permission or field; '' for the role itself. */
  readonly name: string;
  /** What targets have, those of most targets first. Of a role and a permission: whether it is there. */
  readonly groups: readonly OutlierGroup[];
}

export interface OutlierGroup {
  readonly value: Scalar;
  readonly targets: readonly string[];
}

/** Permissions and fields are compared among the targets that have the role. */
export function findOutliers(inventories: readonly Inventory[]): OutlierComparison {
  const all = inventories.map((inventory) => ({ target: inventory.target, ...byName(inventory) }));
  const names = sortedSet(all.flatMap(({ roles }) => [...roles.keys()]));
  const found = names.map((name) => {
    // Of a target whose role is unclear nobody can say whether it has it.
    const told = all.filter(({ unclear }) => !unclear.some(({ role }) => role === name));
    return outliersOf(
      name,
      told.map(({ target, roles }) => ({ target, role: roles.get(name) })),
    );
  });
  return {
    outliers: found.flat().sort(inOrder),
    same: found.filter((one) => one.length === 0).length,
    unclear: all.flatMap(({ unclear }) => unclear),
  };
}

function byName({ target, roles }: Inventory): {
  readonly roles: ReadonlyMap<string, Role>;
  readonly unclear: readonly Unclear[];
} {
  const groups = [...groupBy(roles, ({ name }) => name)];
  const isClear = (name: string, same: readonly Role[]) => name !== '' && same.length === 1;
  return {
    roles: new Map(groups.flatMap(([name, same]) => (isClear(name, same) ? same.map((role) => [name, role]) : []))),
    unclear: groups
      .filter(([name, same]) => !isClear(name, same))
      .map(([role, same]) => ({ target, role, count: same.length })),
  };
}

function difference(name: string, first: Role | undefined, second: Role | undefined): RoleDifference | undefined {
  const { grants, revokes, fields } = effects(first ?? null, second ?? null);
  const on = second === undefined ? 'first' : first === undefined ? 'second' : 'both';
  const entries = Object.entries(fields).map(([field, { before, after }]) => [field, { first: before, second: after }]);
  if (on === 'both' && grants.length + revokes.length + entries.length === 0) return undefined;
  return { role: name, on, first: revokes, second: grants, fields: Object.fromEntries(entries) };
}

interface Holding {
  readonly target: string;
  readonly role: Role | undefined;
}

function outliersOf(name: string, holdings: readonly Holding[]): readonly Outlier[] {
  const holders = holdings.flatMap(({ target, role }) =>
    role === undefined ? [] : [{ target, role, permissions: new Set(role.permissions) }],
  );
  const permissions = sortedSet(holders.flatMap(({ role }) => role.permissions));
  const fields = sortedSet(holders.flatMap(({ role }) => ['description', ...Object.keys(role.settings)]));
  return [
    outlier(name, 'role', '', holdings, ({ role }) => role !== undefined),
    ...permissions.map((permission) =>
      outlier(name, 'permission', permission, holders, (holder) => holder.permissions.has(permission)),
    ),
    ...fields.map((field) =>
      outlier(name, 'field', field, holders, ({ role }) =>
        field === 'description' ? role.description : (role.settings[field] ?? null),
      ),
    ),
  ].filter(({ groups }) => groups.length > 1);
}

function outlier<Some extends Holding>(
  role: string,
  kind: Outlier['kind'],
  name: string,
  holdings: readonly Some[],
  read: (holding: Some) => Scalar,
): Outlier {
  const groups = [...groupBy(holdings, read)].map(([value, having]) => ({
    value,
    targets: having.map(({ target }) => target),
  }));
  return { role, kind, name, groups: groups.sort(mostFirst) };
}

/** Of a tie, those that have it, or else the text that sorts first. */
function mostFirst(a: OutlierGroup, b: OutlierGroup): number {
  return (
    b.targets.length - a.targets.length ||
    Number(b.value === true) - Number(a.value === true) ||
    byCodeUnit(String(a.value), String(b.value))
  );
}

function inOrder(a: Outlier, b: Outlier): number {
  return (
    exceptions(a) - exceptions(b) ||
    byCodeUnit(a.role, b.role) ||
    kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
    byCodeUnit(a.name, b.name)
  );
}

const kinds: readonly Outlier['kind'][] = ['role', 'permission', 'field'];

/** How many targets are not as most are. */
function exceptions({ groups }: Outlier): number {
  return groups.slice(1).reduce((sum, { targets }) => sum + targets.length, 0);
}
