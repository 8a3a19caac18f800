/** A faithful little provider in memory, for properties over plans: what is live, and what applying changes makes of it. */

import { assemble, planTarget as planned } from '../../src/core/build-plan.ts';
import { type Change, carry, parts } from '../../src/core/change.ts';
import { diff } from '../../src/core/diff.ts';
import type { Guard } from '../../src/core/guards.ts';
import { judge } from '../../src/core/judge.ts';
import type { Identity, Plan, PlannedTarget } from '../../src/core/plan.ts';
import type { DesiredRole, LiveRole } from '../../src/core/role.ts';
import { normalise, settings } from './role.ts';

export const rules = { normalise, settings, unmanaged: 'report' } as const;

export const identity: Identity = {
  name: 'acme',
  provider: 'dintero',
  baseUrl: 'https://api.dintero.com/v1',
  tenant: 'T12345678',
};

export function planTarget(
  desired: readonly DesiredRole[],
  live: readonly LiveRole[],
  guards: readonly Guard[] = [],
  of: Identity = identity,
): PlannedTarget {
  const differences = diff(desired, live, rules);
  const judged = judge(differences.changes, guards);
  return planned(of, { differences, judged, ignoreUnmanaged: false, conditions: () => [], acknowledged: () => [] });
}

export function planOf(desired: readonly DesiredRole[], live: readonly LiveRole[], of: Identity = identity): Plan {
  return assemble([planTarget(desired, live, [], of)], { version: '1', at: '2026-11-24T12:00:00.000Z' });
}

/** `fresh` gives the id of each created role. */
export function applied(
  live: readonly LiveRole[],
  changes: readonly Change[],
  fresh: (change: Change) => string = (change) => `new ${change.role}`,
): readonly LiveRole[] {
  const gone = new Set(changes.filter((change) => change.action === 'delete').map((change) => change.id));
  const updated = live
    .filter(({ id }) => !gone.has(id))
    .map((role) => {
      const change = changes.find((one) => one.action === 'update' && one.id === role.id);
      return change === undefined ? role : { ...role, role: carry(role.role, parts(change)) };
    });
  const created = changes.flatMap((change) =>
    change.action === 'create' ? [{ id: fresh(change), builtIn: false, role: change.after }] : [],
  );
  return [...updated, ...created];
}
