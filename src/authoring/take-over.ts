/** What the files will take over from the live roles: which parts of which role of which file, and what stays as it is, and why. Pure. */
import type { Config } from '../config/config.ts';
import type { Language } from '../config/language.ts';
import { type Change, carry, type Part, partKey, parts, restrict, type Update, update } from '../core/change.ts';
import { diff, type Rules } from '../core/diff.ts';
import { type DesiredRole, groupBy, type LiveRole, type Role, type Source, sortedSet } from '../core/role.ts';
import { shown } from '../core/text.ts';
import type { RoleEdit } from './edit-role.ts';
import type { NewException } from './exception-text.ts';
import { faultIn, type SaidOfRole } from './fault.ts';
import type { ListChange } from './list-edits.ts';
import { isChangedByOwn, type Route, routeOf, setReason, sharedReason, standsReason } from './route.ts';

export const kindsOfDrift = ['grants', 'revokes', 'fields'] as const;
export type KindOfDrift = (typeof kindsOfDrift)[number];

/** A target as it was read just now. */
export interface Reading {
  readonly name: string;
  readonly provider: string;
  readonly live: readonly LiveRole[];
  readonly rules: Omit<Rules, 'unmanaged'>;
  readonly permissionsRequired: boolean;
}

export interface Choice {
  /** Names, live or of the files; undefined: all. */
  readonly roles?: readonly string[];
  readonly only?: KindOfDrift;
  /** A role of several targets is edited although not all of them changed in this way. */
  readonly shared: boolean;
  /** What only some targets of a role have becomes an exception of these, for this reason; undefined: it is left. */
  readonly exception?: { readonly reason: string };
  /** What a permission set gives is taken out of the set. */
  readonly sets: boolean;
  readonly language: Language;
}

export interface Taken {
  readonly target: string;
  readonly provider: string;
  readonly source: Source | null;
  /** From what the file says to what is live. */
  readonly change: Change;
}

/** What one role of one file will declare. */
export interface RoleTakeOver {
  readonly source: Source;
  readonly edit: RoleEdit;
  readonly taken: readonly Taken[];
  /** It is for other targets too, which did not all change in this way. */
  readonly shared: boolean;
}

/** How one target will differ from the file of a role. */
export interface ExceptionTakeOver {
  readonly target: string;
  readonly exception: NewException;
  readonly taken: readonly Taken[];
}

/** A permission that sets are not to hold any more. */
export interface SetTakeOver {
  readonly permission: string;
  /** Where it is in them. */
  readonly items: readonly Source[];
  /** Roles whose own list is not to hold it either. */
  readonly roles: readonly Source[];
  readonly taken: readonly Taken[];
}

export interface Left {
  readonly target: string;
  readonly role: string;
  readonly source: Source | null;
  /** Stable, kebab-case, for machines. */
  readonly code:
    | 'not-live'
    | 'absent'
    | 'shared'
    | 'set'
    | 'exception'
    | 'without'
    | 'ended'
    | 'conflict'
    | 'not-allowed'
    | 'empty'
    | 'name-taken'
    | 'form'
    | 'no-file';
  readonly reason: string;
}

export interface TakeOver {
  readonly entries: readonly RoleTakeOver[];
  readonly exceptions: readonly ExceptionTakeOver[];
  readonly sets: readonly SetTakeOver[];
  readonly left: readonly Left[];
}

/** `readings`: of the targets that were chosen and could be read. */
export function takeOver(config: Config, readings: readonly Reading[], choice: Choice): TakeOver {
  const found = readings.map((reading) => ({ reading, drift: driftOf(config, reading) }));
  const left = found.flatMap(({ reading, drift }) => drift.flatMap((one) => notTaken(reading, one, choice)));
  const made: Made[] = [];
  for (const [key, source] of sourcesOf(found.flatMap(({ drift }) => drift.map(({ change }) => change)))) {
    const holders = config.targets.flatMap(({ name, roles }) => {
      const role = roles.find((one) => keyOf(one.source) === key);
      return role === undefined ? [] : [{ target: name, role }];
    });
    const drifts = found.flatMap(({ reading, drift }) => {
      const role = holders.find(({ target }) => target === reading.name)?.role;
      return drift.flatMap(({ change, back }) =>
        back !== undefined && role !== undefined && keyOf(change.source) === key && isChosen(change, choice)
          ? [{ reading, role, drift: back }]
          : [],
      );
    });
    const [first] = drifts;
    if (first !== undefined) made.push(entriesFor({ source, role: first.role, drifts, holders, config, choice }));
  }
  return {
    entries: made.flatMap(({ entry }) => entry ?? []),
    exceptions: made.flatMap(({ exceptions }) => exceptions),
    sets: together(made.flatMap(({ sets }) => sets)),
    left: [...left, ...made.flatMap((one) => one.left)],
  };
}

