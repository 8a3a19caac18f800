/** A change of one role and the parts it is made of. Effects are derived from before and after, nowhere else. */
import { byCodeUnit, type Role, type Scalar, type Source, sortedSet } from './role.ts';

export type Cause = 'file' | 'unmanaged';

export interface FieldChange {
  readonly before: Scalar;
  readonly after: Scalar;
}

/** A role id that a row of permissions loses because the row is written: a side effect, of a role that no file names. */
export interface Drop {
  readonly permission: string;
  readonly id: string;
}

export interface Effects {
  readonly grants: readonly string[];
  readonly revokes: readonly string[];
  /** By name of the field: `name`, `description`, or a setting. Empty for a create and a delete, which are whole. */
  readonly fields: Readonly<Record<string, FieldChange>>;
}

interface Common extends Effects {
  /** The name after the change; of a delete, the name before it. */
  readonly role: string;
  readonly cause: Cause;
  readonly source: Source | null;
  /** What writing this change also takes away; sorted. Only where a provider stores permission → roles. */
  readonly drops: readonly Drop[];
}

export interface Create extends Common {
  readonly action: 'create';
  readonly id: null;
  readonly before: null;
  readonly after: Role;
}

export interface Update extends Common {
  readonly action: 'update';
  /** null only in a withheld part of a role that the same plan creates. */
  readonly id: string | null;
  readonly before: Role;
  readonly after: Role;
}

export interface Delete extends Common {
  readonly action: 'delete';
  readonly id: string;
  readonly before: Role;
  readonly after: null;
}

export type Change = Create | Update | Delete;

/** The smallest thing that a guard judges. A role that is created is one part, and each of its permissions another. */
export type Part =
  | { readonly kind: 'create' }
  | { readonly kind: 'delete' }
  | { readonly kind: 'grant'; readonly permission: string }
  | { readonly kind: 'revoke'; readonly permission: string }
  | ({ readonly kind: 'drop' } & Drop)
  | ({ readonly kind: 'field'; readonly field: string } & FieldChange);

export interface Origin {
  readonly cause: Cause;
  readonly source: Source | null;
}

export function create(after: Role, origin: Origin, drops: readonly Drop[] = []): Create {
  return {
    action: 'create',
    role: after.name,
    id: null,
    ...origin,
    before: null,
    after,
    ...effects(null, after),
    drops,
  };
}

/** An update, or undefined where nothing differs. */
export function update(
  id: string | null,
  before: Role,
  after: Role,
  origin: Origin,
  drops: readonly Drop[] = [],
): Update | undefined {
  const found = effects(before, after);
  const differs = found.grants.length + found.revokes.length + Object.keys(found.fields).length > 0;
  return differs ? { action: 'update', role: after.name, id, ...origin, before, after, ...found, drops } : undefined;
}

export function remove(id: string, before: Role, origin: Origin, drops: readonly Drop[] = []): Delete {
  return { action: 'delete', role: before.name, id, ...origin, before, after: null, ...effects(before, null), drops };
}

/** The change with what writing it also takes away. A row that the change does not write loses nothing. */
export function withDrops<Some extends Change>(change: Some, drops: readonly Drop[]): Some {
  const written = new Set([...change.grants, ...change.revokes]);
  const own = drops.filter(({ permission }) => written.has(permission));
  return {
    ...change,
    drops: own.toSorted((a, b) => byCodeUnit(a.permission, b.permission) || byCodeUnit(a.id, b.id)),
  };
}

/** What a change from `before` to `after` grants, revokes and sets. Both are normalised. */
export function effects(before: Role | null, after: Role | null): Effects {
  const [had, has] = [before?.permissions ?? [], after?.permissions ?? []];
  const fields = before !== null && after !== null ? fieldChanges(before, after) : {};
  const isSame = had.length === has.length && had.every((permission, at) => permission === has[at]);
  return isSame
    ? { grants: [], revokes: [], fields }
    : { grants: missing(has, had), revokes: missing(had, has), fields };
}

/** Those of `some` that are not in `others`; each once. */
function missing(some: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return [...new Set(some)].filter((permission) => !known.has(permission)).sort(byCodeUnit);
}

export function parts(change: Change): readonly Part[] {
  const drops = change.drops.map((drop): Part => ({ kind: 'drop', ...drop }));
  if (change.action === 'delete') return [{ kind: 'delete' }, ...drops];
  const grants = change.grants.map((permission): Part => ({ kind: 'grant', permission }));
  if (change.action === 'create') return [{ kind: 'create' }, ...grants, ...drops];
  return [
    ...grants,
    ...change.revokes.map((permission): Part => ({ kind: 'revoke', permission })),
    ...Object.entries(change.fields).map(([field, values]): Part => ({ kind: 'field', field, ...values })),
    ...drops,
  ];
}

/** Equal for equal parts; fields count with their values before and after. */
export function partKey(part: Part): string {
  if (part.kind === 'field') return JSON.stringify(['field', part.field, part.before, part.after]);
  if (part.kind === 'drop') return JSON.stringify(['drop', part.permission, part.id]);
  return JSON.stringify([part.kind, 'permission' in part ? part.permission : null]);
}

/**
 * The change reduced to some of its parts; undefined where none is left. A create without its create part is nothing. What
 * is dropped is lost with the row that is written, whether it is among `kept` or not.
 */
export function restrict(change: Change, kept: readonly Part[]): Change | undefined {
  const { cause, source, drops } = change;
  const origin = { cause, source };
  if (change.action === 'delete') return kept.some(({ kind }) => kind === 'delete') ? change : undefined;
  const rest =
    change.action === 'update'
      ? update(change.id, change.before, carry(change.before, kept), origin)
      : kept.some(({ kind }) => kind === 'create')
        ? create(carry({ ...change.after, permissions: [] }, kept), origin)
        : undefined;
  return rest && withDrops(rest, drops);
}

/** `role` with the parts carried out. */
export function carry(role: Role, done: readonly Part[]): Role {
  const permissions = new Set(role.permissions);
  let { name, description, settings } = role;
  for (const part of done) {
    if (part.kind === 'grant') permissions.add(part.permission);
    if (part.kind === 'revoke') permissions.delete(part.permission);
    if (part.kind !== 'field') continue;
    if (part.field === 'name') name = String(part.after);
    else if (part.field === 'description') description = String(part.after);
    else settings = { ...settings, [part.field]: part.after };
  }
  return { name, description, permissions: sortedSet([...permissions]), settings };
}

function fieldChanges(before: Role, after: Role): Readonly<Record<string, FieldChange>> {
  const old = fieldsOf(before);
  const changed = Object.entries(fieldsOf(after))
    .map(([field, value]) => [field, { before: old[field] ?? null, after: value }] as const)
    .filter(([, value]) => value.before !== value.after);
  return Object.fromEntries(changed);
}

/** Name and description first, then the settings by name. */
function fieldsOf({ name, description, settings }: Role): Record<string, Scalar> {
  const sorted = Object.entries(settings).sort(([a], [b]) => byCodeUnit(a, b));
  return { name, description, ...Object.fromEntries(sorted) };
}
