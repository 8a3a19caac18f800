/** Which safeties of roles a branch moves, with what is live where that is known. It looks at files, not at changes. Pure. */
import { type Candidate, candidatesIn } from './candidates.ts';
import type { Safeguard } from './plan.ts';
import { byCodeUnit, type DesiredRole, type Source } from './role.ts';
import { shown } from './text.ts';

/** One target in two revisions. */
export interface TwoSides {
  readonly target: string;
  readonly base: readonly DesiredRole[];
  readonly head: readonly DesiredRole[];
  /** Of the head: what becomes of a role that no file names. */
  readonly unmanaged: 'report' | 'ignore' | 'delete';
  /** undefined: the target was not read, and only the files speak. */
  readonly live: readonly Candidate[] | undefined;
}

/** Not sorted. Roles that are new in the files move nothing; what they reach by `id` or `previously` does. */
export function roleSafeguards(sides: TwoSides): readonly Safeguard[] {
  const { target, base, head } = sides;
  const safeguard = (code: string, role: DesiredRole, message: string, source: Source = role.source): Safeguard => ({
    code,
    target,
    role: role.name,
    message,
    source,
  });
  const index = indexed(sides);
  const pairs = base.map((before) => ({ before, after: counterpart(before, index) }));
  return [
    ...pairs.flatMap(({ before, after }) => [
      ...leftBehind(before, after, sides, index).map(([code, message]) =>
        safeguard(code, before, message, after?.source),
      ),
      ...loosened(before, after).map(([code, message]) => safeguard(code, after ?? before, message)),
    ]),
    ...head.flatMap((role) => reached(role, sides, index).map(([code, message]) => safeguard(code, role, message))),
  ];
}

/** By target, its own before those of its roles. */
export function inSafeguardOrder(a: Safeguard, b: Safeguard): number {
  return (
    byCodeUnit(a.target, b.target) ||
    Number(a.role !== null) - Number(b.role !== null) ||
    byCodeUnit(a.role ?? '', b.role ?? '') ||
    byCodeUnit(a.code, b.code) ||
    byCodeUnit(a.message, b.message)
  );
}

/** What is asked of every role, looked up once. */
interface Index {
  /** Nothing where the target was not read. */
  readonly candidatesOf: (role: DesiredRole) => readonly Candidate[];
  readonly base: Reach;
  readonly head: Reach;
}

/** One side's roles by what they reach; of several the first of the files, with its place among them. */
interface Reach {
  readonly byLiveId: ReadonlyMap<string, Placed>;
  readonly byId: ReadonlyMap<string, Placed>;
  readonly byName: ReadonlyMap<string, Placed>;
  readonly byFormerName: ReadonlyMap<string, Placed>;
}

interface Placed {
  readonly role: DesiredRole;
  readonly at: number;
}

function indexed({ base, head, live = [] }: TwoSides): Index {
  const candidatesOf = candidatesIn(live);
  const reach = (roles: readonly DesiredRole[]): Reach => ({
    byLiveId: firstBy(roles, (role) => candidatesOf(role).map(({ id }) => id)),
    byId: firstBy(roles, ({ id }) => (id === undefined ? [] : [id])),
    byName: firstBy(roles, ({ name }) => [name]),
    byFormerName: firstBy(roles, ({ previously }) => previously),
  });
  return { candidatesOf, base: reach(base), head: reach(head) };
}

function firstBy(
  roles: readonly DesiredRole[],
  keysOf: (role: DesiredRole) => readonly string[],
): ReadonlyMap<string, Placed> {
  const first = new Map<string, Placed>();
  for (const [at, role] of roles.entries()) {
    for (const key of keysOf(role)) if (!first.has(key)) first.set(key, { role, at });
  }
  return first;
}

type Finding = readonly [code: string, message: string];

/** The head's role for the same live role; where that is not known, for the same id, name, or former name. */
function counterpart(before: DesiredRole, { candidatesOf, head }: Index): DesiredRole | undefined {
  const alike = candidatesOf(before).flatMap(({ id }) => head.byLiveId.get(id) ?? []);
  const [sameLive] = alike.toSorted((a, b) => a.at - b.at);
  const found =
    sameLive ??
    (before.id === undefined ? undefined : head.byId.get(before.id)) ??
    head.byName.get(before.name) ??
    head.byFormerName.get(before.name);
  return found?.role;
}

