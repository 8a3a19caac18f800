/** The reviewed plans of merged pull requests, fetched as evidence and put on disk. It decides nothing of their effects. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPlan } from '../commands/plan-file.ts';
import { Failure } from '../core/failure.ts';
import type { Plan } from '../core/plan.ts';
import { type Artifact, artifactsNamed, contentsOf, workflowRun } from './artifacts.ts';
import { candidates, faultInAbout, faultInPlanRun, type Merged, planName, type Rules } from './evidence.ts';
import { planFileOf } from './open.ts';
import type { ActionRun } from './run.ts';

export interface Reviewed {
  readonly pull: number;
  readonly head: string;
  /** Absolute. */
  readonly file: string;
  readonly plan: Plan;
}

/** Why a pull request counts as unreviewed: a sentence of our own words. */
export interface Unproven {
  readonly pull: number;
  readonly why: string;
}

export async function reviewedPlan(run: ActionRun, pull: Merged, rules: Rules): Promise<Reviewed | Unproven> {
  const found = candidates(await artifactsNamed(run, planName(pull)), pull);
  if (typeof found === 'string') return { pull: pull.number, why: found };
  const genuine = await firstGenuine(run, found, rules);
  if (genuine === undefined) {
    return { pull: pull.number, why: 'no artifact with the name of its plan comes from the plan workflow' };
  }
  try {
    const files = await contentsOf(run, genuine);
    const fault = faultInAbout(files.get('about.json'), pull, rules);
    if (fault !== undefined) return { pull: pull.number, why: fault };
    return keep(run, { pull: pull.number, head: pull.head }, files.get('plan.json') ?? '');
  } catch (error) {
    return { pull: pull.number, why: `its plan cannot be used: ${faultOf(error)}` };
  }
}

/** Writes a plan to the files of this run and reads it back. @throws Failure for what is no plan. */
export function keep(run: ActionRun, { pull, head }: Pick<Reviewed, 'pull' | 'head'>, text: string): Reviewed {
  const folder = join(run.context.temporary, 'rolesync-reviewed');
  mkdirSync(folder, { recursive: true });
  const name = planFileOf({ pull, head });
  writeFileSync(join(folder, name), text);
  return { pull, head, file: join(folder, name), plan: readPlan(name, folder) };
}

/** What is wrong with a file. That GitHub does not answer is no fault of it, and must not look as if nobody had reviewed. */
export function faultOf(error: unknown): string {
  if (error instanceof Failure && error.code === 'config') return error.message;
  throw error;
}

async function firstGenuine(run: ActionRun, found: readonly Artifact[], rules: Rules): Promise<Artifact | undefined> {
  for (const artifact of found) {
    if (artifact.runId === undefined) continue;
    if (faultInPlanRun(await workflowRun(run, artifact.runId), rules) === undefined) return artifact;
  }
  return undefined;
}
