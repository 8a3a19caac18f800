/** What a run of apply hands on to the next one: written for the workflow to upload, and read back as strictly as foreign data. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { savePlan } from '../../commands/plan-file.ts';
import { Failure } from '../../core/failure.ts';
import { artifactsNamed, contentsOf, runsOf, type WorkflowRun } from '../github/artifacts.ts';
import type { Step } from '../step.ts';
import { fieldsOf, isCommitId, isPullNumber, parseFields } from '../untrusted-json.ts';
import { faultInHandoffRun, handoffName, newestHandoff, type Rules } from './evidence.ts';
import { faultOf, parseReviewed, type Reviewed } from './reviewed-plan.ts';

/** `open.json`. */
export interface Handoff {
  readonly formatVersion: 2;
  /** The commit up to which merged pull requests were looked at. */
  readonly through: string;
  /** The newest commit at which nothing was left to do but to repair drift. */
  readonly settled: string;
  /** Reviewed plans of which something is not done. */
  readonly plans: readonly HandedPlan[];
}

export interface HandedPlan {
  readonly pull: number;
  readonly head: string;
  /** Beside `open.json`. */
  readonly file: string;
  /** Effects of it that are in force, as `effectKey` names them. */
  readonly spent: readonly string[];
}

const listFile = 'open.json';

/** `open`: plans of which something was approved and not done, with what of them is in force already. */
export function handOn(step: Step, settled: string, open: readonly Reviewed[]): void {
  const { temporary, sha } = step.context;
  const folder = join(temporary, 'rolesync-open');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const one of open) savePlan(planFileOf(one), one.plan, folder);
  const plans = open.map(({ pull, head, spent }) => ({ pull, head, file: planFileOf({ pull, head }), spent }));
  const document: Handoff = { formatVersion: 2, through: sha, settled, plans };
  writeFileSync(join(folder, listFile), `${JSON.stringify(document, null, 2)}\n`);
  step.output('artifact-name', handoffName(sha));
  step.output('artifact-path', folder);
}

export interface LastHandoff extends Pick<Handoff, 'through' | 'settled'> {
  /** Plans of which something was approved and not done. */
  readonly plans: readonly Reviewed[];
}

export interface Handed {
  /** What the last run of apply that finished handed on, if there is one that can be believed. */
  readonly last: LastHandoff | undefined;
  /** Runs of apply on the default branch that may have left something, newest first. */
  readonly runs: readonly WorkflowRun[];
}

/** `to`: the commit to which `through` must lead. */
export async function lastHandoff(step: Step, to: string, rules: Rules): Promise<Handed> {
  const { context, git } = step;
  const listed = await runsOf(step, context.inputs.applyWorkflow, rules.defaultBranch);
  const runs = listed.filter(
    (one) =>
      faultInHandoffRun(one, rules) === undefined &&
      git.commit(one.headSha) !== undefined &&
      git.isAncestor(one.headSha, to),
  );
  const byId = new Map(runs.map((one) => [one.id, one]));
  for (const commit of new Set(runs.map(({ headSha }) => headSha))) {
    const artifact = newestHandoff(await artifactsNamed(step, handoffName(commit)), byId);
    if (artifact === undefined) continue;
    try {
      return { last: readHandoff(await contentsOf(step, artifact), commit), runs };
    } catch (error) {
      step.warn(`What the run of ${commit.slice(0, 7)} handed over cannot be used: ${faultOf(error)}`);
    }
  }
  return { last: undefined, runs };
}

function readHandoff(files: ReadonlyMap<string, string>, commit: string): LastHandoff {
  const handoff = parseHandoff(files.get(listFile) ?? '');
  if (handoff.through !== commit) throw new Failure('config', 'it belongs to another commit');
  const plans = handoff.plans.map((plan) => ({
    ...parseReviewed(plan, plan.file, files.get(plan.file) ?? ''),
    spent: plan.spent,
  }));
  return { ...handoff, plans };
}

/** @throws Failure 'config' for anything but what `apply` writes. */
export function parseHandoff(text: string): Handoff {
  const fields = parseFields(text, ['formatVersion', 'plans', 'settled', 'through']);
  if (fields === undefined) throw broken();
  const { formatVersion, through, settled, plans } = fields;
  // The first format had no `spent`; where it hands on no plans, nothing is missing.
  const isKnown = formatVersion === 2 || (formatVersion === 1 && Array.isArray(plans) && plans.length === 0);
  if (!isKnown || !isCommitId(through) || !isCommitId(settled) || !Array.isArray(plans)) throw broken();
  const read = plans.map(parsePlan);
  if (new Set(read.map(({ file }) => file)).size < read.length) throw broken();
  return { formatVersion: 2, through, settled, plans: read };
}

function parsePlan(value: unknown): HandedPlan {
  const { pull, head, file, spent } = fieldsOf(value, ['file', 'head', 'pull', 'spent']) ?? {};
  if (!isPullNumber(pull) || !isCommitId(head) || file !== planFileOf({ pull, head })) throw broken();
  if (!Array.isArray(spent) || !spent.every((key) => typeof key === 'string')) throw broken();
  return { pull, head, file, spent };
}

/** The name of a plan's file; the only one that `parseHandoff` takes. */
function planFileOf({ pull, head }: Pick<HandedPlan, 'pull' | 'head'>): string {
  return `${pull}-${head}.json`;
}

function broken(): Failure {
  return new Failure('config', `${listFile} is not what \`apply\` writes`);
}
