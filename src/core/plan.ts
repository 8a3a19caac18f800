/** A plan: data that is whole before the first write, sorted, JSON-able, and the same whoever asks for it. */
import type { Change } from './change.ts';
import { digest } from './digest.ts';
import type { FailureReport } from './failure.ts';
import type { Objection } from './guards.ts';
import { byCodeUnit, type LiveRole, type Role } from './role.ts';

export type Withheld = Change & Objection;

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

export interface PlannedTarget extends Identity {
  readonly changes: readonly Change[];
  readonly withheld: readonly Withheld[];
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

export interface Plan {
  readonly formatVersion: 1;
  readonly tool: { readonly name: 'rolesync'; readonly version: string };
  readonly targets: readonly TargetPlan[];
  readonly summary: Summary;
  readonly digest: string;
}

export function isPlanned(target: TargetPlan): target is PlannedTarget {
  return !('error' in target);
}

/** Whether anything differs from the files, withheld parts included. A target that could not be read counts too. */
export function differs(plan: Plan): boolean {
  return plan.targets.some((target) => !isPlanned(target) || target.changes.length > 0 || target.withheld.length > 0);
}

/** The targets of a run as one plan. */
export function assemble(targets: readonly TargetPlan[], version: string): Plan {
  const sorted = [...targets].sort((a, b) => byCodeUnit(a.name, b.name));
  return {
    formatVersion: 1,
    tool: { name: 'rolesync', version },
    targets: sorted,
    summary: summarise(sorted),
    digest: digest(sorted),
  };
}

function summarise(targets: readonly TargetPlan[]): Summary {
  const planned = targets.filter(isPlanned);
  const total = (count: (target: PlannedTarget) => number) => planned.reduce((sum, target) => sum + count(target), 0);
  const acting = (action: Change['action']) =>
    total((target) => target.changes.filter((change) => change.action === action).length);
  return {
    create: acting('create'),
    update: acting('update'),
    delete: acting('delete'),
    unchanged: total((target) => target.unchanged),
    withheld: total((target) => target.withheld.length),
    unmanaged: total((target) => target.unmanaged.length + target.ignored),
  };
}
