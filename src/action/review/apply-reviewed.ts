/** Has what was reviewed, or what a person released, applied in one go, and keeps what is left as data. */
import type { ApplyEnding } from '../../commands/apply.ts';
import type { Application } from '../../core/outcome.ts';
import type { Plan } from '../../core/plan.ts';
import { unusable } from '../../core/review/applies-to.ts';
import type { Refused } from '../commands.ts';
import type { Step } from '../step.ts';
import { effectKey } from './effects.ts';
import type { Reviewed, Unproven } from './reviewed-plan.ts';
import type { Unapplied } from './unapplied.ts';

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
  /** As the command line has it. */
  readonly exitCode: number;
}

/**
 * Plans of targets that are no longer here are left out, once the current plan shows which. What exceptions of the commit
 * `settled` gave until a day that is over is revoked too: whoever merged the end approved it.
 */
export async function applyReviewed(
  step: Step,
  { reviewed, settled }: Pick<Unapplied, 'reviewed' | 'settled'>,
): Promise<Attempt> {
  const { drift, targets } = step.context.inputs;
  let used: readonly Reviewed[] = [];
  let left: readonly Unproven[] = [];
  const ending = await step.commands.apply({
    ...(drift === 'repair' && { includeDrift: true }),
    ...(settled !== undefined && { includeEnded: true, endsOf: settled }),
    reviewed: {
      plans: reviewed.map(({ plan }) => plan),
      usable: (now) => {
        const judged = reviewed.map((one) => ({ one, why: unusable(one.plan, now, targets.length > 0) }));
        used = judged.flatMap(({ one, why }) => (why === undefined ? one : []));
        left = judged.flatMap(({ one, why }) => (why === undefined ? [] : { pull: one.pull, why: `its plan ${why}` }));
        return used.map(({ plan }) => plan);
      },
      isSpent: (target, change, part, since) =>
        reviewed.some(({ plan, spent }) => plan.at === since && spent.includes(effectKey(target, change, part))),
    },
  });
  const attempt = await attemptOf(step, ending);
  const told = used.length > 0 || wrote(attempt.application);
  return { ...attempt, used, left, application: told ? attempt.application : undefined };
}

/** Not only held back. */
function wrote(application: Application | undefined): boolean {
  return application?.targets.some(({ outcomes }) => outcomes.some(({ status }) => status !== 'withheld')) === true;
}

/** All of the current plan, if it is the released one; nothing otherwise. */
export async function applyReleased(step: Step, digest: string): Promise<Attempt> {
  return { ...(await attemptOf(step, await step.commands.apply({ approve: digest }))), used: [], left: [] };
}

type Ended = Omit<Attempt, 'used' | 'left'>;

/** The command looked last; only where it wrote and did not look again does somebody have to. */
async function attemptOf(step: Step, { exitCode, application, last, refused }: ApplyEnding): Promise<Ended> {
  const ended: Ended = { application, refused, exitCode, now: undefined };
  if (exitCode === 0 || (application === undefined && last === undefined)) return ended;
  if (last !== undefined) return { ...ended, now: last };
  const planned = await step.commands.plan();
  return 'refused' in planned ? { ...ended, refused: planned.refused } : { ...ended, now: planned.plan };
}
