/** The plan of all targets of a run, read side by side. */
import { assemble } from '../core/build-plan.ts';
import type { Plan, TargetPlan } from '../core/plan.ts';
import type { Io } from '../io.ts';
import { reconcile } from '../reconcile.ts';
import { escapeUnsafe } from '../render/display.ts';
import { version } from '../version.ts';
import type { Run } from './prepare.ts';
import { watch } from './progress.ts';

export async function planAll(run: Pick<Run, 'connection' | 'apart' | 'about'>, io: Io): Promise<Plan> {
  const { connection, apart } = run;
  const { targets } = connection;
  // Before the first request: what moves while the lists are read is younger than the plan.
  const at = new Date(io.now()).toISOString();
  const progress = watch(io, `reading ${targets.length === 1 ? '1 target' : `${targets.length} targets`}`, connection);
  try {
    const results = await Promise.all(targets.map((target) => reconcile(target)));
    for (const warning of results.flatMap(({ warnings }) => warnings))
      io.stderr.write(`warning: ${escapeUnsafe(warning)}\n`);
    return assembleRun(run, [...results.map(({ plan }) => plan), ...apart], at);
  } finally {
    progress.stop();
  }
}

/** The targets of a run as its plan; `at`: when they were read. */
export function assembleRun({ about }: Pick<Run, 'about'>, targets: readonly TargetPlan[], at: string): Plan {
  return assemble(targets, { version, at }, about(targets));
}
