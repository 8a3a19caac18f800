/** The changes of a plan as rows, worst first: what this branch brings and what is drift apart. A role can have both. */
import { type Change, type Drop, type Part, partKey, parts } from '../core/change.ts';
import { isPlanned, type Plan, type PlannedChange, type PlannedTarget } from '../core/plan.ts';
import { byCodeUnit } from '../core/role.ts';
import type { MeaningOf } from './access.ts';
import { risk } from './rank.ts';

export interface ChangeRow {
  readonly target: PlannedTarget;
  readonly change: PlannedChange;
  /** Those parts of the change that the row is about; never empty. */
  readonly parts: readonly Part[];
  readonly drift: boolean;
  /** 0 is the worst. */
  readonly risk: number;
}

export function rows(plan: Plan, access: MeaningOf): readonly ChangeRow[] {
  return plan.targets
    .filter(isPlanned)
    .flatMap((target) => target.changes.flatMap((change) => rowsOf(target, change, access)))
    .sort(
      (a, b) =>
        a.risk - b.risk ||
        byCodeUnit(a.target.name, b.target.name) ||
        byCodeUnit(a.change.role, b.change.role) ||
        byCodeUnit(a.change.id ?? '', b.change.id ?? '') ||
        Number(a.drift) - Number(b.drift),
    );
}

function rowsOf(target: PlannedTarget, change: PlannedChange, access: MeaningOf): readonly ChangeRow[] {
  const drifted = new Set((change.drift ?? []).map(partKey));
  const isDrift = (part: Part) => drifted.size > 0 && drifted.has(partKey(part));
  const all = parts(change);
  const row = (some: readonly Part[], drift: boolean): readonly ChangeRow[] =>
    some.length === 0
      ? []
      : [{ target, change, parts: some, drift, risk: risk(change, target.provider, access, some) }];
  return [
    ...row(
      all.filter((part) => !isDrift(part)),
      false,
    ),
    ...row(all.filter(isDrift), true),
  ];
}

/** What some parts take from ids that are no roles. */
export function dropsIn(some: readonly Part[]): readonly Drop[] {
  return some.flatMap((part) => (part.kind === 'drop' ? [{ permission: part.permission, id: part.id }] : []));
}

/** The permissions that some parts grant and revoke; of a delete, all that go with the role. */
export function permissionsIn(
  change: Change,
  some: readonly Part[],
): { readonly grants: readonly string[]; readonly revokes: readonly string[] } {
  return {
    grants: some.flatMap((part) => (part.kind === 'grant' ? [part.permission] : [])),
    revokes:
      change.action === 'delete'
        ? change.revokes
        : some.flatMap((part) => (part.kind === 'revoke' ? [part.permission] : [])),
  };
}
