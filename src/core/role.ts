/** What a role is: declared in a file, read from a provider, and the one form both are compared in. */

export type Scalar = string | boolean | null;
export type Settings = Readonly<Record<string, Scalar>>;

/** A role as the comparator sees it. Normalised roles hold sorted, distinct permissions and every setting of the provider. */
export interface Role {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly string[];
  readonly settings: Settings;
}

/** A role that a provider returned. `name` is '' where the provider has a nameless role. */
export interface LiveRole {
  readonly id: string;
  readonly builtIn: boolean;
  readonly role: Role;
}

/** A place in a role file; line and column count from 1. */
export interface Source {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where a role has a permission from, beside its own list. */
export type PermissionOrigin =
  | {
      readonly kind: 'set';
      /** From the set that the role names to the one that lists the permission. */
      readonly sets: readonly string[];
      /** Of the permission in that set. */
      readonly source: Source;
    }
  | {
      readonly kind: 'exception';
      /** Its last day, in UTC: YYYY-MM-DD; null: it has no end. */
      readonly until: string | null;
      readonly reason: string;
      readonly owner: string | null;
      readonly source: Source;
    };

export type SetOrigin = Extract<PermissionOrigin, { readonly kind: 'set' }>;
export type ExceptionOrigin = Extract<PermissionOrigin, { readonly kind: 'exception' }>;

/** What `without` takes from a role, which its list, a set or an exception would give it. */
export interface Barred {
  readonly permission: string;
  /** Of the item of `without`. */
  readonly source: Source;
  /** The exception that says it; null: the role itself does. */
  readonly exception: ExceptionOrigin | null;
}

/** A grant that a file gave an end, which has come. */
export interface EndedGrant {
  readonly permission: string;
  readonly until: string;
  readonly reason: string;
  readonly source: Source;
}

/** What a file declares of a role. A field that the file leaves out is undefined here (in `settings`: absent) and keeps its live value. */
export interface DesiredRole {
  readonly name: string;
  readonly id?: string;
  readonly previously: readonly string[];
  readonly absent: boolean;
  readonly protected: boolean;
  /** Codes of objections that the file accepts; see `core/acknowledge.ts`. Absent: none. */
  readonly acknowledged?: readonly string[];
  readonly description?: string;
  readonly permissions?: readonly string[];
  /** By permission. What stands in the role's own list alone is not in it; absent: neither a set nor an exception gives any. */
  readonly origins?: ReadonlyMap<string, readonly PermissionOrigin[]>;
  /** By permission; absent: none. */
  readonly barred?: ReadonlyMap<string, Barred>;
  /** Not wanted any more; absent: none. */
  readonly ended?: readonly EndedGrant[];
  readonly settings: Settings;
  readonly source: Source;
}

/** By code unit: the same order on every machine, whatever its locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sorted and distinct: the form in which permissions are compared. */
export function sortedSet(values: readonly string[]): readonly string[] {
  const isSorted = values.every((value, at) => at === 0 || byCodeUnit(values[at - 1] ?? '', value) < 0);
  return isSorted ? values : [...new Set(values)].sort(byCodeUnit);
}

/** As `Map.groupBy`, which Node 20 does not have. */
export function groupBy<Key, Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
