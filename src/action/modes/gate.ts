/** `gate`: applies everything that was held, once somebody other than its author has approved the digest of the current plan. */
import { Failure } from '../../core/failure.ts';
import type { Inputs } from '../context.ts';
import { checkEnvironments } from '../github/environment-protection.ts';
import { mergesAmong } from '../github/merged.ts';
import { commentOn, outcomeComment } from '../github/outcome-comment.ts';
import { commitsBetween } from '../github/range.ts';
import { reportProblems } from '../github/report.ts';
import { isCurrent, superseded } from '../github/superseded.ts';
import { applyReleased } from '../review/apply-reviewed.ts';
import { checkApprover } from '../review/approver.ts';
import { baselineAfter } from '../review/baseline.ts';
import { undone } from '../review/effects.ts';
import { handOn } from '../review/handoff.ts';
import { unapplied } from '../review/unapplied.ts';
import type { Step } from '../step.ts';

/** Red if the current plan is another one, or not all of it could be done. */
export async function gateMode(step: Step): Promise<number> {
  const branch = await checkEnvironments(step.github, step.context);
  const { sha, inputs } = step.context;
  if (inputs.digest === '')
    throw new Failure('config', 'the input `digest` is missing: give the digest that was approved');
  if (!(await isCurrent(step, branch))) return superseded(step);
  const work = await unapplied(step, sha, branch);
  // Held may be anything that was merged since nothing was left open.
  const since = await mergesAmong(step, commitsBetween(work.settled ?? work.from, sha, step.git), branch);
  if ((await checkApprover(step, since)) === 'awaited') return awaited(step, inputs);
  const attempt = await applyReleased(step, inputs.digest);
  const { application, now, refused, exitCode } = attempt;
  const open = now === undefined ? [] : undone(work.reviewed, now, application, inputs.drift === 'repair');
  if (refused === undefined) handOn(step, await baselineAfter(step, now, open, work), open);
  for (const [name, amount] of Object.entries(application?.summary ?? {})) step.output(name, amount);
  step.output('superseded', false);
  step.output('digest', now?.digest ?? '');
  if (refused !== undefined) {
    reportProblems(step, refused.problems);
    step.fail(refused.error.message);
  }
  const left = application === undefined ? [] : open;
  await step.summary(outcomeComment(step, attempt, [], left, 'summary'));
  const numbers = [...since.pulls.map(({ number }) => number), ...work.reviewed.map(({ pull }) => pull)];
  await commentOn(step, numbers, outcomeComment(step, attempt, [], left, 'comment'));
  // 3 without a refusal: a guard withholds something for good, and everything that can be done is done.
  return exitCode === 3 && refused === undefined && open.length === 0 ? 0 : exitCode;
}

/** Nothing is wrong and nothing is written: who may approve does so by hand, where the environment cannot ask. */
function awaited(step: Step, { environment, digest }: Inputs): number {
  step.warn(
    `nobody approved this run, so nothing was written: give the environment \`${environment}\` required reviewers, or run the workflow by hand with the digest ${digest}`,
  );
  step.output('superseded', false);
  step.output('digest', digest);
  return 0;
}
