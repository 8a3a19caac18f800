/** `apply`: what was merged is applied, as far as it was reviewed; the rest is held, said, and handed on. */
import { isPlanned, type Plan } from '../core/plan.ts';
import { type Attempt, applyReviewed } from './apply-reviewed.ts';
import { isCurrent } from './branch.ts';
import { undone } from './effects.ts';
import { checkFence } from './fence.ts';
import { handOn } from './hand-on.ts';
import { commentOn, outcomeComment } from './outcome-comment.ts';
import { reportProblems } from './report.ts';
import type { Reviewed } from './reviewed.ts';
import type { ActionRun } from './run.ts';
import { settledAt } from './settled.ts';
import { superseded } from './superseded.ts';
import { type Unapplied, unapplied } from './unapplied.ts';

/**
 * Red where something that was approved is not done, or a target could not be read; green with a warning where only what
 * nobody reviewed is held.
 */
export async function applyMode(run: ActionRun): Promise<number> {
  const branch = await checkFence(run.github, run.context);
  if (!(await isCurrent(run, branch))) return superseded(run);
  const { sha, inputs } = run.context;
  const work = await unapplied(run, sha, branch);
  run.say(summaryOf(work));
  const attempt = await applyReviewed(run, work.reviewed);
  const { now, application, used, refused } = attempt;
  const open = now === undefined ? [] : undone(used, now, application, inputs.drift === 'repair');
  // A run that could not look is one that did not finish: the next one begins where this one did.
  if (refused === undefined) handOn(run, await settledAt(run, attempt, open, work), open);
  outputs(run, attempt);
  await tell(run, work, attempt, open);
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

function outputs(run: ActionRun, { application, now }: Attempt): void {
  const counts = application?.summary ?? { done: 0, failed: 0, skipped: 0, withheld: 0, uncertain: 0 };
  for (const [name, amount] of Object.entries(counts)) run.output(name, amount);
  const held = now !== undefined && waits(now);
  run.output('superseded', false);
  run.output('held', held);
  run.output('digest', held ? now.digest : '');
}

function waits({ targets }: Plan): boolean {
  return targets.some((target) => isPlanned(target) && target.changes.length > 0);
}

async function tell(run: ActionRun, work: Unapplied, attempt: Attempt, open: readonly Reviewed[]): Promise<void> {
  const unproven = [...work.unproven, ...attempt.left];
  const held = attempt.now !== undefined && waits(attempt.now);
  for (const { pull, why } of unproven) run.warn(`#${pull}: ${why}; its changes count as unreviewed`);
  if (attempt.refused !== undefined) {
    reportProblems(run, attempt.refused.problems);
    run.fail(attempt.refused.error?.message ?? 'the role files have mistakes');
  }
  for (const { pull } of open) run.fail(`#${pull}: approved, and not all of it is done; the next run tries again`);
  if (held) run.warn('Something is held: it waits for an approval. The summary of this run shows it.');
  const body = outcomeComment(run.context, attempt, unproven, open);
  await run.summary(body);
  // A pull request that changes no role is left in peace.
  const changing = work.reviewed.filter(({ plan }) => waits(plan)).map(({ pull }) => pull);
  const unsure = held || attempt.refused !== undefined ? unproven.map(({ pull }) => pull) : [];
  await commentOn(run, [...changing, ...unsure], body);
}

function exitCodeOf({ exitCode, refused }: Attempt, open: readonly Reviewed[]): number {
  if (refused !== undefined) return Math.max(1, exitCode);
  if (open.length > 0) return 1;
  // 3: something is held or withheld, and nothing of it was approved.
  return exitCode === 3 ? 0 : exitCode;
}
