/** What a role file looks like once the schema has looked at it: every value has its type, and what had not is left out. */
import type { ProviderName } from '../providers/provider.ts';
import { below, type Document } from './document.ts';

export interface RawTarget {
  readonly name?: string;
  readonly account?: string;
  readonly company?: string;
  readonly baseUrl?: string;
  readonly auth?: Readonly<Record<string, string>>;
  readonly unmanaged?: 'report' | 'ignore' | 'delete';
  readonly files?: readonly (string | undefined)[];
  readonly dropUnknownRoles?: readonly (string | undefined)[];
  readonly limits?: { readonly deletes?: number };
}

export interface RawRole {
  readonly name?: string;
  readonly id?: string;
  readonly previously?: readonly (string | undefined)[];
  readonly ensure?: 'absent';
  readonly protected?: boolean;
  readonly acknowledge?: readonly (string | undefined)[];
  readonly description?: string;
  readonly permissions?: readonly (string | undefined)[];
  readonly companyId?: string;
  readonly inheritsFrom?: string;
  readonly scope?: string;
  readonly mandatory2fa?: boolean;
}

/** Items of lists stay at their index, for their place; one with a mistake is undefined. */
interface RawFile {
  readonly provider?: ProviderName;
  readonly auth?: Readonly<Record<string, string>>;
  readonly unmanaged?: 'report' | 'ignore' | 'delete';
  readonly targets?: readonly (string | RawTarget | undefined)[];
  readonly roles?: readonly (RawRole | undefined)[];
}

export interface RoleFile {
  readonly document: Document;
  readonly provider: ProviderName;
  readonly raw: RawFile;
}

/** An item of a list and its JSON pointer. */
export interface Item<T> {
  readonly value: T;
  readonly pointer: string;
}

/**
 * The file without what the schema objected to (`faulty`: JSON pointers), so that the other checks can go on and all
 * mistakes are shown at once. undefined: not even the provider is known.
 */
export function roleFile(document: Document, faulty: ReadonlySet<string>): RoleFile | undefined {
  const raw = prune(document.value, '', faulty) as RawFile | undefined;
  return raw?.provider === undefined ? undefined : { document, provider: raw.provider, raw };
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
