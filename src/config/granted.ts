/**
 * What a role may do on one target: the union of its list, its sets and the exceptions for that target, less what
 * `without` takes out. It is evaluated once; nothing comes before anything else.
 */
import type { AccessClass } from '../core/access.ts';
import { type Location, type Problem, problem } from '../core/problem.ts';
import { type Barred, type DesiredRole, type PermissionOrigin, sortedSet } from '../core/role.ts';
import { shown } from '../core/text.ts';
import type { Manifest } from '../providers/manifest.ts';
import { below, type Document, where } from './document.ts';
import { type Exception, endedGrants } from './exceptions.ts';
import type { DefinedSet, Expansion, Sets } from './sets.ts';
import { plainPermissions, type RawRole } from './shape.ts';

/** A role with a list of permissions, where it is written. */
export interface Listed {
  readonly raw: RawRole;
  readonly document: Document;
  readonly manifest: Manifest;
  readonly pointer: string;
}

/** What the role's own file gives it, on every target. */
export interface OwnGrants {
  readonly permissions: readonly string[];
  readonly origins: ReadonlyMap<string, readonly PermissionOrigin[]>;
  /** Of `without`, with its sets written out. */
  readonly barred: ReadonlyMap<string, Barred>;
  readonly sets: readonly DefinedSet[];
  readonly problems: readonly Problem[];
}

export type Granted = Pick<DesiredRole, 'permissions' | 'origins' | 'barred' | 'ended'>;

/** undefined: the file leaves the permissions as they are. */
export function ownGrants({ raw, document, manifest, pointer }: Listed, sets: Sets): OwnGrants | undefined {
  const list = raw.permissions;
  if (list === undefined) {
    return raw.without === undefined ? undefined : withoutAlone(document.key(below(pointer, 'without')));
  }
  if (raw.without === undefined && list.every((item) => typeof item !== 'object')) {
    const permissions = sortedSet(list.filter((item) => typeof item === 'string'));
    return { permissions, origins: new Map(), barred: new Map(), sets: [], problems: [] };
  }
  const place = below(pointer, 'permissions');
  const all = sets.expand(list, place, document, manifest);
  const barring = withoutOf({ raw, document, manifest, pointer }, all, sets);
  const kept = [...all.permissions].filter(([permission]) => !barring.barred.has(permission));
  const isBare = kept.length === 0 && manifest.capabilities.permissionsRequired;
  const empties = isBare && all.permissions.size > 0;
  const hollow = isBare && all.permissions.size === 0 && all.sets.length > 0 && !all.lacking;
  return {
    permissions: sortedSet(kept.map(([permission]) => permission)),
    origins: new Map(kept.filter(([, origins]) => origins.length > 0)),
    barred: barring.barred,
    sets: all.sets,
    problems: [
      ...barring.problems,
      ...(empties ? [emptied(document.key(below(pointer, 'without')))] : []),
      ...(hollow ? [ofEmptySets(document.key(place))] : []),
    ],
  };
}

/** `own` with the exceptions for this role on one target. Problems of the exceptions are told once for each target. */
export function grantedOn(
  own: OwnGrants,
  exceptions: readonly Exception[],
  manifest: Manifest,
  classOf: (provider: string, permission: string) => AccessClass,
): { readonly granted: Granted; readonly problems: readonly Problem[] } {
  const active = exceptions.filter(({ ended }) => !ended);
  const taken = new Map<string, Barred>();
  for (const { without, document, origin } of active) {
    for (const { value, pointer } of without) {
      if (!taken.has(value)) {
        taken.set(value, { permission: value, source: document.at(pointer).source, exception: origin });
      }
    }
  }
  const origins = new Map(own.origins);
  const wanted = new Set(own.permissions);
  for (const { add, origin } of active) {
    for (const { value } of add) {
      wanted.add(value);
      origins.set(value, [...(origins.get(value) ?? []), origin]);
    }
  }
  const barred = new Map([...taken, ...own.barred]);
  for (const permission of barred.keys()) {
    wanted.delete(permission);
    origins.delete(permission);
  }
  const ended = endedGrants(exceptions, wanted);
  const [taker] = active.filter(({ without }) => without.length > 0);
  const empties = wanted.size === 0 && own.permissions.length > 0 && manifest.capabilities.permissionsRequired;
  return {
    granted: { permissions: sortedSet([...wanted]), origins, barred, ...(ended.length > 0 && { ended }) },
    problems: [
      ...active.flatMap((one) => faultsOf(one, own, taken, (permission) => classOf(manifest.name, permission))),
      ...(empties && taker ? [emptied(taker.document.key(below(taker.pointer, 'without')))] : []),
    ],
  };
}

