/** Roles that hold other roles: which hold each other in a circle, and what goes with a role that others hold. Pure. */
import type { Change, Part } from './change.ts';
import type { Guard } from './guards.ts';
import { groupBy, type LiveRole } from './role.ts';
import { shown } from './text.ts';

/** What granting the role of that name is called. */
export type PermissionOf = (role: string) => string;

/** Permission → the permissions that come with it. One that is no role, or that holds nothing, may be missing. */
export type Holdings = ReadonlyMap<string, readonly string[]>;

/** What is live, and what the changes make of it. A role that is renamed is called as it is live: so do those that hold it. */
export interface Composition {
  readonly before: Holdings;
  readonly after: Holdings;
}

/** `further`: what is known of roles that are not among the live ones. */
export function compositionOf(
  live: readonly LiveRole[],
  changes: readonly Change[],
  permissionOf: PermissionOf,
  further: Holdings = new Map(),
): Composition {
  const before = new Map([...further, ...live.map(({ role }) => [permissionOf(role.name), role.permissions] as const)]);
  const gone = new Set(changes.flatMap((change) => (change.action === 'delete' ? permissionOf(change.role) : [])));
  const after = new Map(before);
  for (const change of changes) {
    if (change.after !== null) after.set(nodeOf(change, permissionOf), change.after.permissions);
  }
  for (const [permission, held] of after) {
    if (gone.has(permission)) after.delete(permission);
    else if (held.some((one) => gone.has(one)))
      after.set(
        permission,
        held.filter((one) => !gone.has(one)),
      );
  }
  return { before, after };
}

/** What the role of a change is called where it is granted, until it has its new name. */
export function nodeOf(change: Change, permissionOf: PermissionOf): string {
  return permissionOf(change.before?.name ?? change.role);
}

/** The shortest way from one permission to another over what they hold, both ends included; undefined: there is none. */
export function wayTo(from: string, to: string, holdings: Holdings): readonly string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  for (const next of cameFrom.keys()) {
    for (const held of holdings.get(next) ?? []) {
      if (held === to) return [...backFrom(next, cameFrom), to];
      if (!cameFrom.has(held)) cameFrom.set(held, next);
    }
  }
  return undefined;
}

function backFrom(last: string, cameFrom: ReadonlyMap<string, string | undefined>): readonly string[] {
  const way: string[] = [];
  for (let at: string | undefined = last; at !== undefined; at = cameFrom.get(at)) way.unshift(at);
  return way;
}

/** A grant that would let a role hold itself: whoever had one role of the circle would have them all. */
export function circles({ after }: Composition, permissionOf: PermissionOf): Guard {
  return (part, change) => {
    if (part.kind !== 'grant') return undefined;
    const own = nodeOf(change, permissionOf);
    const way = part.permission === own ? [own] : wayTo(part.permission, own, after);
    if (way === undefined) return undefined;
    const round = [own, ...way].map(quoted).join(' → ');
    const reason = `the role would hold itself: ${round}; whoever has one of them would have all, so take one of these grants out`;
    return { code: 'circle', reason };
  };
}

/**
 * A role that is deleted is taken from the roles that hold it, whether a file names them or not. `guards`: a revoke that one of
 * them withholds does not count.
 */
export function heldByRoles(
  { after, before }: Composition,
  permissionOf: PermissionOf,
  changes: readonly Change[],
  guards: readonly Guard[],
): Guard {
  const revoking = groupBy(
    changes.filter(({ action }) => action === 'update'),
    (change) => nodeOf(change, permissionOf),
  );
  const goes = (part: Part, change: Change) => guards.every((guard) => guard(part, change) === undefined);
  return (part, change) => {
    if (part.kind !== 'delete') return undefined;
    const own = permissionOf(change.role);
    const keeping = [...before].flatMap(([holder, held]) => {
      const isTaken = (revoking.get(holder) ?? []).some(
        (one) => one.revokes.includes(own) && goes({ kind: 'revoke', permission: own }, one),
      );
      return held.includes(own) && after.has(holder) && !isTaken ? [holder] : [];
    });
    if (keeping.length === 0) return undefined;
    const first = keeping.slice(0, 5).map(quoted).join(', ');
    const more = keeping.length > 5 ? ` and ${keeping.length - 5} more` : '';
    const who = keeping.length === 1 ? `the role ${first} holds` : `the roles ${first}${more} hold`;
    return {
      code: 'in-use',
      reason: `${who} the role; take it from them first, or add \`acknowledge: [in-use]\` to the role`,
    };
  };
}

/** Roles that hold each other already, a sentence for each circle. */
export function liveCircles({ before }: Composition): readonly string[] {
  const told = new Set<string>();
  return [...before.keys()].flatMap((permission) => {
    if (told.has(permission)) return [];
    const way = wayTo(permission, permission, before);
    if (way === undefined) return [];
    for (const one of way) told.add(one);
    return `live roles hold each other in a circle: ${way.map(quoted).join(' → ')}; whoever has one of them has all`;
  });
}

function quoted(text: string): string {
  return `\`${shown(text)}\``;
}
