/** The contract between the reconciler and a provider. A provider never sees files, commands or the environment. */
import type { Capabilities } from '../core/capabilities.ts';
import type { Change, Create, Delete, Drop, Update } from '../core/change.ts';
import type { Failure } from '../core/failure.ts';
import type { Guard } from '../core/guards.ts';
import type { Condition } from '../core/plan.ts';
import type { LiveRole, Role } from '../core/role.ts';
import type { Http } from '../http/http.ts';

/** Everything a provider needs to reach one target; all variables are resolved, the host is allowed. */
export interface Endpoint {
  /** Without a final slash: the prefix of every request. */
  readonly baseUrl: string;
  /** What the tenant's key of the target says; '' where the provider has none. */
  readonly tenant: string;
  /** The keys of the target's `auth`, with their values. */
  readonly auth: Readonly<Record<string, string>>;
  /** The provider's own keys of the target, as far as the file has them. */
  readonly options: Readonly<Record<string, readonly string[]>>;
  readonly http: Http;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A change whose record is written: `id` is the live id, also of a role just created. */
export interface WrittenChange {
  readonly change: Change;
  readonly id: string;
}

/** A change whose permissions could not all be stored, and why. */
export interface Unstored {
  readonly change: Change;
  readonly failure: Failure;
}

export interface Examined {
  /** What forbids some of it. */
  readonly guards: readonly Guard[];
  /** What writing the changes also takes away, by permission. */
  readonly drops: readonly Drop[];
  /** Where roles hold roles: what permissions hold that are roles no list has, as far as the changes have to do with them. */
  readonly holdings?: ReadonlyMap<string, readonly string[]>;
}

/** What the identity that is signed in may write, as far as the API tells. */
export interface WriteAccess {
  readonly may: 'yes' | 'some' | 'no' | 'unknown';
  /** What it lacks, or needs. No full stop. */
  readonly note: string;
}

/** One connected target. A missing verb means that the provider cannot. Every failure is a Failure. */
export interface Remote {
  /** Every live role, or a Failure: a partial list is never returned. Not normalised. */
  readonly list: () => Promise<readonly LiveRole[]>;
  /**
   * Asks for what comes after the end of the last list, where its pages do not say themselves that they are all. To be called
   * before anything depends on a role not being live. Rejects with a Failure if the list was cut.
   */
  readonly proveEnd?: () => Promise<void>;
  /**
   * One role as it is now, or undefined: it is gone. For the moment before its write. Where permissions are kept apart they
   * are not looked at, and may be empty.
   */
  readonly read: (id: string) => Promise<LiveRole | undefined>;
  /** Every permission that the live system has, whether a role holds it or not; from the last list. Absent: it does not say. */
  readonly known?: () => Promise<readonly string[]>;
  /** One request at most; absent: the API tells nothing of it. */
  readonly writeAccess?: () => Promise<WriteAccess>;
  /** What follows from the last list for these changes; the same for every identity that reads. */
  readonly examine?: (changes: readonly Change[]) => Promise<Examined>;
  /** Just before the write: reads what the conditions of these changes ask, and returns the guards that follow. */
  readonly checks?: (changes: readonly Change[]) => Promise<readonly Guard[]>;
  /** Resolves with the new role's id. */
  readonly create?: (change: Create) => Promise<string>;
  readonly update?: (change: Update) => Promise<void>;
  readonly delete?: (change: Delete) => Promise<void>;
  /**
   * Where a change takes several calls: the updates that it is made of, in the order in which they are written. Each is one
   * call, follows a read of its own, and is skipped if the one before it failed. Absent: `update` writes everything at once.
   */
  readonly steps?: (change: Update) => readonly Update[];
  /**
   * The verbs for one role that is read and then written: the write leaves right after the answer to the read. Where it cannot, it
   * rejects with a Failure that is `stale`, and the role must be read again. Absent: the plain verbs are used.
   */
  readonly paired?: () => Pick<Remote, 'read' | 'update' | 'delete'>;
  /**
   * Where permissions live apart from roles: one write for all changes of the target, after the records. Resolves with those
   * that are not stored whole; a Failure means that none is known to be.
   */
  readonly permissions?: (written: readonly WrittenChange[]) => Promise<readonly Unstored[]>;
}

/** A provider: a constant with functions. */
export interface Provider {
  readonly name: string;
  /** As a person writes it, with its capitals and dots. */
  readonly title: string;
  readonly capabilities: Capabilities;
  /** Requests in flight for one target. */
  readonly concurrency: { readonly reads: number; readonly writes: number };
  /** Roles that one request of `list` answers; absent: as many as there are. */
  readonly pageSize?: number;
  /** The role as `list` would return it. Pure and idempotent; fills in every setting, sorts permissions. */
  readonly normalise: (role: Role) => Role;
  /**
   * Where a role can hold other roles: the permission that granting the role of this name is. Pure. Then roles that need one
   * another are written in order, no change may close a circle, and a plan says what changes in the end.
   */
  readonly permissionOf?: (role: string) => string;
  /** What must hold for this change when it is written. Pure: the same for every identity that reads. */
  readonly conditions: (change: Change, live: readonly LiveRole[]) => readonly Condition[];
  readonly connect: (access: Endpoint) => Remote;
}
