/** What became of each change of an applied plan, and whether a second look at the provider agrees. */

import type { Change } from './change.ts';
import type { FailureReport } from './failure.ts';
import type { Withheld } from './plan.ts';
import type { Refusal } from './review/approve.ts';

/** `uncertain`: the answer to the write was lost, and the provider could not be asked afterwards. */
export type Status = 'done' | 'failed' | 'skipped' | 'withheld' | 'uncertain';

export interface Outcome {
  readonly action: Change['action'];
  readonly role: string;
  /** The live id; of a create that is done, the new one. */
  readonly id: string | null;
  readonly status: Status;
  readonly error?: FailureReport;
}

export interface AppliedTarget {
  readonly name: string;
  /** Why nothing of this target was planned, or why it could not be looked at afterwards. */
  readonly error?: FailureReport;
  readonly outcomes: readonly Outcome[];
  readonly withheld: readonly Withheld[];
  /** Roles that moved since their review; with one of them nothing is written to the target. */
  readonly refused: readonly Refusal[];
  /** What else to know of the approval, as sentences. */
  readonly notes: readonly string[];
  /** The next plan holds nothing but what is reported here; null: nothing was written, or it could not be looked at. */
  readonly verified: boolean | null;
}

export interface Application {
  readonly formatVersion: 1;
  readonly targets: readonly AppliedTarget[];
  readonly summary: Readonly<Record<Status, number>>;
  /** Of the plan that was applied. */
  readonly digest: string;
}

export function outcomeOf(change: Change, status: Status, error?: FailureReport): Outcome {
  const { action, role, id } = change;
  return { action, role, id, status, ...(error && { error }) };
}

export function summariseOutcomes(targets: readonly AppliedTarget[]): Application['summary'] {
  const all = targets.flatMap((target) => target.outcomes);
  const count = (status: Status) => all.filter((outcome) => outcome.status === status).length;
  return {
    done: count('done'),
    failed: count('failed'),
    skipped: count('skipped'),
    withheld: count('withheld') + targets.reduce((sum, target) => sum + target.withheld.length, 0),
    uncertain: count('uncertain'),
  };
}
