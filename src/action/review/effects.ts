/** Which parts of a plan stand in reviewed plans, and which reviewed plans still have something to do. Pure. */
import { type Change, type Part, partKey, parts } from '../../core/change.ts';
import { sameLiveSystem } from '../../core/digest.ts';
import type { Application } from '../../core/outcome.ts';
import { type Identity, isPlanned, type Plan, type PlannedChange, type PlannedTarget } from '../../core/plan.ts';
import { byCodeUnit } from '../../core/role.ts';
import type { Reviewed } from './reviewed-plan.ts';

type Seen = Pick<Reviewed, 'pull' | 'plan' | 'spent'>;

/** Parts of one change that one reviewed plan approves. */
export interface Approved {
  readonly pull: number;
  readonly target: PlannedTarget;
  readonly change: PlannedChange;
  readonly parts: readonly Part[];
}

/** `withDrift`: parts that a review showed as drift count as approved too. */
export function approvedParts(plan: Plan, reviewed: readonly Seen[], withDrift: boolean): readonly Approved[] {
  return plan.targets.filter(isPlanned).flatMap((target) =>
    target.changes.flatMap((change) =>
      reviewed.flatMap(({ pull, plan: then, spent }) => {
        const keys = approvedKeys(then, target, change, withDrift);
        const used = new Set(spent);
        const some = parts(change).filter(
          (part) => keys.has(partKey(part)) && !used.has(effectKey(target, change, part)),
        );
        return some.length === 0 ? [] : [{ pull, target, change, parts: some }];
      }),
    ),
  );
}

/**
 * Reviewed plans of which something still differs `now`, was refused, or cannot be told because its target cannot be read:
 * with what of them is in force by now, and so must not be written once more if somebody takes it back.
 */
export function undone<Some extends Seen>(
  reviewed: readonly Some[],
  now: Plan,
  application: Application | undefined,
  withDrift: boolean,
): readonly Some[] {
  return reviewed
    .filter(
      (one) =>
        approvedParts(now, [one], withDrift).length > 0 ||
        one.plan.targets.some((then) => isUnread(then.name, one, now) || isRefused(then.name, one, application)),
    )
    .map((one) => ({ ...one, spent: [...new Set([...one.spent, ...inForce(one.plan, now)])].sort(byCodeUnit) }));
}

/** One effect on one role of one target; within a plan it has no other. */
export function effectKey({ name }: Identity, { action, id, role }: Change, part: Part): string {
  return JSON.stringify([name, action, id, id === null ? role : null, partKey(part)]);
}

function inForce(then: Plan, now: Plan): readonly string[] {
  return then.targets.filter(isPlanned).flatMap((target) => {
    const found = now.targets.filter(isPlanned).find((one) => sameLiveSystem(one, target));
    if (found === undefined) return [];
    const keysOf = (changes: readonly Change[]) =>
      changes.flatMap((change) => parts(change).map((part) => effectKey(target, change, part)));
    const differing = new Set(keysOf([...found.changes, ...found.withheld]));
    return keysOf(target.changes).filter((key) => !differing.has(key));
  });
}

function isUnread(name: string, { plan }: Seen, now: Plan): boolean {
  const wanted = plan.targets.some((one) => one.name === name && isPlanned(one) && one.changes.length > 0);
  return wanted && now.targets.some((one) => one.name === name && !isPlanned(one));
}

/** A role that vanished since its review: what would be done now is another change. */
function isRefused(name: string, { plan }: Seen, application: Application | undefined): boolean {
  const refused = application?.targets.find((one) => one.name === name)?.outcomes ?? [];
  const ids = new Set(refused.flatMap(({ id, status }) => (status === 'moved' ? (id ?? []) : [])));
  return plan.targets.some(
    (one) => one.name === name && isPlanned(one) && one.changes.some(({ id }) => id !== null && ids.has(id)),
  );
}

function approvedKeys(
  then: Plan,
  target: PlannedTarget,
  change: PlannedChange,
  withDrift: boolean,
): ReadonlySet<string> {
  const same = then.targets
    .filter(isPlanned)
    .filter((one) => sameLiveSystem(one, target))
    .flatMap((one) => one.changes.filter((other) => subject(other) === subject(change)));
  return new Set(
    same.flatMap((one) => {
      const drift = new Set(withDrift ? [] : (one.drift ?? []).map(partKey));
      return parts(one)
        .map(partKey)
        .filter((key) => !drift.has(key));
    }),
  );
}

/** A role that is not live yet is known by its name, any other by its id. */
function subject({ action, id, role }: PlannedChange): string {
  return JSON.stringify([action, id, id === null ? role : null]);
}
