/** Whether an artifact is what it is called: judged by the run that left it, never by its name alone. Pure. */
import type { Plan } from '../../core/plan.ts';
import { type Artifact, newestFirst, type WorkflowRun } from '../github/artifacts.ts';
import type { MergedPull } from '../github/merged.ts';
import { isCommitId, isPullNumber, parseFields } from '../untrusted-json.ts';

/** A merged pull request, as far as evidence speaks of it. */
export type Merged = Pick<MergedPull, 'number' | 'head' | 'mergedAt' | 'author'>;

export interface Rules {
  /** `owner/name` */
  readonly repository: string;
  readonly defaultBranch: string;
  readonly planWorkflow: string;
  readonly applyWorkflow: string;
  /** Only a plan that somebody else than the author has approved counts. */
  readonly requireApproval: boolean;
  /** Milliseconds from a plan to the merge. */
  readonly maxPlanAge: number;
}

/** Of its own for every attempt of every run: a run that is run again overwrites nothing that somebody approved. */
export function planName({ number, head }: Pick<Merged, 'number' | 'head'>, run: number, attempt: number): string {
  return `rolesync-plan-${number}-${head}-${run}-${attempt}`;
}

/** Whether an artifact is called as a plan of this commit that its own run made. */
export function isCalledPlan({ name, runId }: Artifact, pull: Merged): boolean {
  const attempt = Number(/-(\d{1,6})$/.exec(name)?.[1]);
  return runId !== undefined && name === planName(pull, runId, attempt);
}

/** Of what a run of apply hands on. */
export function handoffName(commit: string): string {
  return `rolesync-open-${commit}`;
}

/** The plan that people saw. */
export interface Counting {
  readonly artifact: Artifact;
  /** A newer one was made before the merge: what only that one shows, nobody has approved. */
  readonly remade: boolean;
}

/**
 * Which of the plans of its last commit counts: the newest before the first approval, which is what was seen then; without
 * an approval the newest before the merge, unless one is required. Or why none does, as the end of "#5: …". `approvals`:
 * moments, oldest first. What was made in the very second of an approval or the merge counts as made after it.
 */
export function planThatCounts(
  plans: readonly Artifact[],
  { mergedAt }: Merged,
  approvals: readonly string[],
  { requireApproval }: Pick<Rules, 'requireApproval'>,
): Counting | string {
  const before = (moment: string) =>
    newestFirst(plans).find(({ createdAt }) => Date.parse(createdAt) < Date.parse(moment));
  if (plans.length === 0) return 'its last commit has no plan';
  const last = before(mergedAt);
  if (last === undefined) return 'the plan of its last commit was made after the merge';
  if (approvals.length === 0 && requireApproval) {
    return 'its last commit has no valid approval: that takes somebody who may write to this repository and is not the author';
  }
  // An approval that came before any plan approves none.
  const seen = approvals.length === 0 ? last : approvals.map(before).find((plan) => plan !== undefined);
  if (seen === undefined) return 'it was approved before its last commit had a plan';
  return seen.expired ? 'the plan of its last commit has expired' : { artifact: seen, remade: seen.id !== last.id };
}

/**
 * Why a run cannot have left a reviewed plan; undefined: it can. The workflow of `pull_request_target` is always that of the
 * default branch (https://github.blog/changelog/2025-11-07-actions-pull_request_target-and-environment-branch-protections-changes/).
 */
export function faultInPlanRun(run: WorkflowRun, rules: Rules): string | undefined {
  if (run.repository !== rules.repository || run.headRepository !== rules.repository) return 'another repository';
  if (run.path !== rules.planWorkflow) return 'another workflow';
  return run.event === 'pull_request_target' ? undefined : 'another event';
}

/**
 * Why a run cannot have handed on what is open; undefined: it can. A push or a dispatch runs the workflow as its own commit
 * has it, so the commit must be one of the default branch: the caller checks that.
 */
export function faultInHandoffRun(run: WorkflowRun, rules: Rules): string | undefined {
  if (run.repository !== rules.repository || run.headRepository !== rules.repository) return 'another repository';
  if (run.path !== rules.applyWorkflow) return 'another workflow';
  if (run.headBranch !== rules.defaultBranch) return 'another branch';
  if (!isCommitId(run.headSha)) return 'no commit';
  return run.event === 'push' || run.event === 'workflow_dispatch' ? undefined : 'another event';
}

/** The newest artifact that one of these runs left for its own commit. */
export function newestHandoff(
  artifacts: readonly Artifact[],
  runs: ReadonlyMap<number, WorkflowRun>,
): Artifact | undefined {
  return artifacts.find(({ name, expired, runId }) => {
    const run = runId === undefined ? undefined : runs.get(runId);
    return !expired && run !== undefined && name === handoffName(run.headSha);
  });
}

export interface About {
  readonly repository: string;
  readonly pull: number;
  readonly head: string;
  /** The comment did not hold all of the plan. */
  readonly cut: boolean;
}

/** What is wrong with the `about.json` of a plan, as the end of "#5: …"; undefined: it speaks of this pull request. */
export function faultInAbout(text: string | undefined, pull: Merged, rules: Rules): string | undefined {
  const about = parseAbout(text);
  if (about === undefined) return 'its plan does not say what it is about';
  const { repository, requireApproval } = rules;
  const same = about.repository === repository && about.pull === pull.number && about.head === pull.head;
  if (!same) return 'its plan is about something else';
  return about.cut && requireApproval
    ? 'its plan did not fit in the comment, so the approval does not cover all of it'
    : undefined;
}

/**
 * Why a plan is too old, as the end of "#5: …". Its age ends with the merge: how long an apply takes afterwards is not the
 * fault of whoever reviewed.
 */
export function faultInAge({ at }: Pick<Plan, 'at'>, { mergedAt }: Merged, { maxPlanAge }: Rules): string | undefined {
  const age = Date.parse(mergedAt) - Date.parse(at);
  if (age <= maxPlanAge) return undefined;
  return `its plan was made ${days(age)} days before the merge, and at most ${days(maxPlanAge)} days are accepted (\`max-plan-age\`)`;
}

function days(milliseconds: number): string {
  return String(Math.round(milliseconds / 8_640_000) / 10);
}

function parseAbout(text: string | undefined): About | undefined {
  const names = [
    'at',
    'attempt',
    'base',
    'cut',
    'formatVersion',
    'head',
    'merge',
    'pull',
    'repository',
    'run',
  ] as const;
  const { formatVersion, repository, pull, head, cut } = parseFields(text ?? '', names) ?? {};
  if (formatVersion !== 2 || typeof repository !== 'string' || !isPullNumber(pull) || !isCommitId(head)) return;
  return typeof cut === 'boolean' ? { repository, pull, head, cut } : undefined;
}
