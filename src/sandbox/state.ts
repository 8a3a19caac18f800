/** What the sandbox remembers: plain data that JSON can hold, and the safe way into its tables. It decides nothing. */

/** Everything the three APIs store. Rows of `roles` are replaced, never altered, so an answer once given stays as it was. */
export interface State {
  readonly dintero: { readonly accounts: Record<string, DinteroAccount> };
  readonly rinne: Rinne;
  readonly rocketchat: { readonly workspaces: Record<string, Workspace> };
}

export interface DinteroAccount {
  readonly clients: DinteroClient[];
  readonly roles: DinteroRole[];
  readonly users: DinteroUser[];
  /** A role may only be given scopes that the caller's token has: undocumented for roles, documented for users. Default: off. */
  readonly strictScopes?: boolean;
}

export interface DinteroClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
}

export interface DinteroRole {
  readonly id: string;
  readonly scope: readonly string[];
  readonly name?: string;
  readonly description?: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly created_by: string;
  readonly deleted_at?: string;
  readonly deleted_by?: string;
}

export interface DinteroUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly scope?: readonly string[];
  readonly roles: readonly { readonly id: string }[];
}

export interface Rinne {
  readonly companies: RinneCompany[];
  readonly users: RinneUser[];
  readonly roles: RinneRole[];
  /** Answer 409 to a second role of one name: documented in general, reported not to be enforced. Default: off. */
  uniqueNames?: boolean;
}

export interface RinneCompany {
  readonly id: string;
  readonly name: string;
}

export interface RinneUser {
  readonly id: string;
  readonly identifier: string;
  readonly password: string;
  readonly name?: string;
  readonly suspended_at?: string | null;
  readonly companies: RinneMembership[];
}

export interface RinneMembership {
  readonly id: string;
  /** Names, as seen from that company. */
  readonly roles: readonly string[];
}

export interface RinneRole {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly description: string | null;
  readonly company_id: string | null;
  /** The API's word for the id of the role it inherits from. */
  readonly organization_id: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  /** The company in which it was created, never shown: another company does not see it. Absent: seen in `company_id`, or everywhere. */
  readonly context?: string;
}

export interface Workspace {
  readonly users: ChatUser[];
  readonly roles: ChatRole[];
  readonly permissions: ChatPermission[];
  /** Roles that were deleted, for roles.sync. */
  readonly removed: { readonly _id: string; readonly _deletedAt: string }[];
  /** The licence module `custom-roles`. */
  customRoles: boolean;
  rateLimit: { readonly calls: number; readonly windowMs: number } | null;
  /** Answer as servers before the typed routes did: no licenses.info, other error types, update behind the licence. */
  older?: boolean;
}

export interface ChatUser {
  readonly _id: string;
  readonly username: string;
  readonly name?: string;
  readonly password?: string;
  readonly tokens: readonly string[];
  /** Roles of scope Users. */
  readonly roles: readonly string[];
  /** Roles of scope Subscriptions, by room. */
  readonly subscriptions?: readonly { readonly rid: string; readonly roles: readonly string[] }[];
}

export interface ChatRole {
  readonly _id: string;
  readonly name: string;
  readonly scope: string;
  readonly description: string;
  readonly protected: boolean;
  readonly mandatory2fa?: boolean | null;
  readonly _updatedAt: string;
}

export interface ChatPermission {
  readonly _id: string;
  readonly roles: readonly string[];
  readonly _updatedAt: string;
  readonly level?: 'settings';
  readonly settingId?: string;
  readonly group?: string;
  readonly section?: string;
  readonly sorter?: number;
}

export function emptyState(): State {
  return {
    dintero: { accounts: {} },
    rinne: { companies: [], users: [], roles: [] },
    rocketchat: { workspaces: {} },
  };
}

/** The entry of that name, and never one that the prototype lends: tenants come from files and may be called `__proto__`. */
export function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

export function put<T>(table: Record<string, T>, key: string, value: T): T {
  Object.defineProperty(table, key, { value, enumerable: true, configurable: true, writable: true });
  return value;
}

/** Puts `next` where `old` stands. */
export function replace<T>(rows: T[], old: T, next: T): T {
  rows[rows.indexOf(old)] = next;
  return next;
}
