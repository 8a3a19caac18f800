/** What the stand-in of Rocket.Chat remembers. Rows are replaced, never changed, so answers already given stay as they were. */
import type { World } from '../../../sandbox/call.ts';

export interface RocketChat {
  readonly workspaces: Record<string, Workspace>;
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

export interface ChatToken {
  readonly workspace: string;
  readonly user: string;
}

/** Forgotten with the server. */
export interface ChatMemory {
  readonly tokens: Map<string, ChatToken>;
  /** Rate limits, by workspace, address and route. */
  readonly windows: Map<string, { count: number; readonly resets: number }>;
}

export type ChatWorld = World<RocketChat, ChatMemory>;
