/** What the last run of apply that finished handed on, if there is one that can be believed. */
import { Failure } from '../core/failure.ts';
import { artifactsNamed, contentsOf, runsOf, type WorkflowRun } from './artifacts.ts';
import { faultInOpenRun, newestOpen, type Rules } from './evidence.ts';
import { type Open, openFile, openName, parseOpen } from './open.ts';
import { faultOf, keep, type Reviewed } from './reviewed.ts';
import type { ActionRun } from './run.ts';

export interface LastOpen extends Pick<Open, 'through' | 'settled'> {
  /** Plans of which something was approved and not done. */
  readonly plans: readonly Reviewed[];
}

export interface Handed {
  readonly open: LastOpen | undefined;
  /** Runs of apply on the default branch that may have left something, newest first. */
  readonly runs: readonly WorkflowRun[];
}

/** `to`: the commit to which `through` must lead. */
export async function lastOpen(run: ActionRun, to: string, rules: Rules): Promise<Handed> {
  const { context, git } = run;
  const listed = await runsOf(run, context.inputs.applyWorkflow, rules.defaultBranch);
  const runs = listed.filter(
    (one) =>
      faultInOpenRun(one, rules) === undefined &&
      git.commit(one.headSha) !== undefined &&
      git.isAncestor(one.headSha, to),
  );
  const byId = new Map(runs.map((one) => [one.id, one]));
  for (const commit of new Set(runs.map(({ headSha }) => headSha))) {
    const artifact = newestOpen(await artifactsNamed(run, openName(commit)), byId);
    if (artifact === undefined) continue;
    try {
      return { open: read(run, await contentsOf(run, artifact), commit), runs };
    } catch (error) {
      run.warn(`What the run of ${commit.slice(0, 7)} handed on cannot be used: ${faultOf(error)}`);
    }
  }
  return { open: undefined, runs };
}

function read(run: ActionRun, files: ReadonlyMap<string, string>, commit: string): LastOpen {
  const open = parseOpen(files.get(openFile) ?? '');
  if (open.through !== commit) throw new Failure('config', 'it is of another commit');
  return { ...open, plans: open.plans.map((plan) => keep(run, plan, files.get(plan.file) ?? '')) };
}
