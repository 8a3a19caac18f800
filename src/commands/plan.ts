/** `rolesync plan`: shows what would change. It has no way to write. */
import { Failure } from '../core/failure.ts';
import { differs, isPlanned, type Plan } from '../core/plan.ts';
import type { CommandIo } from '../io.ts';
import type { Ending } from './ending.ts';
import { exitCodes } from './exit-codes.ts';
import { planAll } from './plan-all.ts';
import { savePlan } from './plan-file.ts';
import { type Flags, withTargets } from './prepare.ts';
import { type PlanFormat, printPlan } from './print-plan.ts';

export interface PlanFlags extends Flags<PlanFormat> {
  readonly detailedExitcode?: true;
  readonly out?: string;
}

export interface PlanEnding extends Ending {
  readonly plan?: Plan;
}

/** Exit code 1 if a target could not be read; 2 with `--detailed-exitcode` if anything differs; else 0. */
export async function plan(paths: readonly string[], flags: PlanFlags, io: CommandIo): Promise<PlanEnding> {
  if (flags.at !== undefined && flags.out !== undefined) {
    throw new Failure('config', '--at shows another day, and a plan to apply is of today: leave out --at or --out');
  }
  return withTargets(paths, flags, io, async (run) => {
    const planned = await planAll(run, io);
    run.tellDoubts(planned);
    if (flags.out !== undefined) savePlan(flags.out, planned, io.cwd);
    await printPlan(planned, flags, io);
    return { exitCode: exitCodeOf(planned, flags.detailedExitcode === true), plan: planned };
  });
}

/** `detailed`: 2 where anything differs. A target that was not contacted on purpose is withheld, no error. */
export function exitCodeOf(plan: Plan, detailed: boolean): number {
  const failed = plan.targets.some((target) => !isPlanned(target) && target.error.code !== 'untrusted');
  if (failed) return exitCodes.error;
  return detailed && differs(plan) ? exitCodes.differs : exitCodes.done;
}
