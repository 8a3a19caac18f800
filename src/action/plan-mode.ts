/** `plan`: what merging a pull request would change, planned with the default branch's trust. It writes to no provider. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../core/failure.ts';
import { isPlanned, type Plan } from '../core/plan.ts';
import { accessOf } from '../providers/catalogue/access.ts';
import { verdict } from '../render/verdict.ts';
import { checkFence } from './fence.ts';
import { fetchMerge, type MergeResult, trustedCommit } from './merge-result.ts';
import { failureText, type Pending, planComment, planningText } from './plan-comment.ts';
import { type PlanView, planView } from './plan-view.ts';
import { type PullEvent, pullEvent, readPull } from './pull.ts';
import { reportPlan, reportProblems } from './report.ts';
import { isRefused, type Refused } from './rolesync.ts';
import type { ActionRun } from './run.ts';
import { validateMode } from './validate-mode.ts';

/** Red where there is no plan, or a target could not be read. A run for an older head ends green and changes nothing. */
export async function planMode(run: ActionRun): Promise<number> {
  const event = pullEvent(run.context.payload);
  if (event === undefined || run.context.event !== 'pull_request_target') {
    throw new Failure('config', 'the mode `plan` is for the event `pull_request_target`: see docs/ci.md');
  }
  const now = await readPull(run.github, run.context, event.number);
  if (now.stranger !== undefined) {
    run.say(`#${event.number} is validated only, because ${now.stranger}.`);
    return validateMode(run);
  }
  if (now.head !== event.head) return superseded(run, 'it has another head by now');
  if (!now.open) return superseded(run, 'it is not open any more');
  return plan(run, event, now.base);
}

async function plan(run: ActionRun, event: PullEvent, into: string): Promise<number> {
  const view = planView(run, event);
  const { runUrl } = run.context;
  try {
    const branch = await checkFence(run.github, run.context);
    if (into !== branch) return superseded(run, 'it is not for the default branch');
    const begun = await view.show('pending', 'Reading the live roles', planningText(event.head, runUrl));
    if (!begun) return superseded(run, 'it has another head by now');
    const result = await fetchMerge(run, event);
    if (result === 'moved') {
      await view.abandon();
      return superseded(run, 'it has another head by now');
    }
    return await planMerge(run, event, { ...result, branch }, view);
  } catch (error) {
    // Whatever it is: the plan of another head must not stand there as if it were of this one.
    const message = error instanceof Failure ? error.message : 'rolesync broke: this is a bug, and the log shows where';
    await view.show('failure', 'No plan: see the run', failureText(event.head, runUrl, message)).catch(() => {
      run.warn('The comment and the status could not be written.');
    });
    throw error;
  }
}

type Target = MergeResult & { readonly branch: string };

async function planMerge(run: ActionRun, event: PullEvent, result: Target, view: PlanView): Promise<number> {
  const folder = join(run.context.temporary, 'rolesync-plan');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const trust = trustedCommit(run, result.branch);
  const { commit, base } = result;
  if (!run.git.isAncestor(base, trust)) {
    // Whoever changes the base branch in the middle of a run would choose what counts as drift.
    const hint = 'run this job again, and give actions/checkout `fetch-depth: 0`';
    throw new Failure('config', `GitHub made the merge onto a commit that is not on the default branch: ${hint}`);
  }
  const file = join(folder, 'plan.json');
  const { exitCode, document } = await run.command.plan(
    ...['--rev', commit, '--base', base, '--trust', trust, '--out', file],
  );
  if (isRefused(document)) return noPlan(run, event, document, exitCode, view);

  const at = run.now();
  leaveAbout(run, event, result, at, folder);
  await reportPlan(run, document);
  const { runUrl } = run.context;
  const made = { head: event.head, base, merge: commit, branch: result.branch, at, runUrl };
  const body = planComment(document, made, await pendingParts(run, document));
  const shown = await view.show(exitCode === 0 ? 'success' : 'failure', verdict(document, accessOf), body);
  if (!shown) superseded(run, 'it has another head by now');
  return exitCode;
}

async function noPlan(run: ActionRun, { head }: PullEvent, refused: Refused, exitCode: number, view: PlanView) {
  const message = refused.error?.message ?? 'the role files have mistakes';
  const body = failureText(head, run.context.runUrl, message, refused.problems);
  reportProblems(run, refused.problems);
  run.fail(message);
  await run.summary(body);
  await view.show('failure', 'No plan: see the comment or the run', body);
  return exitCode;
}

/** Names the plan for whoever applies it; the workflow uploads both files as one artifact. */
function leaveAbout(run: ActionRun, event: PullEvent, { commit, base }: Target, at: number, folder: string): void {
  const { owner, repo, runId } = run.context;
  const about = {
    formatVersion: 1,
    repository: `${owner}/${repo}`,
    pull: event.number,
    head: event.head,
    base,
    merge: commit,
    run: runId,
    at: new Date(at).toISOString(),
  };
  writeFileSync(join(folder, 'about.json'), `${JSON.stringify(about, null, 2)}\n`);
  run.output('artifact-name', `rolesync-plan-${event.number}-${event.head}`);
  run.output('artifact-path', folder);
}

/** A note for the reader: a plan without it is still a plan. */
async function pendingParts(run: ActionRun, document: Plan): Promise<Pending> {
  const drifted = document.targets
    .filter(isPlanned)
    .flatMap(({ changes }) => changes.flatMap(({ drift }) => drift ?? []));
  if (drifted.length === 0) return new Map();
  try {
    const { pendingOf } = await import('./pending.ts');
    return await pendingOf(run, document);
  } catch (error) {
    const why = error instanceof Failure ? `: ${error.message}` : '';
    run.warn(`Drift that is pending from another pull request is not told apart${why}`);
    return new Map();
  }
}

function superseded(run: ActionRun, why: string): number {
  run.say(`Superseded, nothing is planned: ${why}.`);
  run.output('superseded', true);
  return 0;
}
