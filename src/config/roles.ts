/** Roles: each one by itself, and all that are for one target together. */
import { type Location, type Problem, problem } from '../core/problem.ts';
import { type DesiredRole, groupBy } from '../core/role.ts';
import { faultInDescription, faultInName, shown } from '../core/text.ts';
import type { Manifest, Manifests } from '../providers/manifest.ts';
import { meaningIn } from '../providers/support/meaning.ts';
import { type Declaration, nameAt, notAllowed } from './declaration.ts';
import { below, distinctProblems, where } from './document.ts';
import { exceptionsIn } from './excepted-roles.ts';
import { type Granted, ownGrants } from './granted.ts';
import { createMentions, type Doubt, type Mentions } from './permissions.ts';
import { createProblemList, type ProblemList } from './problem-list.ts';
import type { DefinedSet, Sets } from './sets.ts';
import { items, plainPermissions, type RawRole, type RoleFile, settingsOf } from './shape.ts';
import type { Definition, Targets } from './targets.ts';
import { variableIn } from './variables.ts';

export interface RolesOptions {
  readonly strict: boolean;
  /** The day of the run in UTC; undefined: no exception has ended. */
  readonly today: string | undefined;
  readonly manifests: Manifests;
}

export interface Roles {
  readonly of: (target: Definition) => readonly DesiredRole[];
  readonly problems: readonly Problem[];
  /** Those of `problems` that a look at the live roles may settle. */
  readonly doubts: readonly Doubt[];
}

export function findRoles(
  files: readonly RoleFile[],
  targets: Targets,
  sets: Sets,
  { strict, today, manifests }: RolesOptions,
): Roles {
  const byTarget = new Map<Definition, Declaration[]>();
  const problems: Problem[] = [];
  const mentions = createMentions();
  for (const file of files) {
    const list = createProblemList();
    const reached = targets.of(file);
    for (const { value: raw, pointer } of items(file.raw.roles, '/roles')) {
      checkRole(raw, pointer, file, mentions, list);
      const own = ownGrants({ raw, document: file.document, manifest: file.manifest, pointer }, sets);
      problems.push(...(own?.problems ?? []));
      if (raw.name === undefined) continue;
      const written: Declaration = { name: raw.name, raw, file, pointer, own };
      problems.push(...checkReach(written, reached));
      for (const target of reached) {
        const roles = byTarget.get(target);
        if (roles) roles.push(written);
        else byTarget.set(target, [written]);
      }
    }
    problems.push(...list.problems());
  }
  for (const [set, providers] of sets.uses()) noteSet(set, providers, mentions, problems);
  const together = [...byTarget].flatMap(([target, roles]) => checkTogether(target, roles));
  // The same two roles meet in every target of their file.
  problems.push(...distinctProblems(together, () => ''));
  const classOf = meaningIn(manifests);
  const granted = exceptionsIn(files, targets, byTarget, {
    today,
    mentions,
    classOf: (provider, permission) => classOf(provider, permission).class,
  });
  problems.push(...granted.problems);
  const judged = mentions.judge(strict, manifests);
  problems.push(...judged.problems);
  const plain = new Map<Declaration, DesiredRole>();
  const on = (target: Definition) => (declaration: Declaration) => {
    const excepted = granted.of(target, declaration);
    if (excepted !== undefined) return desired(declaration, excepted);
    const role = plain.get(declaration) ?? plainRole(declaration);
    plain.set(declaration, role);
    return role;
  };
  return { of: (target) => (byTarget.get(target) ?? []).map(on(target)), problems, doubts: judged.doubts };
}

/** The permissions of a set, for each provider that it is used with. */
function noteSet(
  { document, list, pointer }: DefinedSet,
  providers: ReadonlySet<Manifest>,
  mentions: Mentions,
  problems: Problem[],
): void {
  const written = plainPermissions(list, pointer);
  const faulty = written.filter(({ value }) => (faultInName(value) ?? variableIn(value)) !== undefined);
  const wrong = new Set(faulty.map((item) => item.pointer));
  for (const manifest of providers) {
    const noted = createProblemList();
    const { unmanaged } = manifest.catalogue;
    // The schema of a set that is for no provider cannot know.
    const left = unmanaged === undefined ? [] : written.filter(({ value }) => value.startsWith(unmanaged.prefix));
    for (const item of left) {
      noted.add('wrong-value', () => problem(document.at(item.pointer), 'wrong-value', unmanaged?.message ?? ''));
    }
    const bad = new Set([...wrong, ...left.map((item) => item.pointer)]);
    mentions.note(list, pointer, bad, { manifest, document }, noted);
    problems.push(...noted.problems());
  }
}

