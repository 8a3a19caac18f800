/** What has been merged and not been applied: pull requests since the last run that finished, and what that one left open. */
import { hasFields } from '../../core/record.ts';
import type { WorkflowRun } from '../github/artifacts.ts';
import { type MergedPull, mergesAmong } from '../github/merged.ts';
import { commitsBetween, needHistory, oldest } from '../github/range.ts';
import type { Step } from '../step.ts';
import type { Rules } from './evidence.ts';
import { lastHandoff } from './handoff.ts';
import { type Reviewed, reviewedPlan, type Unproven } from './reviewed-plan.ts';

export interface Unapplied {
  /** Merged since the last run that finished. */
  readonly pulls: readonly MergedPull[];
  /** Commits since then that no pull request brought. */
  readonly direct: readonly string[];
  /** Plans to go by: of those pull requests, and those handed on. */
  readonly reviewed: readonly Reviewed[];
  readonly unproven: readonly Unproven[];
  /** The newest commit known at which nothing was left to do but to repair drift; undefined where no run finished yet. */
  readonly settled: string | undefined;
  /** Where the range begins; undefined where nothing says so. */
  readonly from: string | undefined;
}

/** `to`: the commit that is applied or looked at. */
export async function unapplied(step: Step, to: string, defaultBranch: string): Promise<Unapplied> {
  const { git } = step;
  needHistory(git);
  const rules = rulesOf(step, defaultBranch);
  const { last, runs } = await lastHandoff(step, to, rules);
  const from = last?.through ?? startWithout(step, runs, to);
  const range = commitsBetween(from, to, git);
  if (range.cut)
    step.warn('More commits than can be checked: pull requests merged by the older ones count as unreviewed');
  const { pulls, direct } = await mergesAmong(step, range, defaultBranch);
  const found: (Reviewed | Unproven)[] = [];
  for (const pull of pulls) found.push(await reviewedPlan(step, pull, rules));
  const fresh = found.filter((one): one is Reviewed => 'plan' in one);
  const again = new Set(fresh.map(keyOf));
  return {
    pulls,
    direct,
    reviewed: [...(last?.plans ?? []).filter((plan) => !again.has(keyOf(plan))), ...fresh],
    unproven: found.filter((one): one is Unproven => 'why' in one),
    settled: oldest([last?.settled], to, git) ?? last?.through,
    from,
  };
}

function keyOf({ pull, head }: Reviewed): string {
  return `${pull} ${head}`;
}

export function rulesOf({ context }: Pick<Step, 'context'>, defaultBranch: string): Rules {
  const { owner, repo, inputs } = context;
  const { planWorkflow, applyWorkflow, requireApproval, maxPlanAge } = inputs;
  return { repository: `${owner}/${repo}`, defaultBranch, planWorkflow, applyWorkflow, requireApproval, maxPlanAge };
}

/** As long as an artifact is kept unless somebody says otherwise: where none is left since then, no run finished. */
const kept = 90 * 24 * 60 * 60 * 1000;

/** Where no run has finished: before this push, or before the first run that did not finish. */
function startWithout({ context, git, now }: Step, runs: readonly WorkflowRun[], to: string): string | undefined {
  const before = hasFields(context.payload) ? context.payload['before'] : undefined;
  const earlier = runs.filter(({ id, createdAt }) => id !== context.runId && Date.parse(createdAt) > now() - kept);
  return oldest(
    [...(context.event === 'push' ? [before] : []), ...earlier.map(({ headSha }) => git.commit(`${headSha}^`))],
    to,
    git,
  );
}
