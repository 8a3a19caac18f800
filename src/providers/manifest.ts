/**
 * What is known of a provider before anything is sent: data that the files, the schema, the command line, the docs and the
 * sandbox read. No behaviour; what it takes to reach the provider is the client's.
 */
import type { AccessClass } from '../core/access.ts';
import type { Capabilities } from '../core/capabilities.ts';

export interface Manifest {
  /** As `provider:` of a role file says it, in lower-case letters and digits. */
  readonly name: string;
  /** As a person writes it, with its capitals and dots. */
  readonly title: string;
  /** Begins the variables that its role files may read: 'ACME_'. */
  readonly variables: string;
  /** Hosts that a role file may name without anybody's leave. */
  readonly hosts: readonly string[];
  /** Groups of these hosts that lead to one system, and so to the same roles of a tenant. */
  readonly sameSystem: readonly (readonly string[])[];
  readonly baseUrl: BaseUrl;
  /** What a target is: an account, a company, a workspace. */
  readonly place: PlaceWords;
  /** The key of a target that names the place; undefined: its base URL does. */
  readonly tenant?: Tenant;
  readonly auth: Auth;
  /** Keys of a role beside name, description and permissions. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** Keys of a target that are this provider's alone: lists of text. */
  readonly options: Readonly<Record<string, Option>>;
  readonly capabilities: Omit<Capabilities, 'settings' | 'immutable' | 'limits'>;
  readonly limits: { readonly name?: number; readonly description?: number };
  readonly catalogue: Catalogue;
  readonly role: RoleWords;
  /** Words of the API, in lower case, and the keys of role files that they stand for. */
  readonly synonyms: Readonly<Record<string, string>>;
  /** Switches of `rolesync sandbox` that its stand-in understands. */
  readonly switches: readonly Switch[];
}

export interface BaseUrl {
  /** Where the provider is when a target does not say; undefined: each target must. */
  readonly default?: string;
  readonly description: string;
  readonly examples: readonly string[];
}

export interface PlaceWords {
  readonly one: string;
  readonly many: string;
  readonly description: string;
}

export interface Tenant {
  /** 'account' */
  readonly key: string;
  /** 'account id' */
  readonly noun: string;
  readonly description: string;
  /** A regular expression for the whole value; undefined: any text. */
  readonly pattern?: string;
  /** The pattern in words; a message continues 'an account id is …'. */
  readonly form?: string;
  readonly example: string;
  /** One for `--sandbox` where the file takes it from an unset variable; `########` becomes eight digits. */
  readonly sample: string;
}

export interface Auth {
  readonly description: string;
  readonly keys: Readonly<Record<string, Credential>>;
  /** The sets of keys of which a target has exactly one; no key is in two of them. */
  readonly alternatives: readonly (readonly string[])[];
}

export interface Credential {
  readonly title: string;
  readonly description: string;
  /** Exactly one variable in a file, never shown anywhere. */
  readonly secret: boolean;
  /** Sent in a header as it is, so it holds visible ASCII only. */
  readonly header: boolean;
}

export interface Setting {
  readonly title: string;
  readonly description: string;
  readonly type: 'string' | 'boolean';
  /** The only values. */
  readonly values?: readonly string[];
  /** What a role has that is created without it; null: the API's own. */
  readonly onCreate: string | boolean | null;
  /** Why it cannot change on a live role. */
  readonly immutable?: string;
  readonly examples: readonly (string | boolean)[];
}

export interface Option {
  readonly title: string;
  readonly description: string;
  readonly item: { readonly title: string; readonly description: string; readonly example: string };
  /** What an entry more gives away, for a reviewer; ends the sentence '… has x now:'. */
  readonly widens: { readonly one: string; readonly many: string };
}

export interface Catalogue {
  /** Where it comes from, as a message says it. */
  readonly source: string;
  readonly known: readonly Permission[];
  /** Not documented, so nobody is offered them; but should one turn up, this is what it means. */
  readonly undocumented: readonly Permission[];
  /** Known permissions that stand for several. */
  readonly wildcards: readonly string[];
  /** What every permission looks like, known or not. */
  readonly grammar?: RegExp;
  /** The same in words, for a message. */
  readonly form?: string;
  /** Words of other providers can look like it, so that the form of a word is no sign of this provider. */
  readonly isCommonForm?: boolean;
  /** A permission that is not among the known ones deserves a warning, even if it has the right form. */
  readonly complete: boolean;
  /** What rolesync leaves to the provider: naming it is an error. */
  readonly unmanaged?: { readonly prefix: string; readonly message: string };
}

/** A phrase is written by us: what the permission lets its holder do. */
export type Permission = readonly [permission: string, risk: KnownClass, phrase: string];
export type KnownClass = Exclude<AccessClass, 'unknown' | 'wildcard'>;

/** What the schema says of roles, after what it says of the roles of every provider. */
export interface RoleWords {
  readonly description?: string;
  /** Of its name. */
  readonly name?: string;
  /** What `permissions` holds; followed by 'Order does not matter. …'. */
  readonly permissions: string;
  readonly permission: string;
  readonly example: { readonly name: string; readonly description: string; readonly permissions: readonly string[] };
}

export interface Switch {
  /** '--rate-limit' */
  readonly flag: string;
  readonly description: string;
}

/** The providers of a run, by name. */
export type Manifests = ReadonlyMap<string, Manifest>;
