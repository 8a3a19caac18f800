/** Has what was reviewed applied, as far as the files of the reviews can be used, and looks at what is left. */
import type { Application } from '../core/outcome.ts';
import type { Plan } from '../core/plan.ts';
import { unusable } from '../core/review/applies-to.ts';
import { planNow } from './plan-now.ts';
import type { Reviewed, Unproven } from './reviewed.ts';
import { isRefused, type Refused } from './rolesync.ts';
import type { ActionRun } from './run.ts';

export interface Attempt {
  /** undefined: there was no plan to go by, and nothing was written. */
  readonly application: Application | undefined;
  /** What differs now; undefined: nothing, or the run could not begin. */
  readonly now: Plan | undefined;
  /** Plans that were gone by. */
  readonly used: readonly Reviewed[];
  /** Plans that were not, and why. */
  readonly left: readonly Unproven[];
  /** Why nothing could be done at all. */
  readonly refused: Refused | undefined;
  /** Of the command line. */
  readonly exitCode: number;
}

export async function applyReviewed(run: ActionRun, reviewed: readonly Reviewed[]): Promise<Attempt> {
  if (reviewed.length === 0) return planOnly(run, []);
  const first = await attempt(run, reviewed, []);
  if (first.refused?.error?.code !== 'refused') return first;
  // One of the files is not about what is here now. Nothing was written; the plan of now tells which.
  const planned = await planNow(run);
  if ('problems' in planned) return { ...first, refused: planned };
  const part = run.context.inputs.targets.length > 0;
  const judged = reviewed.map((one) => ({ one, why: unusable(one.plan, planned.plan, part) }));
  const usable = judged.flatMap(({ one, why }) => (why === undefined ? one : []));
  const left = judged.flatMap(({ one, why }) => (why === undefined ? [] : { pull: one.pull, why: `its plan ${why}` }));
  if (left.length === 0) return first;
  if (usable.length > 0) return attempt(run, usable, left);
  return { ...nothing, now: planned.plan, left, exitCode: planned.exitCode };
}

const nothing = { application: undefined, now: undefined, used: [], left: [], refused: undefined } as const;

async function attempt(run: ActionRun, used: readonly Reviewed[], left: readonly Unproven[]): Promise<Attempt> {
  const { drift } = run.context.inputs;
  const files = used.flatMap(({ file }) => ['--plan', file]);
  const { exitCode, document } = await run.command.apply(...files, ...(drift === 'repair' ? ['--include-drift'] : []));
  if (isRefused(document)) return { ...nothing, left, refused: document, exitCode };
  const done = { ...nothing, application: document, used, left, exitCode };
  if (exitCode === 0) return done;
  const planned = await planNow(run);
  return 'problems' in planned ? { ...done, refused: planned } : { ...done, now: planned.plan };
}

async function planOnly(run: ActionRun, left: readonly Unproven[]): Promise<Attempt> {
  const planned = await planNow(run);
  if ('problems' in planned) return { ...nothing, left, refused: planned, exitCode: 1 };
  return { ...nothing, left, now: planned.plan, exitCode: planned.exitCode };
}