/** Live roles that the base manages and the head does not. */
function leftBehind(
  before: DesiredRole,
  after: DesiredRole | undefined,
  { live, unmanaged }: TwoSides,
  { candidatesOf, head }: Index,
): readonly Finding[] {
  const name = quoted(before.name);
  const fate =
    unmanaged === 'delete'
      ? 'will be deleted, because the target says `unmanaged: delete`'
      : 'stays live; write `ensure: absent` to delete it';
  if (live === undefined) {
    if (after === undefined) return [[goneCode(before), `${name} is no longer managed and ${fate}`]];
    if (before.id === undefined || before.id === after.id) return [];
    const pinned = `the role with the id ${quoted(before.id)} may no longer be managed`;
    return [['role-unmanaged', `${name} was pinned to the id ${quoted(before.id)} and no longer is; ${pinned}`]];
  }
  const left = candidatesOf(before).filter(({ id }) => !head.byLiveId.has(id));
  if (left.length > 0) {
    return left.map(({ id, name: now }) => {
      const also = now === before.name ? '' : ` (live as ${quoted(now)}, id ${quoted(id)})`;
      return [goneCode(before), `${name}${also} is no longer managed and ${fate}`];
    });
  }
  // Deleted as intended: the entry has done its work.
  if (after !== undefined || before.absent) return [];
  return [[goneCode(before), `${name} is no longer managed; no such role is live`]];
}

function goneCode({ absent }: DesiredRole): string {
  return absent ? 'absent-lifted' : 'role-unmanaged';
}

function loosened(before: DesiredRole, after: DesiredRole | undefined): readonly Finding[] {
  const name = quoted((after ?? before).name);
  const found: Finding[] = [];
  if (before.protected && after?.protected !== true) {
    const until = 'until that is merged, nothing is taken from the role, and it is not deleted';
    found.push(['protection-lifted', `\`protected: true\` of ${name} is removed; ${until}`]);
  }
  if (after === undefined) return found;
  if (before.absent && !after.absent) {
    found.push(['absent-lifted', `\`ensure: absent\` of ${name} is removed: the role is wanted again`]);
  }
  if (before.absent || after.absent) return found;
  const still = new Set(managed(after));
  for (const field of managed(before).filter((one) => !still.has(one))) {
    found.push(['field-unmanaged', `\`${field}\` of ${name} is no longer managed; what is live stays as it is`]);
  }
  return found;
}

function managed({ description, permissions, settings }: DesiredRole): readonly string[] {
  return [
    ...(description === undefined ? [] : ['description']),
    ...(permissions === undefined ? [] : ['permissions']),
    ...Object.keys(settings),
  ];
}

/** What an `id` or `previously` of the head takes over that no role of the base managed. A name says itself what it takes. */
function reached(role: DesiredRole, { live }: TwoSides, { candidatesOf, base }: Index): readonly Finding[] {
  const name = quoted(role.name);
  const by = role.id === undefined ? 'previously' : 'id';
  const code = `reached-by-${by}`;
  if (live === undefined) {
    if (role.id !== undefined) {
      return base.byId.has(role.id)
        ? []
        : [[code, `${name} is pinned to the id ${quoted(role.id)}, as no role was before`]];
    }
    return role.previously
      .filter((one) => !base.byName.has(one) && !base.byFormerName.has(one))
      .map((one) => [code, `${name} takes over a role called ${quoted(one)}, which no file named before`]);
  }
  return candidatesOf(role)
    .filter((one) => !base.byLiveId.has(one.id) && (role.id !== undefined || one.name !== role.name))
    .map(({ id, name: now }) => [
      code,
      `\`${by}\` of ${name} reaches the live role ${quoted(now)} (id ${quoted(id)}), which no file managed before`,
    ]);
}

function quoted(text: string): string {
  return `\`${shown(text)}\``;
}
