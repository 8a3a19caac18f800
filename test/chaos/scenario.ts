/** One run before it happens: plain data, so that it can be cut down and played again. */

export type ProviderName = 'dintero' | 'rinne' | 'rocketchat';

/** What a role is like, in one form for the three providers. */
export interface RoleShape {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly string[];
  /** Rocket.Chat. */
  readonly mandatory2fa?: boolean;
}

export interface LiveStart extends RoleShape {
  readonly id: string;
  /** Somebody holds it. */
  readonly held: boolean;
}

/** A role of the files; what is left out is not declared. */
export interface Declared {
  readonly name: string;
  readonly id?: string;
  readonly previously?: readonly string[];
  readonly ensure?: 'absent';
  readonly protected?: true;
  readonly description?: string;
  readonly permissions?: readonly string[];
  readonly mandatory2fa?: boolean;
}

export interface Tenant {
  readonly provider: ProviderName;
  /** The name of the target. */
  readonly target: string;
  /** Account, company or workspace. */
  readonly tenant: string;
  readonly live: readonly LiveStart[];
  readonly declared: readonly Declared[];
  readonly unmanaged: 'report' | 'ignore' | 'delete';
  readonly dropUnknownRoles: readonly string[];
  /** Ids of roles that were deleted and still stand in rows of permissions. */
  readonly dead: readonly string[];
  /** The two values of its login. */
  readonly login: readonly [string, string];
}

/** A moment of a run: before or after the nth request with that key has reached the provider. */
export interface Moment {
  readonly key: string;
  readonly nth: number;
}

export interface Fault extends Moment {
  readonly fault: FaultChoice;
}

export interface FaultChoice {
  readonly kind: string;
  /** In [0, 1): what the kind has to choose. */
  readonly dice: number;
}

export interface Edit extends Moment {
  readonly when: 'before' | 'after';
  readonly edit: EditChoice;
}

export interface EditChoice {
  readonly target: string;
  readonly kind: 'grant' | 'revoke' | 'describe' | 'rename' | 'delete' | 'create';
  /** The id of a role; of a role to create, its id. */
  readonly role: string;
  /** A permission, a description or a name. */
  readonly value: string;
}

/** By chance from the seed, or exactly these. */
export type Happenings<T> = { readonly rate: number } | { readonly exactly: readonly T[] };

export type Way = 'yes' | 'plan-only' | 'reviewed' | 'stale' | 'tampered' | 'digest';

export interface Scenario {
  readonly seed: number;
  readonly tenants: readonly Tenant[];
  readonly way: Way;
  readonly applies: number;
  readonly concurrency: number;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly faults: Happenings<Fault>;
  /** Kinds that happen in this run. */
  readonly kinds: readonly string[];
  readonly edits: Happenings<Edit>;
  /** The apply is interrupted at this request of its own, counted from 1; 0: never. */
  readonly interruptAt: number;
  /** Applied again when nothing goes wrong any more, and planned after that. */
  readonly heals: boolean;
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL';
}
