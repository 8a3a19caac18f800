/** Which parts of a plan are merged already and only wait to be applied, and by which pull request. It writes nothing. */
import { partKey } from '../../core/change.ts';
import { isPlanned, type Plan, type PlannedChange } from '../../core/plan.ts';
import { defaultBranch } from '../github/environment-protection.ts';
import type { Pending } from '../github/plan-comment.ts';
import type { Step } from '../step.ts';
import { approvedParts } from './effects.ts';
import type { Reviewed } from './reviewed-plan.ts';
import { unapplied } from './unapplied.ts';

/**
 * Parts in the reviewed plan of a merged pull request that is not applied yet; a plan without drift has none.
 * What is checked out must be the default branch, with its history. Needs `actions: read` and `pull-requests: read`.
 * @throws Failure where GitHub or git do not answer.
 */
export async function pendingOf(step: Step, plan: Plan): Promise<Pending> {
  const drifts = ({ drift = [] }: PlannedChange) => drift.length > 0;
  if (!plan.targets.some((target) => isPlanned(target) && target.changes.some(drifts))) return new Map();
  const branch = await defaultBranch(step.github, step.context);
  const { reviewed } = await unapplied(step, step.git.read('rev-parse', '--verify', 'HEAD^{commit}'), branch);
  return pendingAmong(plan, reviewed);
}

/** Where several plans hold a part, the newest pull request brings it. */
function pendingAmong(plan: Plan, reviewed: readonly Pick<Reviewed, 'pull' | 'plan' | 'spent'>[]): Pending {
  const found = approvedParts(plan, reviewed, false).flatMap(({ pull, target, change, parts }) =>
    parts.map((part) => [[target.name, change.id ?? change.role, partKey(part)].join('\0'), pull] as const),
  );
  return new Map(found.sort(([, a], [, b]) => a - b));
}
