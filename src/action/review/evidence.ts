/** Whether an artifact is what it is called: judged by the run that left it, never by its name alone. Pure. */
import type { Artifact, WorkflowRun } from '../github/artifacts.ts';
import type { MergedPull } from '../github/merged.ts';
import { isCommitId, isPullNumber, parseFields } from '../untrusted-json.ts';

/** A merged pull request, as far as evidence speaks of it. */
export type Merged = Pick<MergedPull, 'number' | 'head' | 'mergedAt'>;

export interface Rules {
  /** `owner/name` */
  readonly repository: string;
  readonly defaultBranch: string;
  readonly planWorkflow: string;
  readonly applyWorkflow: string;
}

export function planName({ number, head }: Pick<Merged, 'number' | 'head'>): string {
  return `rolesync-plan-${number}-${head}`;
}

/** Of what a run of apply hands on. */
export function handoffName(commit: string): string {
  return `rolesync-open-${commit}`;
}

/** Artifacts that may be the plan that was reviewed, newest first; or why there is none, as the end of "#5: …". */
export function candidates(artifacts: readonly Artifact[], pull: Merged): readonly Artifact[] | string {
  if (artifacts.length === 0) return 'there is no plan of its last commit';
  const inTime = artifacts.filter(({ createdAt }) => Date.parse(createdAt) < Date.parse(pull.mergedAt));
  if (inTime.length === 0) return 'the plan of its last commit was made after the merge';
  const kept = inTime.filter(({ expired }) => !expired);
  return kept.length === 0 ? 'the plan of its last commit has expired' : kept;
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
 * has it, so the commit must be one of the default branch: the caller looks whether it is.
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
}

/** What is wrong with the `about.json` of a plan, as the end of "#5: …"; undefined: it speaks of this pull request. */
export function faultInAbout(text: string | undefined, pull: Merged, { repository }: Rules): string | undefined {
  const about = parseAbout(text);
  if (about === undefined) return 'its plan does not say what it is about';
  const same = about.repository === repository && about.pull === pull.number && about.head === pull.head;
  return same ? undefined : 'its plan is about something else';
}

function parseAbout(text: string | undefined): About | undefined {
  const names = ['at', 'base', 'formatVersion', 'head', 'merge', 'pull', 'repository', 'run'] as const;
  const { formatVersion, repository, pull, head } = parseFields(text ?? '', names) ?? {};
  if (formatVersion !== 1 || typeof repository !== 'string' || !isPullNumber(pull) || !isCommitId(head)) return;
  return { repository, pull, head };
}
