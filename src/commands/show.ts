/** `rolesync show`: a saved plan in any format. It reaches no provider and reads no role file. */
import type { CommandIo } from '../io.ts';
import type { Ending } from './ending.ts';
import { exitCodeOf } from './plan.ts';
import { readPlan } from './plan-file.ts';
import { type PlanFormat, printPlan } from './print-plan.ts';

export interface ShowFlags {
  readonly format: PlanFormat;
  readonly color: boolean;
  readonly detailedExitcode?: true;
}

/** The exit code is the one that `plan` had. */
export async function show(file: string, flags: ShowFlags, io: CommandIo): Promise<Ending> {
  const plan = readPlan(file, io.cwd);
  await printPlan(plan, flags, io);
  return { exitCode: exitCodeOf(plan, flags.detailedExitcode === true) };
}
