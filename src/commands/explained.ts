/** A role of the files with every way that gives or takes a permission, and since when each line of these says so. Writes nothing. */
import { permissionLines } from '../authoring/edit-role.ts';
import type { Config } from '../config/config.ts';
import type { Meaning } from '../core/access.ts';
import { byCodeUnit, type DesiredRole, groupBy, type PermissionOrigin, type Source } from '../core/role.ts';
import { type Blame, type BlamedLine, blame } from '../files/git-blame.ts';
import type { Contents } from '../files/overlay.ts';
import type { CommandIo } from '../io.ts';

/** Targets on which the role is the same, in every way. */
export interface Explained {
  readonly targets: readonly string[];
  readonly provider: string;
  readonly role: DesiredRole;
  /** null: the file does not say; the live ones stay. */
  readonly permissions: readonly Granted[] | null;
  /** What `without` takes out. */
  readonly without: readonly TakenOut[];
  /** What exceptions gave until a day that is over. */
  readonly ended: readonly Ended[];
  /** By its exceptions, from what it is on most of its targets; null: it is like there, or nowhere else. */
  readonly differs: Difference | null;
  /** Why nobody can say since when; null: it is said. */
  readonly unknown: string | null;
}

export interface Placed {
  readonly source: Source;
  readonly origin: BlamedLine | null;
}

export interface Granted extends Meaning {
  readonly permission: string;
  readonly ways: readonly Way[];
}

export interface Way extends Placed {
  readonly kind: 'own' | PermissionOrigin['kind'];
  /** From the set that the role names to the one that lists the permission. */
  readonly sets: readonly string[];
  readonly until: string | null;
  readonly reason: string | null;
  readonly owner: string | null;
}

export interface TakenOut extends Meaning, Placed {
  readonly permission: string;
  /** Of the exception that says it; null: the role itself does. */
  readonly exception: { readonly reason: string; readonly owner: string | null } | null;
}

export interface Ended extends Meaning, Placed {
  readonly permission: string;
  readonly until: string;
  readonly reason: string;
}

export interface Difference {
  /** The most targets on which it is the same. */
  readonly from: readonly string[];
  readonly more: readonly string[];
  readonly less: readonly string[];
}

/** On the `chosen` of `targets`. `contents`: of every file that `targets` were read from. */
export function explained(
  name: string,
  targets: Config['targets'],
  chosen: ReadonlySet<string>,
  contents: Contents,
  io: CommandIo,
): readonly Explained[] {
  const lines = linesOf(contents, io);
  const found = targets.flatMap(({ name: target, provider, roles }) =>
    roles.filter((role) => role.name === name).map((role) => ({ target, provider, role })),
  );
  const alike = [...groupBy(found, ({ role }) => placeAndWays(role)).values()].flatMap((same): readonly Alike[] => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first, targets: same.map(({ target }) => target).toSorted(byCodeUnit) }];
  });
  const bySource = groupBy(alike, ({ role }) => JSON.stringify(role.source));
  return alike.flatMap((one): readonly Explained[] => {
    const own = one.targets.filter((target) => chosen.has(target));
    if (own.length === 0) return [];
    const differs = difference(one, bySource.get(JSON.stringify(one.role.source)) ?? []);
    return [explainedOn({ ...one, targets: own }, differs, lines, io)];
  });
}

/** A role, and all targets on which it is that in every way. */
interface Alike {
  readonly targets: readonly string[];
  readonly provider: string;
  readonly role: DesiredRole;
}

/** With exceptions the same place says something else on some targets. */
function placeAndWays({ source, permissions, origins, barred, ended }: DesiredRole): string {
  return JSON.stringify([source, permissions, [...(origins ?? [])], [...(barred ?? [])], ended]);
}

function explainedOn(
  { targets, provider, role }: Alike,
  differs: Difference | null,
  lines: Lines,
  { table }: CommandIo,
): Explained {
  const meaning = (permission: string) => ({ permission, ...table.accessOf(provider, permission) });
  const own = role.permissions === undefined ? new Map<string, number>() : lines.ownOf(role.source);
  const permissions = role.permissions?.map((permission): Granted => {
    const line = own.get(permission);
    const listed = line === undefined ? [] : [ownWay({ ...role.source, line, column: 1 }, lines)];
    const others = (role.origins?.get(permission) ?? []).map((origin) => wayOf(origin, lines));
    return { ...meaning(permission), ways: [...listed, ...others] };
  });
  const barred = [...(role.barred?.values() ?? [])].toSorted((a, b) => byCodeUnit(a.permission, b.permission));
  const without = barred.map(({ permission, source, exception }) => ({
    ...meaning(permission),
    exception: exception && { reason: exception.reason, owner: exception.owner },
    ...lines.placed(source),
  }));
  const ended = (role.ended ?? []).map(({ permission, until, reason, source }) => ({
    ...meaning(permission),
    until,
    reason,
    ...lines.placed(source),
  }));
  return {
    targets,
    provider,
    role,
    permissions: permissions ?? null,
    without,
    ended,
    differs,
    unknown: lines.unknown(),
  };
}

function ownWay(source: Source, lines: Lines): Way {
  return { kind: 'own', sets: [], until: null, reason: null, owner: null, ...lines.placed(source) };
}

function wayOf(origin: PermissionOrigin, lines: Lines): Way {
  const { kind, source } = origin;
  if (kind === 'set') {
    return { kind, sets: origin.sets, until: null, reason: null, owner: null, ...lines.placed(source) };
  }
  const { until, reason, owner } = origin;
  return { kind, sets: [], until, reason, owner, ...lines.placed(source) };
}

interface Lines {
  readonly placed: (source: Source) => Placed;
  /** By permission, where the role's own list has it. */
  readonly ownOf: (role: Source) => ReadonlyMap<string, number>;
  /** Why it is not known of some line; null: of each it is, as far as was asked. */
  readonly unknown: () => string | null;
}

function linesOf(contents: Contents, { cwd, environment }: CommandIo): Lines {
  const blames = new Map<string, Blame>();
  const textOf = (file: string) => new TextDecoder().decode(contents.get(file));
  return {
    placed: (source) => {
      const told = blames.get(source.file) ?? blame(source.file, textOf(source.file), { cwd, environment });
      blames.set(source.file, told);
      return { source, origin: ('lines' in told && told.lines[source.line]) || null };
    },
    ownOf: (role) => permissionLines(textOf(role.file), role),
    unknown: () => {
      const silent = [...blames.values()].find((one) => 'reason' in one);
      return silent === undefined ? null : silent.reason;
    },
  };
}

function difference(one: Alike, all: readonly Alike[]): Difference | null {
  const [most] = all.toSorted((a, b) => b.targets.length - a.targets.length);
  if (most === undefined || most === one) return null;
  const [own, usual] = [one, most].map(({ role }) => role.permissions ?? []);
  return {
    from: most.targets,
    more: (own ?? []).filter((permission) => !usual?.includes(permission)),
    less: (usual ?? []).filter((permission) => !own?.includes(permission)),
  };
}
