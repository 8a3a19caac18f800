/** What the stand-in of Dintero remembers. Rows of `roles` are replaced, never changed, so answers already given stay as they were. */
import type { World } from '../../../sandbox/call.ts';

export interface Dintero {
  readonly accounts: Record<string, DinteroAccount>;
}

export interface DinteroAccount {
  readonly clients: DinteroClient[];
  readonly roles: DinteroRole[];
  readonly users: DinteroUser[];
  /** A role may only be given scopes that the caller's token has: undocumented for roles, documented for users. Default: off. */
  readonly strictScopes?: boolean;
  /**
   * Listed roles have a `paging_token`, and it alone is the cursor. Two pages of the documentation differ: by one the cursor is
   * that token, which no documented role has; by the other it is the id. Default: the id.
   */
  readonly pagingTokens?: boolean;
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

export interface DinteroToken {
  readonly account: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly expires: number;
}

/** Tokens are forgotten with the server. */
export type DinteroWorld = World<Dintero, Map<string, DinteroToken>>;
