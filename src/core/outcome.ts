/** What became of each change of an applied plan, and whether a second look at the provider agrees. */

import type { Change } from './change.ts';
import type { FailureReport } from './failure.ts';
import { openWithheld, type Withheld } from './plan.ts';
import type { Role } from './role.ts';

/**
 * `moved`: the live role is not what was planned or reviewed any more, so nothing was written to it. `uncertain`: the answer
 * to the write was lost, and the provider could not say afterwards what became of it.
 */
export type Status = 'done' | 'failed' | 'skipped' | 'withheld' | 'moved' | 'uncertain';

/** How a live role moved: what was reviewed or planned, what was live then, what is live now. */
export interface Movement {
  readonly reason: string;
  /** What moved, a sentence each. */
  readonly moved: readonly string[];
  readonly wanted: Role | null;
  readonly liveThen: Role | null;
  readonly liveNow: Role | null;
}

export interface Outcome {
  readonly action: Change['action'];
  readonly role: string;
  /** The live id; of a create that is done, the new one. */
  readonly id: string | null;
  readonly status: Status;
  readonly error?: FailureReport;
  /** Of status `moved` alone. */
  readonly movement?: Movement;
}

export interface AppliedTarget {
  readonly name: string;
  /** Why nothing of this target was planned, or why it could not be looked at afterwards. */
  readonly error?: FailureReport;
  readonly outcomes: readonly Outcome[];
  readonly withheld: readonly Withheld[];
  /** What else to know of the approval, as sentences. */
  readonly notes: readonly string[];
  /** The next plan holds nothing but what is reported here; null: nothing was written, or it could not be looked at. */
  readonly verified: boolean | null;
}

export interface Application {
  readonly formatVersion: 2;
  readonly targets: readonly AppliedTarget[];
  readonly summary: Readonly<Record<Status, number>>;
  /** Of the plan that was applied. */
  readonly digest: string;
}

export function outcomeOf(change: Change, status: Status, error?: FailureReport): Outcome {
  const { action, role, id } = change;
  return { action, role, id, status, ...(error && { error }) };
}

export function movedOutcome(change: Pick<Outcome, 'action' | 'role' | 'id'>, movement: Movement): Outcome {
  const { action, role, id } = change;
  const message = [`nothing was written, because ${movement.reason}`, ...movement.moved].join('; ');
  return { action, role, id, status: 'moved', error: { code: 'moved', message }, movement };
}

export function summariseOutcomes(targets: readonly AppliedTarget[]): Application['summary'] {
  const all = targets.flatMap((target) => target.outcomes);
  const count = (status: Status) => all.filter((outcome) => outcome.status === status).length;
  return {
    done: count('done'),
    failed: count('failed'),
    skipped: count('skipped'),
    withheld: count('withheld') + targets.reduce((sum, target) => sum + openWithheld(target.withheld).length, 0),
    moved: count('moved'),
    uncertain: count('uncertain'),
  };
}
