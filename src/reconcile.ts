/** The program on one screen: list, normalise, diff, guard. Reads one target and cannot write. */
import { diff } from './core/diff.ts';
import { Failure } from './core/failure.ts';
import { builtIn, immutable, lacksVerb, needsPermissions, protectedRoles, wholeFiles } from './core/guards.ts';
import { judge } from './core/judge.ts';
import { type Identity, planTarget, type TargetPlan } from './core/plan.ts';
import type { DesiredRole } from './core/role.ts';
import type { Provider, Remote } from './providers/provider.ts';

/** A target that is connected and knows what its files want. */
export interface Target {
  readonly identity: Identity;
  readonly provider: Provider;
  readonly remote: Remote;
  readonly desired: readonly DesiredRole[];
  readonly unmanaged: 'report' | 'ignore' | 'delete';
  /** A folder was given that holds the file that defines the target. */
  readonly whole: boolean;
  readonly definedIn: string;
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
  const { settings } = can;
  const found = diff(desired, await remote.list(), { normalise, settings, unmanaged: target.unmanaged });
  const guards = [
    lacksVerb(title, can),
    builtIn(title, can, found.live),
    immutable(can),
    needsPermissions(title, can),
    protectedRoles(new Set(desired.filter((role) => role.protected).map((role) => role.name))),
    wholeFiles(target.whole, target.definedIn),
    ...(remote.guards?.(found.changes) ?? []),
  ];
  return {
    plan: planTarget(identity, {
      differences: found,
      judged: judge(found.changes, guards),
      ignoreUnmanaged: target.unmanaged === 'ignore',
      conditions: (change) => provider.conditions(change, found.live),
    }),
    warnings: found.warnings.map((warning) => `${identity.name}: ${warning}`),
  };
}
