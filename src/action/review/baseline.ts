/** The newest commit at which nothing was left to do but to repair drift: what the drift of tomorrow is told apart by. */
import { partKey, parts } from '../../core/change.ts';
import { isPlanned, type Plan } from '../../core/plan.ts';
import type { Step } from '../step.ts';
import type { Unapplied } from './unapplied.ts';

export async function baselineAfter(
  step: Step,
  now: Plan | undefined,
  open: readonly unknown[],
  { settled, from }: Pick<Unapplied, 'settled' | 'from'>,
): Promise<string> {
  const { sha } = step.context;
  const before = settled ?? from ?? step.git.commit(`${sha}^`) ?? sha;
  if (now === undefined) return sha;
  if (open.length > 0 || now.targets.some((target) => !isPlanned(target))) return before;
  if (now.targets.every((target) => isPlanned(target) && target.changes.length === 0)) return sha;
  const compared = await step.commands.plan({ base: before });
  return 'plan' in compared && isOnlyDrift(compared.plan) ? sha : before;
}

function isOnlyDrift({ base, targets }: Plan): boolean {
  if (base === null) return false;
  return targets.every(
    (target) =>
      isPlanned(target) &&
      target.changes.every((change) => {
        const drift = new Set((change.drift ?? []).map(partKey));
        return parts(change).every((part) => drift.has(partKey(part)));
      }),
  );
}
