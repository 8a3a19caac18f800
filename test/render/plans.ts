/** Plans for tests of the renderers, made by the core: a small believable one, a huge one, and one that is out to get us. */

import { assemble } from '../../src/core/build-plan.ts';
import { type Drop, withDrops } from '../../src/core/change.ts';
import { diff } from '../../src/core/diff.ts';
import { markDrift, planBase } from '../../src/core/drift.ts';
import type { FailureReport } from '../../src/core/failure.ts';
import type { Guard } from '../../src/core/guards.ts';
import { judge } from '../../src/core/judge.ts';
import type { Condition, Identity, Plan, PlannedTarget, Safeguard, TargetPlan } from '../../src/core/plan.ts';
import type { DesiredRole, LiveRole } from '../../src/core/role.ts';
import { normalise, settings } from '../core/role.ts';

export interface Story {
  readonly desired: readonly DesiredRole[];
  readonly live: readonly LiveRole[];
  readonly base?: readonly DesiredRole[];
  readonly guards?: readonly Guard[];
  readonly conditions?: readonly Condition[];
  readonly unmanaged?: 'report' | 'ignore' | 'delete';
  readonly drops?: readonly Drop[];
}

export const acme: Identity = {
  name: 'acme-test',
  provider: 'dintero',
  baseUrl: 'https://api.dintero.com/v1',
  tenant: 'T11112222',
};

export const chat: Identity = {
  name: 'acme-chat',
  provider: 'rocketchat',
  baseUrl: 'https://chat.example.com',
  tenant: '',
};

/** What planning does, without a provider. */
export function target(identity: Identity, story: Story): PlannedTarget {
  const { desired, live, base, guards = [], conditions = [], unmanaged = 'report', drops = [] } = story;
  const rules = { normalise, settings, unmanaged };
  const found = diff(desired, live, rules);
  const judged = judge(
    found.changes.map((change) => withDrops(change, drops)),
    guards,
  );
  const planned = judged.changes.map((change) => ({
    ...change,
    conditions,
    managed: found.managed.get(change.id ?? '') ?? [],
    acknowledged: [],
  }));
  const based = base === undefined ? undefined : planBase(base, live, rules).changes;
  return {
    ...identity,
    changes: based === undefined ? planned : markDrift(planned, based),
    withheld: judged.withheld,
    unmanaged: unmanaged === 'ignore' ? [] : found.unmanaged.map(({ id, role }) => ({ id, name: role.name })),
    ignored: unmanaged === 'ignore' ? found.unmanaged.length : 0,
    live: found.live.map(({ id, builtIn, role }) => ({ id, builtIn, ...role })),
    unchanged: found.unchanged,
  };
}

export function failed(identity: Identity, error: FailureReport): TargetPlan {
  return { ...identity, error };
}

export function plan(
  targets: readonly TargetPlan[],
  safeguards: readonly Safeguard[] = [],
  base: string | null = null,
): Plan {
  return assemble(targets, { version: '0.0.0-test', at: '2026-11-24T12:00:00.000Z' }, { base, safeguards });
}

export function safeguard(code: string, role: string, message: string, targetName = 'acme-test'): Safeguard {
  return { code, target: targetName, role, message, source: { file: 'roles/dintero.yaml', line: 3, column: 5 } };
}
