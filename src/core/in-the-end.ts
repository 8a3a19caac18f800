/** What roles may do in the end, where roles hold roles: gained and lost through what they hold, beside their own changes. Pure. */
import type { Change } from './change.ts';
import { compositionOf, type Holdings, nodeOf, type PermissionOf } from './composition.ts';
import type { Reached } from './plan.ts';
import { byCodeUnit, type LiveRole } from './role.ts';

/**
 * For every live or new role, whether a change is about it or about a role that it holds. Sorted. `further`: what is known of
 * roles that are not among the live ones.
 */
export function inTheEnd(
  live: readonly LiveRole[],
  changes: readonly Change[],
  permissionOf: PermissionOf,
  further: Holdings,
): readonly Reached[] {
  const { before, after } = compositionOf(live, changes, permissionOf, further);
  const affected = affectedBy(before, after);
  const byId = new Map(changes.map((change) => [change.id, change]));
  const lasting = live.flatMap(({ id, role }) => {
    const change = byId.get(id);
    return change?.action === 'delete' ? [] : [{ id, node: permissionOf(role.name), role: role.name, change }];
  });
  const made = changes
    .filter(({ action }) => action === 'create')
    .map((change) => ({ id: null, node: nodeOf(change, permissionOf), role: change.role, change }));
  return [...lasting, ...made]
    .filter(({ node }) => affected.has(node))
    .flatMap(({ id, node, role, change }) => {
      const [then, now] = [reachOf(node, before), reachOf(node, after)];
      const name = change?.role ?? role;
      const told = (direction: Reached['direction'], own: readonly string[] = [], there: Reach, elsewhere: Reach) =>
        [...there.keys()]
          .filter((permission) => permission !== node && !elsewhere.has(permission) && !own.includes(permission))
          .map((permission): Reached => ({ role: name, id, direction, permission, way: wayIn(there, permission) }));
      return [...told('gains', change?.grants, now, then), ...told('loses', change?.revokes, then, now)];
    })
    .sort(
      (a, b) =>
        byCodeUnit(a.role, b.role) ||
        byCodeUnit(a.id ?? '', b.id ?? '') ||
        byCodeUnit(a.direction, b.direction) ||
        byCodeUnit(a.permission, b.permission),
    );
}

/** Roles that hold something else than before, and all that hold one of them, directly or not. */
function affectedBy(before: Holdings, after: Holdings): ReadonlySet<string> {
  const holders = new Map<string, string[]>();
  for (const holdings of [before, after]) {
    for (const [holder, held] of holdings) {
      for (const one of held) holders.set(one, [...(holders.get(one) ?? []), holder]);
    }
  }
  const affected = new Set(
    [...before.keys(), ...after.keys()].filter((one) => !isSame(before.get(one), after.get(one))),
  );
  for (const one of affected) for (const holder of holders.get(one) ?? []) affected.add(holder);
  return affected;
}

function isSame(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.length === b.length && a.every((one) => b.includes(one)));
}

/** Permission → the one through which it was come upon first; undefined for what the role holds itself. */
type Reach = ReadonlyMap<string, string | undefined>;

function reachOf(node: string, holdings: Holdings): Reach {
  const reach = new Map<string, string | undefined>((holdings.get(node) ?? []).map((one) => [one, undefined]));
  for (const one of reach.keys()) {
    for (const held of holdings.get(one) ?? []) if (!reach.has(held)) reach.set(held, one);
  }
  return reach;
}

/** From what the role holds itself to what holds the permission. */
function wayIn(reach: Reach, permission: string): readonly string[] {
  const way: string[] = [];
  for (let at = reach.get(permission); at !== undefined; at = reach.get(at)) way.unshift(at);
  return way;
}
