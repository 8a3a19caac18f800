/** The program on one screen: list, normalise, diff, guard. Reads one target and cannot write. */
import { diff, type Rules } from './core/diff.ts';
import { markDrift, planBase } from './core/drift.ts';
import { Failure } from './core/failure.ts';
import {
  builtIn,
  immutable,
  lacksVerb,
  nameCircle,
  needsPermissions,
  protectedRoles,
  wholeFiles,
} from './core/guards.ts';
import { judge } from './core/judge.ts';
import { type Identity, type PlannedChange, planTarget, type TargetPlan } from './core/plan.ts';
import { stillProtected } from './core/protection.ts';
import type { DesiredRole, LiveRole } from './core/role.ts';
import type { Provider, Remote } from './providers/provider.ts';

/** A target that is connected and knows what its files want. */
export interface Target {
  readonly identity: Identity;
  readonly provider: Provider;
  readonly remote: Remote;
  readonly desired: readonly DesiredRole[];
  readonly unmanaged: 'report' | 'ignore' | 'delete';
  /** Why not all of its files are known, in words; then nothing unmanaged is deleted. */
  readonly unread: string | undefined;
  /** What a revision before this one wants of the same live system; undefined: nothing is compared with. */
  readonly base?: Base;
}

export interface Base {
  /** undefined: the base does not know this live system. */
  readonly desired: readonly DesiredRole[] | undefined;
  readonly unmanaged: 'report' | 'ignore' | 'delete';
  /** Roles that the base protects: lifting that and using it takes two steps. */
  readonly protecting: readonly DesiredRole[];
}

export interface Reconciled {
  readonly plan: TargetPlan;
  readonly warnings: readonly string[];
}

/** Never rejects for a target that cannot be read: its plan carries the error, and holds no change. */
export async function reconcile(target: Target): Promise<Reconciled> {
  try {
    return await planOf(target);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { plan: { ...target.identity, error: { code: error.code, message: error.message } }, warnings: [] };
  }
}

async function planOf({ identity, provider, remote, desired, ...target }: Target): Promise<Reconciled> {
  const { capabilities: can, normalise, title } = provider;
  const rules = { normalise, settings: can.settings };
  const found = diff(desired, await remote.list(), { ...rules, unmanaged: target.unmanaged });
  const guards = [
    lacksVerb(title, can),
    builtIn(title, can, found.live),
    immutable(can),
    nameCircle(can, found.changes),
    needsPermissions(title, can),
    protectedRoles(new Set(desired.filter((role) => role.protected).map((role) => role.name))),
    ...(target.base === undefined ? [] : [stillProtected(target.base.protecting, found.live)]),
    wholeFiles(target.unread),
    ...(remote.guards?.(found.changes) ?? []),
  ];
  const plan = planTarget(identity, {
    differences: found,
    judged: judge(found.changes, guards),
    ignoreUnmanaged: target.unmanaged === 'ignore',
    conditions: (change) => provider.conditions(change, found.live),
  });
  const { changes, warnings } = withDrift(plan.changes, found.live, target.base, rules);
  return {
    plan: { ...plan, changes },
    warnings: [...found.warnings, ...warnings].map((one) => `${identity.name}: ${one}`),
  };
}

/** The changes with what the base wants as well marked as drift, planned against the same live roles. */
function withDrift(
  changes: readonly PlannedChange[],
  live: readonly LiveRole[],
  base: Base | undefined,
  rules: Omit<Rules, 'unmanaged'>,
): { readonly changes: readonly PlannedChange[]; readonly warnings: readonly string[] } {
  if (base === undefined) return { changes, warnings: [] };
  if (base.desired === undefined) return { changes: markDrift(changes, []), warnings: [] };
  const before = planBase(base.desired, live, { ...rules, unmanaged: base.unmanaged });
  if (before.warning !== undefined) return { changes, warnings: [before.warning] };
  return { changes: markDrift(changes, before.changes), warnings: [] };
}
