/** What an API can do with roles: one table that code, docs and tests read. */

export interface Capabilities {
  readonly create: boolean;
  readonly update: boolean;
  readonly delete: boolean;
  /** A second role of one name is refused. */
  readonly uniqueNames: boolean;
  /** A role needs at least one permission. */
  readonly permissionsRequired: boolean;
  /** Longest texts that the provider accepts, in characters; absent: no limit is documented. */
  readonly limits: { readonly name?: number; readonly description?: number };
  /** Settings a role has beside name, description and permissions, with their value on create. */
  readonly settings: Readonly<Record<string, string | boolean | null>>;
  /** Settings that cannot change on a live role, with the reason a reviewer reads. */
  readonly immutable: Readonly<Record<string, string>>;
  /** Settings that make a role safer, with the value that does. */
  readonly safer?: Readonly<Record<string, string | boolean | null>>;
  /** Roles that belong to the provider: reserved names, and what of them is never written. */
  readonly builtIn: {
    readonly names: readonly string[];
    readonly fixed: 'everything' | readonly string[];
    /** What they have is taken from them only where a pull request acknowledges it. */
    readonly keepsPermissions?: boolean;
    /** Names are reserved only for roles that leave this setting empty. */
    readonly tenantSetting?: string;
  };
}
