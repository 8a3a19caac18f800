/** The reviewed plans of merged pull requests, fetched as evidence. It decides nothing of their effects. */
import { parsePlan } from '../../commands/plan-file.ts';
import { Failure } from '../../core/failure.ts';
import type { Plan } from '../../core/plan.ts';
import { type Artifact, artifactsNamed, contentsOf, workflowRun } from '../github/artifacts.ts';
import type { Step } from '../step.ts';
import { candidates, faultInAbout, faultInPlanRun, type Merged, planName, type Rules } from './evidence.ts';

export interface Reviewed {
  readonly pull: number;
  readonly head: string;
  readonly plan: Plan;
}

/** Why a pull request counts as unreviewed: a sentence of our own words. */
export interface Unproven {
  readonly pull: number;
  readonly why: string;
}

export async function reviewedPlan(step: Step, pull: Merged, rules: Rules): Promise<Reviewed | Unproven> {
  const found = candidates(await artifactsNamed(step, planName(pull)), pull);
  if (typeof found === 'string') return { pull: pull.number, why: found };
  const genuine = await firstGenuine(step, found, rules);
  if (genuine === undefined) {
    return { pull: pull.number, why: 'no artifact with the name of its plan comes from the plan workflow' };
  }
  try {
    const files = await contentsOf(step, genuine);
    const fault = faultInAbout(files.get('about.json'), pull, rules);
    if (fault !== undefined) return { pull: pull.number, why: fault };
    return parseReviewed({ pull: pull.number, head: pull.head }, 'plan.json', files.get('plan.json') ?? '');
  } catch (error) {
    return { pull: pull.number, why: `its plan cannot be used: ${faultOf(error)}` };
  }
}

/** @throws Failure 'config' for what is no plan; `name` is what messages call it. */
export function parseReviewed({ pull, head }: Pick<Reviewed, 'pull' | 'head'>, name: string, text: string): Reviewed {
  return { pull, head, plan: parsePlan(name, text) };
}

/** What is wrong with a file. That GitHub does not answer is no fault of it, and must not look as if nobody had reviewed. */
export function faultOf(error: unknown): string {
  if (error instanceof Failure && error.code === 'config') return error.message;
  throw error;
}

async function firstGenuine(step: Step, found: readonly Artifact[], rules: Rules): Promise<Artifact | undefined> {
  for (const artifact of found) {
    if (artifact.runId === undefined) continue;
    if (faultInPlanRun(await workflowRun(step, artifact.runId), rules) === undefined) return artifact;
  }
  return undefined;
}