function withoutAlone(at: Location): OwnGrants {
  const message = '`without` takes permissions out of a list, and this role has no `permissions`: add the list';
  return {
    permissions: [],
    origins: new Map(),
    barred: new Map(),
    sets: [],
    problems: [problem(at, 'without-list', message)],
  };
}

function withoutOf({ raw, document, manifest, pointer }: Listed, all: Expansion, sets: Sets) {
  const place = below(pointer, 'without');
  const problems: Problem[] = [];
  const barred = new Map<string, Barred>();
  const hit = (permissions: Iterable<string>, at: Location, what: string) => {
    const hits = [...permissions].filter((one) => all.permissions.has(one));
    for (const permission of hits) {
      if (!barred.has(permission)) barred.set(permission, { permission, source: at.source, exception: null });
    }
    if (hits.length === 0 && !all.lacking)
      problems.push(problem(at, 'without-nothing', `${what} takes nothing out: no set of this role has it`));
  };
  (raw.without ?? []).forEach((item, index) => {
    const at = document.at(below(place, index));
    if (typeof item === 'string') {
      if (plainPermissions(raw.permissions, '').some(({ value }) => value === item)) {
        const message = `\`${shown(item)}\` stands in \`permissions\` of the role itself: remove it there`;
        problems.push(problem(at, 'without-own', message));
      }
      hit([item], at, `\`${shown(item)}\``);
    } else if (item?.set !== undefined) {
      const { permissions } = sets.expand([item], below(place, index), document, manifest);
      if (permissions.size > 0) hit(permissions.keys(), at, `the set \`${shown(item.set)}\``);
    }
  });
  return { barred, problems };
}

function ofEmptySets(at: Location): Problem {
  const message =
    'the sets of this role hold no permission, and it must have one: to delete the role, write `ensure: absent`';
  return problem(at, 'empty-list', message);
}

function emptied(at: Location): Problem {
  const message = '`without` leaves the role with no permission: to delete the role, write `ensure: absent`';
  return problem(at, 'empty-list', message);
}

function faultsOf(
  { add, without, document, role }: Exception,
  own: OwnGrants,
  taken: ReadonlyMap<string, Barred>,
  classOf: (permission: string) => AccessClass,
): readonly Problem[] {
  const held = new Set(own.permissions);
  const added = add.flatMap(({ value, pointer }): readonly Problem[] => {
    const at = document.at(pointer);
    const name = `\`${shown(value)}\``;
    if (own.barred.has(value)) {
      const message = `the role \`${shown(role)}\` says \`without\` ${name}, so adding it does nothing: remove one of the two`;
      return [problem(at, 'exception-barred', message)];
    }
    if (taken.has(value)) {
      const message = `an exception for this role and target says \`without\` ${name}, so adding it does nothing: remove one of the two`;
      return [problem(at, 'exception-barred', message)];
    }
    const guard = own.sets.find((set) => set.exceptionsMayNotAdd.includes(classOf(value)));
    if (guard !== undefined && !held.has(value)) {
      const message = `${name} is of the class ${classOf(value)}, which the permission set \`${shown(guard.name)}\` keeps exceptions from adding (${where(guard.at)})`;
      return [problem(at, 'exception-forbidden', message)];
    }
    if (!held.has(value)) return [];
    const message = `the role \`${shown(role)}\` has ${name} on this target anyway: remove it from the exception`;
    return [problem(at, 'exception-needless', message, 'warning')];
  });
  const removed = without.flatMap(({ value, pointer }) => {
    if (held.has(value)) return [];
    const message = `\`${shown(value)}\` takes nothing out: the role \`${shown(role)}\` does not have it`;
    return [problem(document.at(pointer), 'without-nothing', message)];
  });
  return [...added, ...removed];
}
