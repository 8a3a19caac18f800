/** The plan of all targets of a run, read side by side. */
import { assemble, type Plan, type TargetPlan } from '../core/plan.ts';
import type { Io } from '../io.ts';
import { reconcile } from '../reconcile.ts';
import { escapeUnsafe } from '../render/display.ts';
import { version } from '../version.ts';
import type { Run } from './prepare.ts';
import { watch } from './progress.ts';

export async function planAll(run: Run, io: Io): Promise<Plan> {
  const { connection, apart } = run;
  const { targets } = connection;
  const progress = watch(io, `reading ${targets.length === 1 ? '1 target' : `${targets.length} targets`}`);
  try {
    const results = await Promise.all(targets.map((target) => reconcile(target)));
    for (const warning of results.flatMap(({ warnings }) => warnings))
      io.stderr.write(`warning: ${escapeUnsafe(warning)}\n`);
    return assembleRun(run, [...results.map(({ plan }) => plan), ...apart]);
  } finally {
    progress.stop();
  }
}

/** The targets of a run as its plan. */
export function assembleRun({ about }: Pick<Run, 'about'>, targets: readonly TargetPlan[]): Plan {
  return assemble(targets, version, about(targets));
}
