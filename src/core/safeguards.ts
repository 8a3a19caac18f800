/** Which safeties of roles a branch moves, with what is live where that is known. It looks at files, not at changes. Pure. */
import { type Candidate, candidates } from './candidates.ts';
import type { Safeguard } from './plan.ts';
import type { DesiredRole, Source } from './role.ts';
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

/** Not sorted. Roles that are new in the files are no rails; what they reach by `id` or `previously` is. */
export function roleSafeguards(sides: TwoSides): readonly Safeguard[] {
  const { target, base, head } = sides;
  const rail = (code: string, role: DesiredRole, message: string, source: Source = role.source): Safeguard => ({
    code,
    target,
    role: role.name,
    message,
    source,
  });
  const pairs = base.map((before) => ({ before, after: counterpart(before, sides) }));
  return [
    ...pairs.flatMap(({ before, after }) => [
      ...leftBehind(before, after, sides).map(([code, message]) => rail(code, before, message, after?.source)),
      ...loosened(before, after).map(([code, message]) => rail(code, after ?? before, message)),
    ]),
    ...head.flatMap((role) => reached(role, sides).map(([code, message]) => rail(code, role, message))),
  ];
}

type Finding = readonly [code: string, message: string];

/** The head's role for the same live role; where that is not known, for the same id, name, or former name. */
function counterpart(before: DesiredRole, { head, live = [] }: TwoSides): DesiredRole | undefined {
  const ids = new Set(candidates(before, live).map(({ id }) => id));
  return (
    head.find((role) => candidates(role, live).some(({ id }) => ids.has(id))) ??
    head.find((role) => role.id !== undefined && role.id === before.id) ??
    head.find((role) => role.name === before.name) ??
    head.find((role) => role.previously.includes(before.name))
  );
}

/** Live roles that the base manages and the head does not. */
function leftBehind(before: DesiredRole, after: DesiredRole | undefined, sides: TwoSides): readonly Finding[] {
  const { head, live, unmanaged } = sides;
  const name = quoted(before.name);
  const fate =
    unmanaged === 'delete'
      ? 'is to be deleted, because the target says `unmanaged: delete`'
      : 'stays live; write `ensure: absent` to delete it';
  if (live === undefined) {
    if (after === undefined) return [[goneCode(before), `${name} is no longer managed and ${fate}`]];
    if (before.id === undefined || before.id === after.id) return [];
    const pinned = `the role with the id ${quoted(before.id)} may no longer be managed`;
    return [['role-unmanaged', `${name} was pinned to the id ${quoted(before.id)} and no longer is; ${pinned}`]];
  }
  const kept = new Set(head.flatMap((role) => candidates(role, live).map(({ id }) => id)));
  const meantBefore = candidates(before, live);
  const left = meantBefore.filter(({ id }) => !kept.has(id));
  if (left.length > 0) {
    return left.map(({ id, name: now }) => {
      const also = now === before.name ? '' : ` (live as ${quoted(now)}, id ${quoted(id)})`;
      return [goneCode(before), `${name}${also} is no longer managed and ${fate}`];
    });
  }
  // Deleted as it was to be: the entry has done its work.
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
function reached(role: DesiredRole, { base, live }: TwoSides): readonly Finding[] {
  const name = quoted(role.name);
  const by = role.id === undefined ? 'previously' : 'id';
  const code = `reached-by-${by}`;
  if (live === undefined) {
    const ids = new Set(base.map(({ id }) => id));
    const names = new Set(base.flatMap((one) => [one.name, ...one.previously]));
    if (role.id !== undefined) {
      return ids.has(role.id) ? [] : [[code, `${name} is pinned to the id ${quoted(role.id)}, as no role was before`]];
    }
    return role.previously
      .filter((one) => !names.has(one))
      .map((one) => [code, `${name} takes over a role called ${quoted(one)}, which no file named before`]);
  }
  const before = new Set(base.flatMap((one) => candidates(one, live).map(({ id }) => id)));
  return candidates(role, live)
    .filter((one) => !before.has(one.id) && (role.id !== undefined || one.name !== role.name))
    .map(({ id, name: now }) => [
      code,
      `\`${by}\` of ${name} reaches the live role ${quoted(now)} (id ${quoted(id)}), which no file managed before`,
    ]);
}

function quoted(text: string): string {
  return `\`${shown(text)}\``;
}
