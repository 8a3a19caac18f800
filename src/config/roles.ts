/** Roles: each one by itself, and all that are for one target together. */
import type { Problem } from '../core/problem.ts';
import { type Location, problem } from '../core/problem.ts';
import { type DesiredRole, sortedSet } from '../core/role.ts';
import { faultInDescription, faultInName, shown } from '../core/text.ts';
import { below, distinctProblems, where } from './document.ts';
import { checkPermissions } from './permissions.ts';
import { items, type RawRole, type RoleFile, settingsOf } from './shape.ts';
import type { Definition, Targets } from './targets.ts';

/** A role with a name, where it is written. */
interface Declaration {
  readonly name: string;
  readonly raw: RawRole;
  readonly file: RoleFile;
  readonly pointer: string;
}

export interface Roles {
  readonly of: (target: Definition) => readonly DesiredRole[];
  readonly problems: readonly Problem[];
}

export function findRoles(files: readonly RoleFile[], targets: Targets, strict: boolean): Roles {
  const byTarget = new Map<Definition, Declaration[]>();
  const problems: Problem[] = [];
  for (const file of files) {
    const reached = targets.of(file);
    for (const { value: raw, pointer } of items(file.raw.roles, '/roles')) {
      problems.push(...checkRole(raw, pointer, file, strict));
      if (raw.name === undefined) continue;
      const written: Declaration = { name: raw.name, raw, file, pointer };
      problems.push(...checkReach(written, reached));
      for (const target of reached) {
        const roles = byTarget.get(target);
        if (roles) roles.push(written);
        else byTarget.set(target, [written]);
      }
    }
  }
  const together = [...byTarget].flatMap(([target, roles]) => checkTogether(target, roles));
  // The same two roles meet in every target of their file.
  problems.push(...distinctProblems(together, () => ''));
  return { of: (target) => (byTarget.get(target) ?? []).map(desired), problems };
}

/** What can be said of a role without knowing any other. */
function checkRole(raw: RawRole, pointer: string, file: RoleFile, strict: boolean): readonly Problem[] {
  const { document, manifest } = file;
  const permissions = items(raw.permissions, below(pointer, 'permissions'));
  const names = [
    ...Object.entries({ name: raw.name, id: raw.id, ...settingsOf(raw, manifest) }).flatMap(([key, value]) =>
      typeof value === 'string' ? [{ value, pointer: below(pointer, key), what: key }] : [],
    ),
    ...items(raw.previously, below(pointer, 'previously')).map((item) => ({ ...item, what: 'earlier name' })),
    ...permissions.map((item) => ({ ...item, what: 'permission' })),
  ];
  const faults = names.flatMap(({ value, pointer: at, what }) => {
    const fault = faultInName(value) ?? variableIn(value);
    return fault === undefined ? [] : [{ at, message: `the ${what} \`${shown(value)}\` ${fault}` }];
  });
  const description = raw.description ?? '';
  const fault = faultInDescription(description) ?? variableIn(description);
  if (fault !== undefined) faults.push({ at: below(pointer, 'description'), message: `the description ${fault}` });
  const problems = faults.map(({ at, message }) => problem(document.at(at), 'text', message));

  const bad = new Set(faults.map(({ at }) => at));
  const readable = permissions.filter((item) => !bad.has(item.pointer));
  problems.push(...checkPermissions(readable, manifest.catalogue, document, strict));
  if (raw.ensure === 'absent') {
    const against = raw.protected === true ? 'protected' : raw.previously === undefined ? undefined : 'previously';
    const why = against === 'protected' ? 'is never deleted' : 'is about a role that stays';
    if (against !== undefined) {
      const message = `\`ensure: absent\` deletes the role, and \`${against}\` ${why}: remove one of the two`;
      problems.push(problem(document.key(below(pointer, against)), `absent-${against}`, message));
    }
  }
  return problems;
}

/** What a role is must not depend on the machine. */
function variableIn(text: string): string | undefined {
  const variable = /\$\{[A-Za-z_]\w*(?::-[^}]*)?\}/.exec(text);
  return variable
    ? `holds the variable \`${shown(variable[0], 40)}\`: roles take no variables, only \`auth\` and \`targets\` do`
    : undefined;
}

