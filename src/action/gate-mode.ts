/** `gate`: what was held is applied, all of it, once somebody who did not bring it has approved the digest of the plan of now. */
import { Failure } from '../core/failure.ts';
import type { Attempt } from './apply-reviewed.ts';
import { checkApprover } from './approver.ts';
import { isCurrent } from './branch.ts';
import type { Inputs } from './context.ts';
import { undone } from './effects.ts';
import { checkFence } from './fence.ts';
import { handOn } from './hand-on.ts';
import { mergesAmong } from './merged.ts';
import { commentOn, outcomeComment } from './outcome-comment.ts';
import { planNow } from './plan-now.ts';
import { commitsBetween } from './range.ts';
import { reportProblems } from './report.ts';
import { isRefused } from './rolesync.ts';
import type { ActionRun } from './run.ts';
import { settledAt } from './settled.ts';
import { superseded } from './superseded.ts';
import { unapplied } from './unapplied.ts';

/** Red where the plan of now is another one, or not all of it could be done. */
export async function gateMode(run: ActionRun): Promise<number> {
  const branch = await checkFence(run.github, run.context);
  const { sha, inputs } = run.context;
  if (inputs.digest === '') throw new Failure('config', 'the input `digest` is missing: it is what was approved');
  if (!(await isCurrent(run, branch))) return superseded(run);
  const work = await unapplied(run, sha, branch);
  // Held may be anything that was merged since nothing was left open.
  const since = await mergesAmong(run, commitsBetween(work.settled ?? work.from, sha, run.git), branch);
  if ((await checkApprover(run, since)) === 'awaited') return awaited(run, inputs);
  const attempt = await applyDigest(run, inputs.digest);
  const { application, now, refused, exitCode } = attempt;
  const open = now === undefined ? [] : undone(work.reviewed, now, application, inputs.drift === 'repair');
  if (refused === undefined) handOn(run, await settledAt(run, attempt, open, work), open);
  for (const [name, amount] of Object.entries(application?.summary ?? {})) run.output(name, amount);
  run.output('superseded', false);
  run.output('digest', now?.digest ?? '');
  if (refused !== undefined) {
    reportProblems(run, refused.problems);
    run.fail(refused.error?.message ?? 'the role files have mistakes');
  }
  const body = outcomeComment(run.context, attempt, [], application === undefined ? [] : open);
  await run.summary(body);
  const numbers = [...since.pulls.map(({ number }) => number), ...work.reviewed.map(({ pull }) => pull)];
  await commentOn(run, numbers, body);
  // 3 without a refusal: a guard withholds something for good, and everything that can be done is done.
  return exitCode === 3 && refused === undefined && open.length === 0 ? 0 : exitCode;
}

/** Nothing is wrong and nothing is written: who may approve does so by hand, where the environment cannot ask. */
function awaited(run: ActionRun, { environment, digest }: Inputs): number {
  run.warn(
    `nobody approved this run, so nothing was written: give the environment \`${environment}\` required reviewers, or run the workflow by hand with the digest ${digest}`,
  );
  run.output('superseded', false);
  run.output('digest', digest);
  return 0;
}

async function applyDigest(run: ActionRun, digest: string): Promise<Attempt> {
  const { exitCode, document } = await run.command.apply('--approve', digest);
  const refused = isRefused(document) ? document : undefined;
  const application = isRefused(document) ? undefined : document;
  const nothing = { application, used: [], left: [], refused, exitCode, now: undefined };
  if (exitCode === 0) return nothing;
  const planned = await planNow(run);
  return 'problems' in planned ? { ...nothing, refused: refused ?? planned } : { ...nothing, now: planned.plan };
}
