/** `apply`: what was merged is applied, as far as it was reviewed; the rest is held, said, and handed on. */
import { isPlanned, type Plan } from '../../core/plan.ts';
import { checkEnvironments } from '../github/environment-protection.ts';
import { commentOn, outcomeComment } from '../github/outcome-comment.ts';
import { reportProblems } from '../github/report.ts';
import { isCurrent, superseded } from '../github/superseded.ts';
import { type Attempt, applyReviewed } from '../review/apply-reviewed.ts';
import { baselineAfter } from '../review/baseline.ts';
import { undone } from '../review/effects.ts';
import { handOn } from '../review/handoff.ts';
import type { Reviewed } from '../review/reviewed-plan.ts';
import { type Unapplied, unapplied } from '../review/unapplied.ts';
import type { Step } from '../step.ts';

/**
 * Red where something that was approved is not done, or a target could not be read; green with a warning where only what
 * nobody reviewed is held.
 */
export async function applyMode(step: Step): Promise<number> {
  const branch = await checkEnvironments(step.github, step.context);
  if (!(await isCurrent(step, branch))) return superseded(step);
  const { sha, inputs } = step.context;
  const work = await unapplied(step, sha, branch);
  step.say(summaryOf(work));
  const attempt = await applyReviewed(step, work);
  const { now, application, used, refused } = attempt;
  const open = now === undefined ? [] : undone(used, now, application, inputs.drift === 'repair');
  // A run that could not look is one that did not finish: the next one begins where this one did.
  if (refused === undefined) handOn(step, await baselineAfter(step, now, open, work), open);
  outputs(step, attempt);
  await tell(step, work, attempt, open);
  return exitCodeOf(attempt, open);
}

function summaryOf({ pulls, reviewed, direct }: Unapplied): string {
  const numbers = (list: readonly number[]) => (list.length === 0 ? 'none' : list.map((one) => `#${one}`).join(', '));
  return [
    `Merged since the last run that finished: ${numbers(pulls.map(({ number }) => number))}.`,
    `Reviewed plans to go by: ${numbers(reviewed.map(({ pull }) => pull))}.`,
    `Commits that no pull request brought: ${direct.length}.`,
  ].join('\n');
}

function outputs(step: Step, { application, now }: Attempt): void {
  const counts = application?.summary ?? { done: 0, failed: 0, skipped: 0, withheld: 0, uncertain: 0 };
  for (const [name, amount] of Object.entries(counts)) step.output(name, amount);
  const held = now !== undefined && waits(now);
  step.output('superseded', false);
  step.output('held', held);
  step.output('digest', held ? now.digest : '');
}

function waits({ targets }: Plan): boolean {
  return targets.some((target) => isPlanned(target) && target.changes.length > 0);
}

async function tell(step: Step, work: Unapplied, attempt: Attempt, open: readonly Reviewed[]): Promise<void> {
  const unproven = [...work.unproven, ...attempt.left];
  const held = attempt.now !== undefined && waits(attempt.now);
  for (const { pull, why } of unproven) step.warn(`#${pull}: ${why}; its changes count as unreviewed`);
  if (attempt.refused !== undefined) {
    reportProblems(step, attempt.refused.problems);
    step.fail(attempt.refused.error.message);
  }
  for (const { pull } of open) step.fail(`#${pull}: approved, and not all of it is done; the next run tries again`);
  const remade = held ? attempt.used.flatMap(({ pull, remade: again }) => (again === true ? [pull] : [])) : [];
  for (const pull of remade) {
    step.warn(`#${pull}: it was planned again after its approval; what only the newer plan shows is held`);
  }
  if (held) step.warn('Something is held: it waits for an approval. The summary of this run shows it.');
  const unseen = [...unproven, ...remade.map((pull) => ({ pull, why: 'what was planned only after its approval' }))];
  const body = (place: 'comment' | 'summary') => outcomeComment(step, attempt, unseen, open, place);
  await step.summary(body('summary'));
  // A pull request that changes no role is left in peace.
  const changing = work.reviewed.filter(({ plan }) => waits(plan)).map(({ pull }) => pull);
  const unsure = held || attempt.refused !== undefined ? unproven.map(({ pull }) => pull) : [];
  await commentOn(step, [...changing, ...unsure], body('comment'));
}

function exitCodeOf({ exitCode, refused }: Attempt, open: readonly Reviewed[]): number {
  if (refused !== undefined) return Math.max(1, exitCode);
  if (open.length > 0) return 1;
  // 3: something is held or withheld, and nothing of it was approved.
  return exitCode === 3 ? 0 : exitCode;
}