/** Whether the role may be for the targets of its file. */
function checkReach({ name, raw, file, pointer }: Declaration, targets: readonly Definition[]): readonly Problem[] {
  const { document } = file;
  const problems: Problem[] = [];
  if (raw.id !== undefined && targets.length > 1) {
    const message = `\`id\` pins one live role, and this file is for ${targets.length} targets: move the role to a file for one of them`;
    problems.push(problem(document.key(below(pointer, 'id')), 'id-of-several', message));
  }
  for (const target of targets) {
    if (target.accepts(document.file)) continue;
    const allowed = where(target.file.document.key(below(target.pointer, 'files')));
    const message = `\`${shown(name)}\` is for the target \`${shown(target.name)}\`, whose roles may stand only in the \`files\` of ${allowed}`;
    problems.push(problem(document.at(pointer), 'file-not-allowed', message));
  }
  return problems;
}

/** What two roles of one target do to each other. */
function checkTogether({ name: target }: Definition, roles: readonly Declaration[]): readonly Problem[] {
  const problems: Problem[] = [];
  const suffix = `for the target \`${shown(target)}\``;
  const nameAt = ({ file, pointer }: Declaration) => file.document.at(below(pointer, 'name'));
  const names = new Map<string, Declaration>();
  const ids = new Map<string, Location>();
  for (const role of roles) {
    const { name, raw, file, pointer } = role;
    const first = names.get(name);
    if (first && !areTwins(name, roles)) {
      const message = `the role \`${shown(name)}\` is declared twice ${suffix}: first at ${where(nameAt(first))}`;
      problems.push(problem(nameAt(role), 'duplicate-role', message));
    } else if (!first) names.set(name, role);
    if (raw.id === undefined) continue;
    const at = file.document.at(below(pointer, 'id'));
    const other = ids.get(raw.id);
    if (other)
      problems.push(
        problem(at, 'duplicate-id', `the id \`${shown(raw.id)}\` stands twice ${suffix}: first at ${where(other)}`),
      );
    else ids.set(raw.id, at);
  }
  const earlier = new Map<string, Location>();
  for (const { raw, name: own, file, pointer } of roles) {
    for (const { value, pointer: inner } of items(raw.previously, below(pointer, 'previously'))) {
      const at = file.document.at(inner);
      const declared = names.get(value);
      const before = earlier.get(value);
      if (value === own)
        problems.push(
          problem(
            at,
            'previously-itself',
            `\`${shown(value)}\` is the name that the role has now: list earlier names only`,
          ),
        );
      else if (declared) {
        const message = `\`${shown(value)}\` is declared as a role of its own at ${where(nameAt(declared))}, so it cannot be an earlier name of \`${shown(own)}\``;
        problems.push(problem(at, 'previously-declared', message));
      } else if (before) {
        problems.push(
          problem(
            at,
            'previously-twice',
            `\`${shown(value)}\` is an earlier name of another role already: ${where(before)}`,
          ),
        );
      }
      if (!before) earlier.set(value, at);
    }
  }
  return problems;
}

/** Live roles of one name, told apart by their ids, of which one stays at most. */
function areTwins(name: string, roles: readonly Declaration[]): boolean {
  const same = roles.filter((role) => role.name === name);
  const staying = same.filter(({ raw }) => raw.ensure !== 'absent');
  return same.every(({ raw }) => raw.id !== undefined) && staying.length <= 1;
}

function desired({ name, raw, file, pointer }: Declaration): DesiredRole {
  const { id, description } = raw;
  const { source } = file.document.at(pointer);
  return {
    name,
    ...(id === undefined ? {} : { id }),
    previously: items(raw.previously, '').map(({ value }) => value),
    absent: raw.ensure === 'absent',
    protected: raw.protected === true,
    ...(raw.acknowledge === undefined ? {} : { acknowledged: items(raw.acknowledge, '').map(({ value }) => value) }),
    ...(description === undefined ? {} : { description }),
    ...(raw.permissions === undefined
      ? {}
      : { permissions: sortedSet(items(raw.permissions, '').map(({ value }) => value)) }),
    settings: settingsOf(raw, file.manifest),
    source,
  };
}
