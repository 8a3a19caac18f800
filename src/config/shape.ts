/** What a role file looks like once the schema has looked at it: every value has its type, and what had not is left out. */
import type { AccessClass } from '../core/access.ts';
import type { Scalar } from '../core/role.ts';
import type { Manifest, Manifests } from '../providers/manifest.ts';
import { below, type Document } from './document.ts';

/** The keys that a provider adds are read with the functions below. */
export interface RawTarget {
  readonly name?: string;
  readonly baseUrl?: string;
  readonly auth?: Readonly<Record<string, string>>;
  readonly unmanaged?: 'report' | 'ignore' | 'delete';
  readonly files?: readonly (string | undefined)[];
  readonly limits?: { readonly deletes?: number };
  readonly labels?: readonly (string | undefined)[];
}

/** All targets of the provider that have every label. */
export interface RawSelector {
  readonly labels?: readonly (string | undefined)[];
}

/** A permission, or all of a set. */
export type RawPermission = string | { readonly set?: string };
export type RawPermissions = readonly (RawPermission | undefined)[];

export type RawSet =
  | RawPermissions
  | {
      readonly permissions?: RawPermissions;
      readonly exceptionsMayNotAdd?: readonly (AccessClass | undefined)[];
    };
export type RawSets = Readonly<Record<string, RawSet>>;

export interface RawException {
  readonly role?: string;
  readonly add?: readonly (string | undefined)[];
  readonly without?: readonly (string | undefined)[];
  readonly until?: string;
  readonly reason?: string;
  readonly owner?: string;
}

export interface RawRole {
  readonly name?: string;
  readonly id?: string;
  readonly previously?: readonly (string | undefined)[];
  readonly ensure?: 'absent';
  readonly protected?: boolean;
  readonly acknowledge?: readonly (string | undefined)[];
  readonly description?: string;
  readonly permissions?: RawPermissions;
  readonly without?: RawPermissions;
}

/** Items of lists stay at their index, for their place; one with a mistake is undefined. */
interface RawFile {
  readonly provider?: string;
  readonly auth?: Readonly<Record<string, string>>;
  readonly unmanaged?: 'report' | 'ignore' | 'delete';
  readonly targets?: readonly (string | RawTarget | undefined)[] | RawSelector;
  readonly roles?: readonly (RawRole | undefined)[];
  readonly permissionSets?: RawSets;
  readonly exceptions?: readonly (RawException | undefined)[];
}

export interface RoleFile {
  readonly document: Document;
  readonly provider: string;
  readonly manifest: Manifest;
  readonly raw: RawFile;
}

/** The permission sets of a file, which need not be about a provider. */
export interface SetFile {
  readonly document: Document;
  /** The only provider that they are for; undefined: whichever uses them. */
  readonly manifest: Manifest | undefined;
  readonly raw: RawSets;
}

/** What a file holds; neither: not even the provider is known. */
export interface Shape {
  /** undefined where it holds permission sets alone. */
  readonly file?: RoleFile;
  readonly sets?: SetFile;
}

/** An item of a list and its JSON pointer. */
export interface Item<T> {
  readonly value: T;
  readonly pointer: string;
}

/**
 * The file without what the schema objected to (`faulty`: JSON pointers), so that the other checks can go on and all
 * mistakes are shown at once; 'nothing' where no mistake of any kind was found.
 */
export function shapeOf(document: Document, faulty: ReadonlySet<string> | 'nothing', manifests: Manifests): Shape {
  const raw = (faulty === 'nothing' ? document.value : prune(document.value, '', faulty)) as RawFile | undefined;
  const manifest = manifests.get(raw?.provider ?? '');
  const sets = raw?.permissionSets;
  const isAlone = sets !== undefined && [raw?.targets, raw?.roles, raw?.exceptions].every((one) => one === undefined);
  if (raw === undefined || (manifest === undefined && (raw.provider !== undefined || !isAlone))) return {};
  return {
    ...(sets && { sets: { document, manifest, raw: sets } }),
    ...(manifest && !isAlone && { file: { document, provider: manifest.name, manifest, raw } }),
  };
}

/** The entries of `targets`; none where it chooses by labels. */
export function listedTargets({ raw }: RoleFile): readonly Item<string | RawTarget>[] {
  return isList(raw.targets) ? items(raw.targets, '/targets') : [];
}

/** The labels that `targets` chooses by; undefined where it lists targets. */
export function selectorOf({ raw }: RoleFile): readonly string[] | undefined {
  const { targets } = raw;
  if (targets === undefined || isList(targets)) return undefined;
  return items(targets.labels, '').map(({ value }) => value);
}

export function isList<T>(value: readonly T[] | object | undefined): value is readonly T[] {
  return Array.isArray(value);
}

/** Those of a list that are no reference to a set. */
export function plainPermissions(list: RawPermissions | undefined, pointer: string): readonly Item<string>[] {
  return items(list, pointer).flatMap(({ value, pointer: at }) =>
    typeof value === 'string' ? [{ value, pointer: at }] : [],
  );
}

export function tenantOf(target: RawTarget, { tenant }: Manifest): string | undefined {
  const value = tenant && own(target, tenant.key);
  return typeof value === 'string' ? value : undefined;
}

/** The entries of all keys that the provider adds to a target, each under its key. */
export function optionsOf(
  target: RawTarget,
  { options }: Manifest,
  pointer: string,
): readonly (Item<string> & { readonly key: string })[] {
  return Object.keys(options).flatMap((key) => {
    const value = own(target, key);
    const list: readonly unknown[] = Array.isArray(value) ? value : [];
    return list.flatMap((item, index) =>
      typeof item === 'string' ? [{ key, value: item, pointer: below(below(pointer, key), index) }] : [],
    );
  });
}

/** The settings that a role declares. */
export function settingsOf(role: RawRole, { settings }: Manifest): Readonly<Record<string, Scalar>> {
  const entries = Object.keys(settings).flatMap((key) => {
    const value = own(role, key);
    return typeof value === 'string' || typeof value === 'boolean' ? [[key, value] as const] : [];
  });
  return Object.fromEntries(entries);
}

function own(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

export function items<T>(list: readonly (T | undefined)[] | undefined, pointer: string): readonly Item<T>[] {
  return (list ?? []).flatMap((value, index) =>
    value === undefined ? [] : [{ value, pointer: below(pointer, index) }],
  );
}

function prune(value: unknown, pointer: string, faulty: ReadonlySet<string>): unknown {
  if (faulty.has(pointer)) return undefined;
  if (Array.isArray(value)) return value.map((item, index) => prune(item, below(pointer, index), faulty));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value)
    .map(([key, inner]) => [key, prune(inner, below(pointer, key), faulty)] as const)
    .filter(([, inner]) => inner !== undefined);
  return Object.assign(Object.create(null), Object.fromEntries(kept));
}
