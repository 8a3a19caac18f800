/** A change of one role and the parts it is made of. Effects are derived from before and after, nowhere else. */
import { byCodeUnit, type Role, type Scalar, type Source, sortedSet } from './role.ts';

export type Cause = 'file' | 'unmanaged';

export interface FieldChange {
  readonly before: Scalar;
  readonly after: Scalar;
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
  | ({ readonly kind: 'field'; readonly field: string } & FieldChange);

export interface Origin {
  readonly cause: Cause;
  readonly source: Source | null;
}

export function create(after: Role, origin: Origin): Create {
  return { action: 'create', role: after.name, id: null, ...origin, before: null, after, ...effects(null, after) };
}

/** An update, or undefined where nothing differs. */
export function update(id: string | null, before: Role, after: Role, origin: Origin): Update | undefined {
  const change: Update = {
    action: 'update',
    role: after.name,
    id,
    ...origin,
    before,
    after,
    ...effects(before, after),
  };
  return parts(change).length === 0 ? undefined : change;
}

export function remove(id: string, before: Role, origin: Origin): Delete {
  return { action: 'delete', role: before.name, id, ...origin, before, after: null, ...effects(before, null) };
}

/** What a change from `before` to `after` grants, revokes and sets. Both are normalised. */
export function effects(before: Role | null, after: Role | null): Effects {
  const had = new Set(before?.permissions);
  const has = new Set(after?.permissions);
  return {
    grants: [...has].filter((permission) => !had.has(permission)).sort(byCodeUnit),
    revokes: [...had].filter((permission) => !has.has(permission)).sort(byCodeUnit),
    fields: before !== null && after !== null ? fieldChanges(before, after) : {},
  };
}

export function parts(change: Change): readonly Part[] {
  if (change.action === 'delete') return [{ kind: 'delete' }];
  const grants = change.grants.map((permission): Part => ({ kind: 'grant', permission }));
  if (change.action === 'create') return [{ kind: 'create' }, ...grants];
  return [
    ...grants,
    ...change.revokes.map((permission): Part => ({ kind: 'revoke', permission })),
    ...Object.entries(change.fields).map(([field, values]): Part => ({ kind: 'field', field, ...values })),
  ];
}

/** Equal for equal parts; fields count with their values before and after. */
export function partKey(part: Part): string {
  if (part.kind === 'field') return JSON.stringify(['field', part.field, part.before, part.after]);
  return JSON.stringify([part.kind, 'permission' in part ? part.permission : null]);
}

/** The change reduced to some of its parts; undefined where none is left. A create without its create part is nothing. */
export function restrict(change: Change, kept: readonly Part[]): Change | undefined {
  const { cause, source } = change;
  if (change.action === 'delete') return kept.length > 0 ? change : undefined;
  if (change.action === 'update')
    return update(change.id, change.before, carry(change.before, kept), { cause, source });
  if (!kept.some((part) => part.kind === 'create')) return undefined;
  return create(carry({ ...change.after, permissions: [] }, kept), { cause, source });
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