/** What can be said of a role without knowing any other. */
function checkRole(raw: RawRole, pointer: string, file: RoleFile, mentions: Mentions, list: ProblemList): void {
  const faults = faultsInText(raw, pointer, file.manifest);
  for (const { at, message } of faults) list.add('text', () => problem(file.document.at(at), 'text', message));
  const bad = new Set(faults.map(({ at }) => at));
  mentions.note(raw.permissions ?? [], below(pointer, 'permissions'), bad, file, list);
  checkAbsent(raw, pointer, file, list);
}

interface TextFault {
  readonly at: string;
  readonly message: string;
}

/** A base often has the same file, which is read once: what is found in a role of it is found once. */
const faultsOf = new WeakMap<RawRole, readonly TextFault[]>();

function faultsInText(raw: RawRole, pointer: string, manifest: Manifest): readonly TextFault[] {
  const known = faultsOf.get(raw) ?? findFaults(raw, pointer, manifest);
  faultsOf.set(raw, known);
  return known;
}

function findFaults(raw: RawRole, pointer: string, manifest: Manifest): readonly TextFault[] {
  const faults: TextFault[] = [];
  const note = (what: string, text: string, fault: string | undefined, ...steps: readonly (string | number)[]) => {
    if (fault === undefined) return;
    // Only now: nearly every text is right, and its place costs more than the look at it.
    const at = steps.reduce<string>(below, pointer);
    faults.push({
      at,
      message: what === 'description' ? `the description ${fault}` : `the ${what} \`${shown(text)}\` ${fault}`,
    });
  };
  const check = (what: string, value: unknown, ...steps: readonly (string | number)[]) => {
    if (typeof value === 'string') note(what, value, faultInName(value) ?? variableIn(value), ...steps);
  };
  for (const [key, value] of Object.entries({ name: raw.name, id: raw.id, ...settingsOf(raw, manifest) })) {
    check(key, value, key);
  }
  raw.previously?.forEach((value, at) => {
    check('earlier name', value, 'previously', at);
  });
  raw.permissions?.forEach((value, at) => {
    check('permission', value, 'permissions', at);
  });
  const { description = '' } = raw;
  note('description', description, faultInDescription(description) ?? variableIn(description), 'description');
  return faults;
}

function checkAbsent(raw: RawRole, pointer: string, { document }: RoleFile, list: ProblemList): void {
  if (raw.ensure !== 'absent') return;
  const against = raw.protected === true ? 'protected' : raw.previously === undefined ? undefined : 'previously';
  if (against === undefined) return;
  const why = against === 'protected' ? 'is never deleted' : 'is about a role that is kept';
  const message = `\`ensure: absent\` deletes the role, and \`${against}\` ${why}: remove one of the two`;
  const code = `absent-${against}`;
  list.add(code, () => problem(document.key(below(pointer, against)), code, message));
}

/** Whether the role may be for the targets of its file. */
function checkReach({ name, raw, file, pointer }: Declaration, targets: readonly Definition[]): readonly Problem[] {
  const { document } = file;
  const problems: Problem[] = [];
  if (raw.id !== undefined && targets.length > 1) {
    const message = `\`id\` pins one live role, and this file is for ${targets.length} targets: move the role to a file for one of them`;
    problems.push(problem(document.key(below(pointer, 'id')), 'id-of-several', message));
  }
  for (const target of targets) problems.push(...notAllowed(name, document, pointer, target));
  return problems;
}

/** What two roles of one target do to each other. */
function checkTogether({ name: target }: Definition, roles: readonly Declaration[]): readonly Problem[] {
  const suffix = `for the target \`${shown(target)}\``;
  return [...sharedNames(roles, suffix), ...sharedIds(roles, suffix), ...earlierNames(roles)];
}

