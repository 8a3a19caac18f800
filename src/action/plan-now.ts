/** The plan of what is checked out against what is live. It writes to no provider. */
import type { Plan } from '../core/plan.ts';
import { isRefused, type Refused } from './rolesync.ts';
import type { ActionRun } from './run.ts';

export interface Planned {
  readonly plan: Plan;
  readonly exitCode: number;
}

/** Without `base` it is the very plan that `apply --approve` makes, so that its digest can be approved. */
export async function planNow(run: ActionRun, base?: string): Promise<Planned | Refused> {
  const { exitCode, document } = await run.command.plan(...(base === undefined ? [] : ['--base', base]));
  return isRefused(document) ? document : { plan: document, exitCode };
}
