/** Whether a saved plan still says what it was saved with: everything that is derived in it is derived again and compared. */

import { summarise } from '../build-plan.ts';
import { canonical } from '../canonical.ts';
import { type Change, effects, type Part, partKey, parts } from '../change.ts';
import { checksum, digest } from '../digest.ts';
import { isPlanned, type Plan, type PlannedTarget } from '../plan.ts';

/** What does not fit, as the end of the sentence "the plan …"; undefined: it is as it was saved. `plan` has the right shape. */
export function faultInPlan(plan: Plan): string | undefined {
  if (plan.checksum !== checksum(plan)) return 'was edited: its checksum does not match its contents';
  if (plan.digest !== digest(plan.targets)) return 'was edited: its digest does not match its changes';
  if (!same(plan.summary, summarise(plan.targets))) return 'was edited: its summary does not match its changes';
  const names = plan.targets.map(({ name }) => name);
  if (new Set(names).size < names.length) return 'names a target twice';
  for (const target of plan.targets.filter(isPlanned)) {
    const fault = faultInTarget(target);
    if (fault !== undefined) return `was edited: ${fault} in target \`${target.name}\``;
  }
  return undefined;
}

function faultInTarget({ changes, withheld, live }: PlannedTarget): string | undefined {
  const ids = changes.flatMap(({ id }) => id ?? []);
  if (new Set(ids).size < ids.length) return 'two changes have one id';
  const roles = new Map(live.map(({ id, builtIn: _flag, ...role }) => [id, role]));
  for (const change of changes) {
    const fault = faultInChange(change);
    if (fault !== undefined) return `${fault} of \`${change.role}\``;
    if (change.id !== null && !same(change.before, roles.get(change.id)))
      return `\`${change.role}\` is not what was live`;
    if (change.drift !== undefined && !areOwn(change.drift, change)) return `the drift of \`${change.role}\``;
  }
  const held = withheld.find((change) => faultInChange(change) !== undefined);
  return held && `what is withheld of \`${held.role}\``;
}

function areOwn(some: readonly Part[], change: Change): boolean {
  const own = new Set(parts(change).map(partKey));
  return some.every((part) => own.has(partKey(part)));
}

function faultInChange(change: Change): string | undefined {
  const { action, id, before, after, grants, revokes, fields, role } = change;
  const shape = {
    create: before === null && after !== null && id === null,
    update: before !== null && after !== null,
    delete: before !== null && after === null,
  };
  if (!shape[action]) return 'the action';
  if (!same({ grants, revokes, fields }, effects(before, after))) return 'the effects';
  return role === (after ?? before)?.name ? undefined : 'the name';
}

function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}