interface Drift {
  readonly change: Change;
  /** The change turned round, from what the file says to what is live; undefined where one of the two is no role. */
  readonly back: Update | undefined;
}

/** All that differs, whoever may not write it. */
export function driftOf(config: Config, { name, live, rules }: Reading): readonly Drift[] {
  const desired = config.targets.find((target) => target.name === name)?.roles ?? [];
  const { changes } = diff(desired, live, { ...rules, unmanaged: 'report' });
  return changes.map((change) => {
    const { cause, source } = change;
    const back =
      change.action === 'update' ? update(change.id, change.after, change.before, { cause, source }) : undefined;
    return { change, back };
  });
}

function notTaken({ name }: Reading, { change }: Drift, choice: Choice): readonly Left[] {
  if (change.action === 'update' || !isChosen(change, choice)) return [];
  const what = { target: name, role: change.role, source: change.source };
  if (change.action === 'create') {
    // A role that nobody has applied yet looks just like one that somebody deleted.
    const reason =
      'it is not live: it was deleted by hand or never applied; remove it from the file yourself if it should stay deleted';
    return [{ ...what, code: 'not-live', reason }];
  }
  const reason = 'the file says `ensure: absent`, but it is live: remove that line yourself if the role should stay';
  return [{ ...what, code: 'absent', reason }];
}

function isChosen({ before, after }: Change, { roles }: Choice): boolean {
  return roles === undefined || [before, after].some((role) => role !== null && roles.includes(role.name));
}

function sourcesOf(changes: readonly Change[]): ReadonlyMap<string, Source> {
  return new Map(changes.flatMap(({ source }) => (source === null ? [] : [[keyOf(source), source] as const])));
}

export function keyOf(source: Source | null): string {
  return source === null ? '' : JSON.stringify([source.file, source.line, source.column]);
}

interface Holder {
  readonly target: string;
  /** As it is there: exceptions make a difference. */
  readonly role: DesiredRole;
}

interface Subject {
  readonly source: Source;
  readonly role: DesiredRole;
  readonly drifts: readonly { readonly reading: Reading; readonly role: DesiredRole; readonly drift: Update }[];
  /** All targets that the role is for. */
  readonly holders: readonly Holder[];
  readonly config: Config;
  readonly choice: Choice;
}

interface Made {
  readonly entry?: RoleTakeOver;
  readonly exceptions: readonly ExceptionTakeOver[];
  readonly sets: readonly SetTakeOver[];
  readonly left: readonly Left[];
}

function entriesFor(subject: Subject): Made {
  const { source } = subject;
  const sifted = sift(subject, wantedIn(subject));
  const { kept, left: empty } = notEmptied(subject, sifted.taken);
  const by = (way: Way) => kept.filter((one) => one.way === way);
  const own = by('own');
  return {
    left: [...sifted.left, ...empty],
    ...(own.length > 0 && {
      entry: {
        source,
        edit: editOf(
          source,
          own.map(({ part }) => part),
        ),
        shared: own.some(({ shared }) => shared),
        taken: takenOf(subject, own),
      },
    }),
    exceptions: exceptionsOf(subject, by('exception')),
    sets: by('sets').flatMap((one): readonly SetTakeOver[] =>
      one.route.kind === 'sets' && one.part.kind === 'revoke'
        ? [
            {
              permission: one.part.permission,
              items: one.route.origins.map((origin) => origin.source),
              roles: [source],
              taken: takenOf(subject, [one]),
            },
          ]
        : [],
    ),
  };
}

function takenOf({ drifts, source }: Subject, own: readonly Chosen[]): readonly Taken[] {
  return drifts.flatMap(({ reading, drift }): readonly Taken[] => {
    const here = new Set(own.filter(({ targets }) => targets.includes(reading.name)).map(({ part }) => partKey(part)));
    const change = restrict(
      drift,
      parts(drift).filter((part) => here.has(partKey(part))),
    );
    return change === undefined ? [] : [{ target: reading.name, provider: reading.provider, source, change }];
  });
}