function sharedNames(roles: readonly Declaration[], suffix: string): readonly Problem[] {
  return [...groupBy(roles, ({ name }) => name).values()].flatMap((same) => {
    const [first, ...others] = same;
    if (first === undefined || areTwins(same)) return [];
    return others.map((role) => {
      const message = `the role \`${shown(role.name)}\` is declared twice ${suffix}; first at ${where(nameAt(first))}`;
      return problem(nameAt(role), 'duplicate-role', message);
    });
  });
}

/** Live roles of one name, told apart by their ids, of which one stays at most. */
function areTwins(same: readonly Declaration[]): boolean {
  const staying = same.filter(({ raw }) => raw.ensure !== 'absent');
  return same.every(({ raw }) => raw.id !== undefined) && staying.length <= 1;
}

function sharedIds(roles: readonly Declaration[], suffix: string): readonly Problem[] {
  const pinned = roles.flatMap(({ raw: { id }, file, pointer }) =>
    id === undefined ? [] : [{ id, at: file.document.at(below(pointer, 'id')) }],
  );
  return [...groupBy(pinned, ({ id }) => id).values()].flatMap(([first, ...others]) =>
    others.map(({ id, at }) => {
      const before = first === undefined ? '' : where(first.at);
      return problem(at, 'duplicate-id', `the id \`${shown(id)}\` is used twice ${suffix}; first at ${before}`);
    }),
  );
}

/** An earlier name may be that of one role only, and of none that is declared. */
function earlierNames(roles: readonly Declaration[]): readonly Problem[] {
  const declared = new Map(roles.toReversed().map((role) => [role.name, role]));
  const taken = new Map<string, Location>();
  return roles.flatMap(({ raw, name, file, pointer }) =>
    items(raw.previously, below(pointer, 'previously')).flatMap(({ value, pointer: inner }) => {
      const at = file.document.at(inner);
      const fault = faultInEarlierName(value, name, declared.get(value), taken.get(value));
      if (!taken.has(value)) taken.set(value, at);
      return fault === undefined ? [] : [problem(at, fault.code, fault.message)];
    }),
  );
}

function faultInEarlierName(
  value: string,
  name: string,
  declared: Declaration | undefined,
  taken: Location | undefined,
): { readonly code: string; readonly message: string } | undefined {
  const earlier = `\`${shown(value)}\``;
  if (value === name) {
    const message = `${earlier} is the role's current name: list only earlier names`;
    return { code: 'previously-itself', message };
  }
  if (declared !== undefined) {
    const message = `${earlier} is declared as a role of its own at ${where(nameAt(declared))}, so it cannot be an earlier name of \`${shown(name)}\``;
    return { code: 'previously-declared', message };
  }
  if (taken === undefined) return undefined;
  return {
    code: 'previously-twice',
    message: `${earlier} is already an earlier name of another role: ${where(taken)}`,
  };
}

/** Roles that nothing but their own file decides: the same objects for a base with the same file, so that they are equal at a glance. */
const decided = new WeakMap<RawRole, DesiredRole>();

function plainRole(declaration: Declaration): DesiredRole {
  const { raw, own } = declaration;
  if (own !== undefined && (own.sets.length > 0 || own.barred.size > 0)) return desired(declaration, own);
  const role = decided.get(raw) ?? desired(declaration, own);
  decided.set(raw, role);
  return role;
}

function desired({ name, raw, file, pointer }: Declaration, granted: Granted | undefined): DesiredRole {
  const { id, description } = raw;
  const { source } = file.document.at(pointer);
  const { permissions, origins, barred, ended } = granted ?? {};
  return {
    name,
    ...(id === undefined ? {} : { id }),
    previously: texts(raw.previously),
    absent: raw.ensure === 'absent',
    protected: raw.protected === true,
    ...(raw.acknowledge === undefined ? {} : { acknowledged: texts(raw.acknowledge) }),
    ...(description === undefined ? {} : { description }),
    ...(permissions === undefined ? {} : { permissions }),
    ...(origins === undefined || origins.size === 0 ? {} : { origins }),
    ...(barred === undefined || barred.size === 0 ? {} : { barred }),
    ...(ended === undefined ? {} : { ended }),
    settings: settingsOf(raw, file.manifest),
    source,
  };
}

function texts(list: readonly (string | undefined)[] = []): readonly string[] {
  return list.filter((value) => value !== undefined);
}
