/** The reviewed plans of merged pull requests, fetched as evidence. It decides nothing of their effects. */
import { parsePlan } from '../../commands/plan-file.ts';
import { Failure } from '../../core/failure.ts';
import type { Plan } from '../../core/plan.ts';
import { type Artifact, artifactsOfRun, contentsOf, workflowRun } from '../github/artifacts.ts';
import { runsNamedFor } from '../github/plan-runs.ts';
import type { Step } from '../step.ts';
import { approvalsOf } from './approvals.ts';
import {
  faultInAbout,
  faultInAge,
  faultInPlanRun,
  isCalledPlan,
  type Merged,
  planThatCounts,
  type Rules,
} from './evidence.ts';

export interface Reviewed {
  readonly pull: number;
  readonly head: string;
  readonly plan: Plan;
  /** Effects of it that were in force after an earlier run, as `effectKey` names them: this review is used up for them. */
  readonly spent: readonly string[];
  /** It was made again between its approval and the merge. */
  readonly remade?: boolean;
}

/** Why a pull request counts as unreviewed: a sentence of our own words. */
export interface Unproven {
  readonly pull: number;
  readonly why: string;
}

export async function reviewedPlan(step: Step, pull: Merged, rules: Rules): Promise<Reviewed | Unproven> {
  const unproven = (why: string): Unproven => ({ pull: pull.number, why });
  const plans = await plansOf(step, pull, rules);
  if (typeof plans === 'string') return unproven(plans);
  const counting = planThatCounts(plans, pull, await approvalsOf(step, pull), rules);
  if (typeof counting === 'string') return unproven(counting);
  try {
    const files = await contentsOf(step, counting.artifact);
    const fault = faultInAbout(files.get('about.json'), pull, rules);
    if (fault !== undefined) return unproven(fault);
    const reviewed = parseReviewed({ pull: pull.number, head: pull.head }, 'plan.json', files.get('plan.json') ?? '');
    const age = faultInAge(reviewed.plan, pull, rules);
    if (age !== undefined) return unproven(age);
    return { ...reviewed, remade: counting.remade };
  } catch (error) {
    return unproven(`its plan cannot be used: ${faultOf(error)}`);
  }
}

/** @throws Failure 'config' for what is no plan; `name` is what messages call it. */
export function parseReviewed({ pull, head }: Pick<Reviewed, 'pull' | 'head'>, name: string, text: string): Reviewed {
  return { pull, head, plan: parsePlan(name, text), spent: [] };
}

/** What is wrong with a file. That GitHub does not answer is no fault of it, and must not look as if nobody had reviewed. */
export function faultOf(error: unknown): string {
  if (error instanceof Failure && error.code === 'config') return error.message;
  throw error;
}

/** More claim it only where somebody makes them up: looking at each would use up what GitHub answers in an hour. */
const mostRuns = 100;

/** Plans of the last commit, by runs of the plan workflow; or why there are none. */
async function plansOf(step: Step, pull: Merged, rules: Rules): Promise<readonly Artifact[] | string> {
  const named = await runsNamedFor(step, pull.head);
  if (named.length > mostRuns) return `more than ${mostRuns} runs claim to have planned its last commit`;
  const found: Artifact[] = [];
  let genuine = 0;
  for (const id of named) {
    const run = await workflowRun(step, id);
    if (run === undefined || faultInPlanRun(run, rules) !== undefined) continue;
    genuine += 1;
    found.push(...(await artifactsOfRun(step, id)).filter((one) => isCalledPlan(one, pull)));
  }
  return named.length > 0 && genuine === 0
    ? 'none of the runs that claim to have planned it belongs to the plan workflow'
    : found;
}