function exceptionsOf(subject: Subject, all: readonly Chosen[]): readonly ExceptionTakeOver[] {
  const { reason = '' } = subject.choice.exception ?? {};
  return subject.drifts.flatMap(({ reading: { name: target }, role: { name } }): readonly ExceptionTakeOver[] => {
    const here = all.filter(({ targets }) => targets.includes(target)).map((one) => ({ ...one, targets: [target] }));
    if (here.length === 0) return [];
    const { add, remove } = changeOf(here.map(({ part }) => part));
    return [{ target, exception: { role: name, add, without: remove, reason }, taken: takenOf(subject, here) }];
  });
}

/** What is removed from one set is removed for all roles that have it: it is one edit. */
function together(sets: readonly SetTakeOver[]): readonly SetTakeOver[] {
  const same = groupBy(sets, ({ permission, items }) => JSON.stringify([permission, items.map(keyOf).toSorted()]));
  return [...same.values()].flatMap((all): readonly SetTakeOver[] => {
    const [first] = all;
    if (first === undefined) return [];
    const [roles, taken] = [all.flatMap((one) => one.roles), all.flatMap((one) => one.taken)];
    return [{ ...first, roles, taken }];
  });
}

/** A part of a drift, and the targets that have it by the same ways. */
interface Wanted {
  readonly part: Part;
  readonly route: Route;
  readonly targets: readonly string[];
}

function wantedIn({ drifts, choice }: Subject): readonly Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const { reading, role, drift } of drifts) {
    for (const part of parts(drift).filter((one) => isKind(one, choice.only))) {
      const route = routeOf(role, part);
      const key = JSON.stringify([partKey(part), route]);
      wanted.set(key, { part, route, targets: [...(wanted.get(key)?.targets ?? []), reading.name] });
    }
  }
  return [...wanted.values()];
}

type Way = 'own' | 'exception' | 'sets';

interface Chosen extends Wanted {
  readonly way: Way;
  /** Not all targets of the role have it, and the role is edited for all. */
  readonly shared: boolean;
}

function sift(subject: Subject, wanted: readonly Wanted[]) {
  const left: Left[] = [];
  const taken: Chosen[] = [];
  for (const one of wanted) {
    const way = wayFor(subject, one, wanted);
    if ('code' in way) left.push(...leave(subject, one, { ...way, reason: `${said(one.part)}: ${way.reason}` }));
    else taken.push({ ...one, ...way });
  }
  return { taken, left };
}

function wayFor(subject: Subject, one: Wanted, wanted: readonly Wanted[]): Pick<Chosen, 'way' | 'shared'> | Fault {
  const { choice, drifts } = subject;
  const { part, route, targets } = one;
  if (route.kind === 'added') return { code: 'exception', reason: standsReason(route) };
  if (route.kind === 'barred') return { code: 'without', reason: standsReason(route) };
  if (route.kind === 'ended') return { code: 'ended', reason: standsReason(route) };
  const fault =
    faultOf(drifts[0]?.reading.provider ?? '', part, choice.language) ??
    (part.kind === 'field' ? nameFault(part, subject) : undefined);
  if (fault !== undefined) return fault;
  const exception = part.kind !== 'field' && choice.exception !== undefined;
  if (route.kind === 'sets') {
    if (exception) return { way: 'exception', shared: false };
    if (choice.sets) return { way: 'sets', shared: false };
    return { code: 'set', reason: setReason(route.origins, othersOfSets(subject, one).length) };
  }
  const field = fieldOf(part);
  if (field !== undefined && wanted.filter((other) => fieldOf(other.part) === field).length > 1) {
    return {
      code: 'conflict',
      reason: 'the targets of this role have different ones; give each a role of its own',
    };
  }
  const others = subject.holders.filter(({ target, role }) => !targets.includes(target) && isChangedByOwn(role, part));
  if (others.length === 0 || choice.shared) return { way: 'own', shared: others.length > 0 };
  if (exception) return { way: 'exception', shared: false };
  const names = others.map(({ target }) => target);
  return { code: 'shared', reason: sharedReason(names, part) };
}

/** Targets of any role that would lose the permission with the sets. */
function othersOfSets({ config }: Subject, { part, route, targets }: Wanted): readonly string[] {
  if (route.kind !== 'sets' || part.kind !== 'revoke') return [];
  const items = route.origins.map(({ source }) => source);
  const others = config.targets.filter(
    ({ name, roles }) => !targets.includes(name) && roles.some((role) => isLostWith(role, part.permission, items)),
  );
  return others.map(({ name }) => name);
}

