/** `rolesync plan`: shows what would change. It has no way to write. */
import { differs, isPlanned } from '../core/plan.ts';
import type { Io } from '../io.ts';
import { planText } from '../render/plan-text.ts';
import { type Ending, styleFor, writeJson } from './ending.ts';
import { savePlan } from './plan-file.ts';
import { type Flags, planAll, withTargets } from './prepare.ts';

export interface PlanFlags extends Flags {
  readonly detailedExitcode?: true;
  readonly out?: string;
}

/** Exit code 1 if a target could not be read; 2 with `--detailed-exitcode` if anything differs; else 0. */
export function plan(paths: readonly string[], flags: PlanFlags, io: Io): Promise<Ending> {
  return withTargets(paths, flags, io, async (connection) => {
    const planned = await planAll(connection, io);
    if (flags.out !== undefined) savePlan(flags.out, planned, io.cwd);
    if (flags.format === 'json') writeJson(planned, io);
    else io.stdout.write(`${planText(planned, styleFor(io.stdout, flags, io))}\n`);
    if (planned.targets.some((target) => !isPlanned(target) && target.error.code !== 'untrusted'))
      return { exitCode: 1 };
    return { exitCode: flags.detailedExitcode && differs(planned) ? 2 : 0 };
  });
}
