/** Roles that hold other roles: which hold each other in a circle, and what comes with a role that others hold. Pure. */
import { type Change, parts } from './change.ts';
import type { Guard } from './guards.ts';
import { type Judged, judge } from './judge.ts';
import type { Withheld } from './plan.ts';
import type { LiveRole } from './role.ts';
import { shown } from './text.ts';

/** What granting the role of that name is called. */
export type PermissionOf = (role: string) => string;

/** What it takes to judge changes that rest on one another. */
export interface Holding {
  readonly permissionOf: PermissionOf;
  /** Codes of objections that the change accepts. */
  readonly acknowledged: (change: Change) => readonly string[];
}

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
    const reason = `the role would hold itself: ${round}; whoever has one of them would have all, so remove one of these grants`;
    return { code: 'circle', reason };
  };
}

/**
 * What may go of changes that rest on one another: no grant of a role that is not made, no delete of a role that others keep
 * holding, whether a file names them or not.
 */
export function withoutLooseEnds({ changes, withheld }: Judged, live: readonly LiveRole[], holding: Holding): Judged {
  const guards = [grantsOfNothing(changes, withheld, holding), heldByRoles(changes, live, holding)];
  const objects = (change: Change) => parts(change).some((part) => guards.some((guard) => guard(part, change)));
  if (!changes.some(objects)) return { changes, withheld };
  const fine = changes.filter((change) => !objects(change));
  const judged = judge(
    changes.filter((change) => objects(change)),
    guards,
  );
  const rest = { changes: [...fine, ...judged.changes], withheld: [...withheld, ...judged.withheld] };
  return withoutLooseEnds(rest, live, holding);
}

function grantsOfNothing(changes: readonly Change[], withheld: readonly Withheld[], { permissionOf }: Holding): Guard {
  const made = (some: readonly Change[]) =>
    some.flatMap((change) => (change.action === 'create' ? permissionOf(change.role) : []));
  const missing = new Set(made(withheld));
  for (const permission of made(changes)) missing.delete(permission);
  return (part) => {
    if (part.kind !== 'grant' || !missing.has(part.permission)) return undefined;
    const reason = `${quoted(part.permission)} is a role that this plan does not create; see why it is withheld`;
    return { code: 'needs-role', reason };
  };
}

function heldByRoles(
  changes: readonly Change[],
  live: readonly LiveRole[],
  { permissionOf, acknowledged }: Holding,
): Guard {
  const byId = new Map(changes.flatMap((change) => (change.id === null ? [] : [[change.id, change] as const])));
  return (part, change) => {
    if (part.kind !== 'delete' || acknowledged(change).includes('in-use')) return undefined;
    const own = permissionOf(change.role);
    const keeping = live.flatMap(({ id, role }) => {
      const other = byId.get(id);
      const lets = other?.action === 'delete' || other?.revokes.includes(own) === true;
      return role.permissions.includes(own) && id !== change.id && !lets ? role.name : [];
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
