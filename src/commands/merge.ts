/** `rolesync merge`: the plans of the parts of a run as one plan. It reaches no provider and reads no role file. */
import { mergePlans } from '../core/merge-plans.ts';
import { missingShards } from '../core/plan.ts';
import type { CommandIo } from '../io.ts';
import type { Ending } from './ending.ts';
import { exitCodes } from './exit-codes.ts';
import { exitCodeOf } from './plan.ts';
import { readPlan, savePlan } from './plan-file.ts';
import { type PlanFormat, printPlan } from './print-plan.ts';

export interface MergeFlags {
  readonly format: PlanFormat;
  readonly color: boolean;
  readonly out?: string;
  readonly detailedExitcode?: true;
}

/** The exit code that planning the whole would have had; 1 where a part is missing. */
export async function merge(files: readonly string[], flags: MergeFlags, io: CommandIo): Promise<Ending> {
  const plan = mergePlans(files.map((name) => ({ name, plan: readPlan(name, io.cwd) })));
  if (flags.out !== undefined) savePlan(flags.out, plan, io.cwd);
  await printPlan(plan, flags, io);
  const missing = missingShards(plan);
  if (missing.length === 0) return { exitCode: exitCodeOf(plan, flags.detailedExitcode === true) };
  const which = `part${missing.length === 1 ? '' : 's'} ${missing.join(', ')} of ${plan.part?.of}`;
  io.stderr.write(
    `error: ${which} ${missing.length === 1 ? 'is' : 'are'} missing: plan again what failed, and merge anew\n`,
  );
  return { exitCode: exitCodes.error };
}
