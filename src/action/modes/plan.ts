/** `plan`: what merging a pull request would change, planned with the default branch's trust. It writes to no provider. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { isPlanned, type Plan } from '../../core/plan.ts';
import { verdict } from '../../render/verdict.ts';
import type { NotPlanned } from '../commands.ts';
import { checkEnvironments } from '../github/environment-protection.ts';
import { fetchMerge, type MergeResult, trustedCommit } from '../github/merge-result.ts';
import { failureText, type Made, type Pending, planComment, planningText } from '../github/plan-comment.ts';
import { type PullEvent, pullEvent, readPull } from '../github/pull.ts';
import { reportPlan, reportProblems } from '../github/report.ts';
import { type PlanView, planView } from '../github/view.ts';
import { planName } from '../review/evidence.ts';
import type { Step } from '../step.ts';
import { validateMode } from './validate.ts';

/** Red where there is no plan, or a target could not be read. A run for an older head ends green and changes nothing. */
export async function planMode(step: Step): Promise<number> {
  const event = pullEvent(step.context.payload);
  if (event === undefined || step.context.event !== 'pull_request_target') {
    throw new Failure('config', 'the mode `plan` is for the event `pull_request_target`: see docs/ci.md');
  }
  const now = await readPull(step.github, step.context, event.number);
  if (now.stranger !== undefined) {
    step.say(`#${event.number} is only validated, because ${now.stranger}.`);
    return validateMode(step);
  }
  if (now.head !== event.head) return superseded(step, 'it has a newer head');
  if (!now.open) return superseded(step, 'it is no longer open');
  return plan(step, event, now.base);
}

async function plan(step: Step, event: PullEvent, into: string): Promise<number> {
  const view = planView(step, event);
  const { runUrl } = step.context;
  try {
    const branch = await checkEnvironments(step.github, step.context);
    if (into !== branch) return superseded(step, 'it does not target the default branch');
    const begun = await view.show('pending', 'Reading the live roles', planningText(event.head, runUrl));
    if (!begun) return superseded(step, 'it has a newer head');
    const result = await fetchMerge(step, event);
    if (result === 'moved') {
      await view.abandon();
      return superseded(step, 'it has a newer head');
    }
    return await planMerge(step, event, { ...result, branch }, view);
  } catch (error) {
    // Whatever it is: the plan of another head must not stand there as if it were of this one.
    const message = error instanceof Failure ? error.message : 'rolesync broke: this is a bug, and the log shows where';
    await view.show('failure', 'No plan: see the run', failureText(event.head, runUrl, message)).catch(() => {
      step.warn('The comment and the status could not be written.');
    });
    throw error;
  }
}

type Merge = MergeResult & { readonly branch: string };

async function planMerge(step: Step, event: PullEvent, result: Merge, view: PlanView): Promise<number> {
  const folder = join(step.context.temporary, 'rolesync-plan');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const trust = trustedCommit(step, result.branch);
  const { commit, base } = result;
  if (!step.git.isAncestor(base, trust)) {
    // Whoever changes the base branch in the middle of a run would choose what counts as drift.
    const hint = 'run this job again, and give actions/checkout `fetch-depth: 0`';
    throw new Failure('config', `GitHub based the merge on a commit that is not on the default branch: ${hint}`);
  }
  const file = join(folder, 'plan.json');
  const planned = await step.commands.plan({ rev: commit, base, trust, out: file });
  if ('refused' in planned) return noPlan(step, event, planned, view);
  const { plan: made, exitCode } = planned;

  const at = step.now();
  await reportPlan(step, made);
  const comment = planComment(made, madeOf(step, event, result, at), await pendingParts(step, made), step.accessOf);
  const shown = await view.show(exitCode === 0 ? 'success' : 'failure', verdict(made, step.accessOf), comment.text);
  // A plan that nobody was shown is none that anybody can approve.
  if (shown) leaveAbout(step, event, { ...result, at, cut: comment.cut }, folder);
  else superseded(step, 'it has a newer head');
  return exitCode;
}

async function noPlan(step: Step, { head }: PullEvent, { refused, exitCode }: NotPlanned, view: PlanView) {
  const { message } = refused.error;
  const body = failureText(head, step.context.runUrl, message, refused.problems);
  reportProblems(step, refused.problems);
  step.fail(message);
  await step.summary(body);
  await view.show('failure', 'No plan: see the comment or the run', body);
  return exitCode;
}

function madeOf({ context }: Step, event: PullEvent, { commit, base, branch }: Merge, at: number): Made {
  const { owner, repo, runUrl, runId, attempt, inputs } = context;
  return {
    ...{ head: event.head, base, merge: commit, branch, at, runUrl, run: runId },
    repository: `${owner}/${repo}`,
    artifact: planName(event, runId, attempt),
    requireApproval: inputs.requireApproval,
  };
}

type Shown = MergeResult & {
  readonly at: number;
  /** The comment does not hold all of it. */
  readonly cut: boolean;
};

/** Names the plan for whoever applies it; the workflow uploads both files as one artifact. */
function leaveAbout(step: Step, event: PullEvent, { commit, base, at, cut }: Shown, folder: string): void {
  const { owner, repo, runId, attempt } = step.context;
  const about = {
    formatVersion: 2,
    repository: `${owner}/${repo}`,
    pull: event.number,
    head: event.head,
    base,
    merge: commit,
    run: runId,
    attempt,
    at: new Date(at).toISOString(),
    cut,
  };
  writeFileSync(join(folder, 'about.json'), `${JSON.stringify(about, null, 2)}\n`);
  step.output('artifact-name', planName(event, runId, attempt));
  step.output('artifact-path', folder);
}

/** A note for the reader: a plan without it is still a plan. */
async function pendingParts(step: Step, plan: Plan): Promise<Pending> {
  const drifted = plan.targets.filter(isPlanned).flatMap(({ changes }) => changes.flatMap(({ drift }) => drift ?? []));
  if (drifted.length === 0) return new Map();
  try {
    const { pendingOf } = await import('../review/pending.ts');
    return await pendingOf(step, plan);
  } catch (error) {
    const why = error instanceof Failure ? `: ${error.message}` : '';
    step.warn(`Drift that is pending from another pull request is not shown separately${why}`);
    return new Map();
  }
}

function superseded(step: Step, why: string): number {
  step.say(`Superseded, nothing is planned: ${why}.`);
  step.output('superseded', true);
  return 0;
}
