/** The program on one screen: list, normalise, diff, guard. Reads one target and cannot write. */

import { acknowledgements, fewDeletes, keepsSafe, lifting, silence } from './core/acknowledge.ts';
import { planTarget } from './core/build-plan.ts';
import { type Change, type Part, partKey, withDrops } from './core/change.ts';
import { circles, compositionOf, liveCircles } from './core/composition.ts';
import { diff, type Rules } from './core/diff.ts';
import { driftIn, markDrift, planBase } from './core/drift.ts';
import { Failure } from './core/failure.ts';
import {
  builtIn,
  builtInKeeps,
  immutable,
  lacksVerb,
  nameCircle,
  needsPermissions,
  protectedRoles,
  wholeFiles,
} from './core/guards.ts';
import { inTheEnd } from './core/in-the-end.ts';
import { judge } from './core/judge.ts';
import { judgeWhole } from './core/judge-whole.ts';
import { lookAlikes } from './core/look-alike.ts';
import type { Identity, TargetPlan } from './core/plan.ts';
import { stillProtected } from './core/protection.ts';
import type { DesiredRole, LiveRole } from './core/role.ts';
import { viaIndex } from './core/via.ts';
import type { Provider, Remote } from './providers/provider.ts';

/** A target that is connected and knows what its files want. */
export interface Target {
  readonly identity: Identity;
  readonly provider: Provider;
  readonly remote: Remote;
  readonly desired: readonly DesiredRole[];
  readonly unmanaged: 'report' | 'ignore' | 'delete';
  /** How many roles may be deleted at once without an acknowledgement. */
  readonly deletesLimit: number;
  /** Why not all of its files are known, in words; then nothing unmanaged is deleted. */
  readonly unread: string | undefined;
  /** Drift that is known without a base, from a plan that was reviewed: no revoke waits for such a grant. */
  readonly isKnownDrift?: (change: Change, part: Part) => boolean;
  /** What the base revision declares for the same live system; undefined: there is no base. */
  readonly base?: BaseRoles;
}

export interface BaseRoles {
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
  const { capabilities: can, normalise, title, permissionOf } = provider;
  const rules = { normalise, settings: can.settings, ...(permissionOf && { permissionOf }) };
  const found = diff(desired, await remote.list(), { ...rules, unmanaged: target.unmanaged });
  if (found.usesAbsence) await remote.proveEnd?.();
  const examined = await remote.examine?.(found.changes);
  const changes = found.changes.map((change) => withDrops(change, examined?.drops ?? []));
  const composition = permissionOf && compositionOf(found.live, changes, permissionOf, examined?.holdings);
  const acknowledged = acknowledgements(desired, target.base?.desired, found.live);
  const guards = lifting(
    [
      lacksVerb(title, can),
      builtIn(title, can, found.live),
      builtInKeeps(title, can, found.live),
      immutable(can),
      nameCircle(can, changes),
      needsPermissions(title, can),
      protectedRoles(desired.filter((role) => role.protected)),
      ...(target.base === undefined ? [] : [stillProtected(target.base.protecting, found.live)]),
      keepsSafe(can),
      wholeFiles(target.unread),
      fewDeletes(changes, target.deletesLimit, acknowledged.of),
      ...(examined?.guards ?? []),
      ...(permissionOf && composition ? [circles(composition, permissionOf)] : []),
    ],
    acknowledged.of,
  );
  const base = baseChanges(found.live, target.base, rules);
  const via = viaIndex(desired, target.base?.desired);
  const drift = driftIn(base.changes ?? []);
  const judged = judgeWhole(judge(changes, guards), {
    live: found.live,
    capabilities: can,
    holding: permissionOf && { permissionOf, acknowledged: acknowledged.of },
    isDrift: (change, part) =>
      !via.isEnd(change, part) &&
      (drift(change).some((one) => partKey(one) === partKey(part)) || target.isKnownDrift?.(change, part) === true),
  });
  const plan = planTarget(identity, {
    differences: found,
    judged: { ...judged, withheld: silence(judged.withheld, acknowledged.of) },
    ignoreUnmanaged: target.unmanaged === 'ignore',
    conditions: (change) => provider.conditions(change, found.live),
    acknowledged: acknowledged.of,
    via: via.of,
    inTheEnd: permissionOf ? inTheEnd(found.live, judged.changes, permissionOf, examined?.holdings ?? new Map()) : [],
  });
  const { changes: wanted } = base;
  const mark = <Some extends Change>(some: readonly Some[]) =>
    wanted === undefined ? some : markDrift(some, wanted, via.isEnd);
  const marked = { ...plan, changes: mark(plan.changes), withheld: mark(plan.withheld) };
  return {
    plan: marked,
    warnings: [
      ...found.warnings,
      ...acknowledged.warnings,
      ...alike(desired, found.live),
      ...(composition === undefined ? [] : liveCircles(composition)),
      ...(base.warning === undefined ? [] : [base.warning]),
    ].map((one) => `${identity.name}: ${one}`),
  };
}

/** A role of the files next to one that looks like it: the other one may be what was meant, or may be made to be mistaken for it. */
function alike(desired: readonly DesiredRole[], live: readonly LiveRole[]): readonly string[] {
  const declared = new Set(desired.map(({ name }) => name));
  return lookAlikes([...declared, ...live.map(({ role }) => role.name)])
    .filter((pair) => pair.some((name) => declared.has(name)))
    .map(([one, other]) => `the role names \`${one}\` and \`${other}\` look alike; check which one you mean`);
}

/** What the base declares for the same live roles; nothing if there is no base, or if it does not know this live system. */
function baseChanges(
  live: readonly LiveRole[],
  base: BaseRoles | undefined,
  rules: Omit<Rules, 'unmanaged'>,
): { readonly changes?: readonly Change[]; readonly warning?: string | undefined } {
  if (base === undefined) return {};
  if (base.desired === undefined) return { changes: [] };
  const { changes, warning } = planBase(base.desired, live, { ...rules, unmanaged: base.unmanaged });
  return { ...(changes && { changes }), warning };
}
