/** A plan: data that is whole before the first write, sorted, JSON-able, and the same whoever asks for it. */
import type { Change, Part } from './change.ts';
import type { FailureReport } from './failure.ts';
import type { Objection } from './guards.ts';
import type { LiveRole, Role, Source } from './role.ts';
import type { ShardBy } from './shard.ts';

/** What apply checks just before the write, because only the identity that writes can know it. */
export interface Condition {
  /** Stable, kebab-case, for machines. */
  readonly code: string;
  /** For the reviewer: `needs the custom-roles licence`. */
  readonly text: string;
}

/** Why a permission is granted or revoked, where the role's own list does not say it. Not in the digest. */
export interface Via {
  readonly effect: 'grant' | 'revoke';
  readonly permission: string;
  /** `end`: the last day of an exception is over. */
  readonly kind: 'set' | 'exception' | 'end';
  /** From the set that the role names to the one that lists the permission; else empty. */
  readonly sets: readonly string[];
  /** The last day of an exception, in UTC: YYYY-MM-DD; null: it has none. */
  readonly until: string | null;
  /** Of an exception. */
  readonly reason: string | null;
  readonly source: Source;
}

/** A change as a plan holds it. */
export type PlannedChange = Change & {
  readonly conditions: readonly Condition[];
  /** Parts that the base revision wants too: live differs from what is already merged. Absent without a base. */
  readonly drift?: readonly Part[];
  /** Fields of an update that the files declare; what is live of the others is written as it is. Not in the digest. */
  readonly managed: readonly string[];
  /** Objections of the checks just before the write that this revision accepts. */
  readonly acknowledged: readonly string[];
  /** Absent: the role's own list says it all. */
  readonly via?: readonly Via[];
};

export type Withheld = Change &
  Objection &
  Pick<PlannedChange, 'drift'> & {
    /** The files say that this is known: it is shown, and is no difference that anybody has to act on. */
    readonly known?: true;
  };

/** A safety of the files that the head revision moves away from the base. Never dropped from any output. */
export interface Safeguard {
  /** Stable, kebab-case, for machines: 'role-unmanaged', 'protection-lifted', … */
  readonly code: string;
  readonly target: string;
  readonly role: string | null;
  /** One sentence for the reviewer, without the name of the target. */
  readonly message: string;
  readonly source: Source | null;
}

/** Which live system a target is; part of the digest, so that an approval fits nowhere else. */
export interface Identity {
  readonly name: string;
  readonly provider: string;
  readonly baseUrl: string;
  readonly tenant: string;
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** What a role gains or loses through another one that it holds: nobody wrote it, and its holders have it. */
export interface Reached {
  /** The name after the plan. */
  readonly role: string;
  /** The live id; null for a role that is not live yet. */
  readonly id: string | null;
  readonly direction: 'gains' | 'loses';
  readonly permission: string;
  /** From what the role holds itself to what holds the permission; empty where it held it itself, and that role is deleted. */
  readonly way: readonly string[];
}

export interface PlannedTarget extends Identity {
  readonly changes: readonly PlannedChange[];
  readonly withheld: readonly Withheld[];
  /** Where roles hold roles: what the changes come to beside what they say. Absent: nothing. */
  readonly inTheEnd?: readonly Reached[];
  /** Live roles that no file names; empty where the target says `unmanaged: ignore`. */
  readonly unmanaged: readonly Named[];
  /** How many `unmanaged: ignore` leaves out of `unmanaged`. */
  readonly ignored: number;
  /** What was read, normalised. Not part of the digest. */
  readonly live: readonly (Pick<LiveRole, 'id' | 'builtIn'> & Role)[];
  readonly unchanged: number;
}

export interface FailedTarget extends Identity {
  readonly error: FailureReport;
}

export type TargetPlan = PlannedTarget | FailedTarget;

export interface Summary {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
  readonly unchanged: number;
  readonly withheld: number;
  readonly unmanaged: number;
}

/** Which parts of a run a plan holds: one that was made with `--shard`, or several of which others are missing. */
export interface PlanPart {
  /** Their numbers, from 1, sorted. */
  readonly shards: readonly number[];
  readonly of: number;
  readonly by: ShardBy;
  /** Of what the whole run plans: parts of different files do not fit together. */
  readonly files: string;
}

export interface Plan {
  readonly formatVersion: 2;
  /** When the live roles were read: ISO 8601, UTC. Not in the digest. */
  readonly at: string;
  readonly tool: { readonly name: 'rolesync'; readonly version: string };
  /** The revision or folder that drift is told apart by; null without one. */
  readonly base: string | null;
  /** Absent: the plan is of all targets that it was asked for. */
  readonly part?: PlanPart;
  readonly safeguards: readonly Safeguard[];
  /** Roles that the files say another way than the base, and leave as they are; absent: none, or no base. Not in the digest. */
  readonly restated?: number;
  readonly targets: readonly TargetPlan[];
  readonly summary: Summary;
  /** What is done, and to which live systems: equal plans have equal digests, however they came about. */
  readonly digest: string;
  /** Of the whole document: a saved plan that was edited in any place is refused. */
  readonly checksum: string;
}

/** Numbers of the parts that a plan does not hold; none of one that is whole. */
export function missingShards({ part }: Pick<Plan, 'part'>): readonly number[] {
  if (part === undefined) return [];
  return Array.from({ length: part.of }, (_, at) => at + 1).filter((number) => !part.shards.includes(number));
}

/** What is withheld and not said to be known. */
export function openWithheld(withheld: readonly Withheld[]): readonly Withheld[] {
  return withheld.filter(({ known }) => known !== true);
}

export function isPlanned(target: TargetPlan): target is PlannedTarget {
  return !('error' in target);
}

/** Whether anything differs from the files, withheld parts included. A target that could not be read counts too. */
export function differs({ targets }: Pick<Plan, 'targets'>): boolean {
  return targets.some(
    (target) => !isPlanned(target) || target.changes.length > 0 || openWithheld(target.withheld).length > 0,
  );
}