/** Whether everything that gives it to the role, besides its own list, is at these places of sets. */
export function isLostWith({ origins }: DesiredRole, permission: string, items: readonly Source[]): boolean {
  const ways = origins?.get(permission) ?? [];
  const places = new Set(items.map(keyOf));
  return ways.length > 0 && ways.every(({ kind, source }) => kind === 'set' && places.has(keyOf(source)));
}

/** Without the revokes that would leave the role with nothing, where a file cannot say that. */
function notEmptied(subject: Subject, taken: readonly Chosen[]) {
  const empties = subject.drifts.some(({ reading, role }) => {
    const here = taken.filter(({ targets }) => targets.includes(reading.name)).map(({ part }) => part);
    const isEmpty = carry(bare(role), here).permissions.length === 0;
    return reading.permissionsRequired && isEmpty && (role.permissions ?? []).length > 0;
  });
  if (!empties) return { kept: taken, left: [] };
  const kept = taken.filter(({ part }) => part.kind !== 'revoke');
  const reason =
    'it has no permissions left, which a role file cannot express: delete the role with `ensure: absent`, or give it one';
  const targets = subject.drifts.map(({ reading }) => reading.name);
  return { kept, left: leave(subject, { targets }, { code: 'empty', reason }) };
}

function leave(
  { source, role }: Subject,
  { targets }: Pick<Wanted, 'targets'>,
  { code, reason }: Fault,
): readonly Left[] {
  return targets.map((target) => ({ target, role: role.name, source, code, reason }));
}

function isKind({ kind }: Part, only: KindOfDrift | undefined): boolean {
  const kindOf = { grant: 'grants', revoke: 'revokes', field: 'fields', create: '', delete: '', drop: '' } as const;
  return only === undefined || kindOf[kind] === only;
}

function fieldOf(part: Part): string | undefined {
  return part.kind === 'field' ? part.field : undefined;
}

interface Fault {
  readonly code: Left['code'];
  readonly reason: string;
}

function faultOf(provider: string, part: Part, language: Language): Fault | undefined {
  const said = saidBy(part);
  const reason = said && faultIn(provider, said, language);
  return reason === undefined ? undefined : { code: 'not-allowed', reason };
}

/** What the file would say; undefined: less than before. */
function saidBy(part: Part): SaidOfRole | undefined {
  if (part.kind === 'grant') return { permissions: [part.permission] };
  return part.kind === 'field' && part.after !== null ? { [part.field]: part.after } : undefined;
}

/** A name that another role of the files has, or had. */
function nameFault(part: Part & { kind: 'field' }, { role, holders, config }: Subject): Fault | undefined {
  if (part.field !== 'name') return undefined;
  const names = new Set(holders.map(({ target }) => target));
  const all = config.targets.filter(({ name }) => names.has(name)).flatMap(({ roles }) => roles);
  const other = all.find(
    ({ source, name, previously }) =>
      keyOf(source) !== keyOf(role.source) && (name === part.after || previously.some((one) => one === part.after)),
  );
  if (other === undefined) return undefined;
  const at = `${other.source.file}:${other.source.line}`;
  return { code: 'name-taken', reason: `the role \`${shown(other.name)}\` (${at}) has or had that name` };
}

/** For a message; the values are shown elsewhere. */
function said(part: Part): string {
  if (part.kind === 'field') return `\`${part.field}\``;
  return 'permission' in part ? `\`${shown(part.permission)}\`` : part.kind;
}

function bare({ name, description = '', permissions = [], settings }: DesiredRole): Role {
  return { name, description, permissions, settings };
}

function editOf({ line, column }: Source, kept: readonly Part[]): RoleEdit {
  const fields = kept.flatMap((part) => (part.kind === 'field' ? [[part.field, part.after] as const] : []));
  return { place: { line, column }, permissions: changeOf(kept), fields: Object.fromEntries(fields) };
}

function changeOf(kept: readonly Part[]): ListChange {
  const named = (kind: 'grant' | 'revoke') =>
    sortedSet(kept.flatMap((part) => (part.kind === kind && 'permission' in part ? [part.permission] : [])));
  return { add: named('grant'), remove: named('revoke') };
}
