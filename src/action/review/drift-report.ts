/** Tells apart why live roles differ: changed by hand, merged and not applied yet, or merged without a reviewed plan. Pure. */
import { type Part, partKey, parts } from '../../core/change.ts';
import { isPlanned, type Plan, type PlannedChange } from '../../core/plan.ts';
import type { DriftFound, DriftReport } from '../../render/drift-markdown.ts';
import { type Approved, approvedParts, effectKey } from './effects.ts';
import type { Reviewed } from './reviewed-plan.ts';

type Seen = readonly Pick<Reviewed, 'pull' | 'plan' | 'spent'>[];

/**
 * `plan` is made with the last settled commit as its base. `open`: reviewed plans that are not applied; `applied`: those
 * that were since, so that what differs of them was changed by hand.
 */
export function classify(plan: Plan, open: Seen, applied: Seen): DriftReport {
  const pending = lookup(approvedParts(plan, open, false));
  const done = lookup(approvedParts(plan, applied, false));
  const found = plan.targets.filter(isPlanned).flatMap((target) =>
    target.changes.flatMap((change) => {
      const drift = new Set((change.drift ?? []).map(partKey));
      return parts(change)
        .filter((part) => !isEnd(change, part))
        .map((part) => {
          const key = effectKey(target, change, part);
          const pull = pending.get(key);
          const kind: Kind = drift.has(partKey(part))
            ? 'drift'
            : pull !== undefined
              ? 'pending'
              : done.has(key)
                ? 'drift'
                : 'unapproved';
          return { target, change, part, kind, pull: kind === 'pending' ? (pull ?? null) : null };
        });
    }),
  );
  const of = (kind: Kind) => gathered(found.filter((one) => one.kind === kind));
  return {
    drift: of('drift'),
    pending: of('pending'),
    unapproved: of('unapproved'),
    unread: plan.targets.flatMap((target) => (isPlanned(target) ? [] : target)),
  };
}

/** What an exception gave until a day that is over: the next run of *roles apply* revokes it. */
function isEnd({ via = [] }: PlannedChange, part: Part): boolean {
  return part.kind === 'revoke' && via.some(({ kind, permission }) => kind === 'end' && permission === part.permission);
}

type Kind = 'drift' | 'pending' | 'unapproved';

interface Single extends Omit<DriftFound, 'parts'> {
  readonly part: Part;
}

/** Parts of one change, from one pull request, are together. */
function gathered(found: readonly Single[]): readonly DriftFound[] {
  const groups = new Map<PlannedChange, Map<number | null, Single[]>>();
  for (const one of found) {
    const pulls = groups.get(one.change) ?? new Map<number | null, Single[]>();
    groups.set(one.change, pulls.set(one.pull, [...(pulls.get(one.pull) ?? []), one]));
  }
  return [...groups.values()].flatMap((pulls) =>
    [...pulls.values()].flatMap((members) => {
      const [first] = members;
      if (first === undefined) return [];
      const { target, change, pull } = first;
      return [{ target, change, pull, parts: members.map(({ part }) => part) }];
    }),
  );
}

/** The newest pull request that brings a part. */
function lookup(approved: readonly Approved[]): ReadonlyMap<string, number> {
  const entries = approved.flatMap(({ pull, target, change, parts: some }) =>
    some.map((part) => [effectKey(target, change, part), pull] as const),
  );
  return new Map(entries.sort(([, a], [, b]) => a - b));
}
