/** What of the live roles the files are to say: which parts of which role of which file, and what stays as it is, and why. Pure. */
import type { Config } from '../config/config.ts';
import type { Language } from '../config/language.ts';
import { type Change, carry, type Part, partKey, parts, restrict, type Update, update } from '../core/change.ts';
import { diff, type Rules } from '../core/diff.ts';
import { type DesiredRole, type LiveRole, type Role, type Source, sortedSet } from '../core/role.ts';
import { shown } from '../core/text.ts';
import type { RoleEdit } from './edit-role.ts';
import { faultIn, type SaidOfRole } from './fault.ts';

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
  readonly language: Language;
}

export interface Taken {
  readonly target: string;
  readonly provider: string;
  readonly source: Source | null;
  /** From what the file says to what is live. */
  readonly change: Change;
}

/** What one role of one file is to say. */
export interface RoleTakeOver {
  readonly source: Source;
  readonly edit: RoleEdit;
  readonly taken: readonly Taken[];
  /** It is for other targets too, which did not all change in this way. */
  readonly shared: boolean;
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
  readonly left: readonly Left[];
}

/** `readings`: of the targets that were chosen and could be read. */
export function takeOver(config: Config, readings: readonly Reading[], choice: Choice): TakeOver {
  const found = readings.map((reading) => ({ reading, drift: driftOf(config, reading) }));
  const left = found.flatMap(({ reading, drift }) => drift.flatMap((one) => notTaken(reading, one, choice)));
  const entries: RoleTakeOver[] = [];
  for (const [key, source] of sourcesOf(found.flatMap(({ drift }) => drift.map(({ change }) => change)))) {
    const holders = config.targets.filter(({ roles }) => roles.some((role) => keyOf(role.source) === key));
    const drifts = found.flatMap(({ reading, drift }) =>
      drift.flatMap(({ change, back }) =>
        back !== undefined && keyOf(change.source) === key && isChosen(change, choice)
          ? [{ reading, drift: back }]
          : [],
      ),
    );
    const [first] = drifts;
    if (first === undefined) continue;
    const role = roleAt(config, first.reading.name, key);
    if (role === undefined) continue;
    const made = entryFor({ source, role, drifts, holders: holders.map(({ name }) => name), config, choice });
    left.push(...made.left);
    if (made.entry !== undefined) entries.push(made.entry);
  }
  return { entries, left };
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
      'it is not live: either it was deleted by hand, or it was never applied; take it out of the file yourself if it is to stay deleted';
    return [{ ...what, code: 'not-live', reason }];
  }
  const reason = 'the file says `ensure: absent` and it is live: take that line out yourself if the role is to stay';
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

function roleAt({ targets }: Config, target: string, key: string): DesiredRole | undefined {
  return targets.find(({ name }) => name === target)?.roles.find((role) => keyOf(role.source) === key);
}

interface Subject {
  readonly source: Source;
  readonly role: DesiredRole;
  readonly drifts: readonly { readonly reading: Reading; readonly drift: Update }[];
  /** All targets that the role is for. */
  readonly holders: readonly string[];
  readonly config: Config;
  readonly choice: Choice;
}

function entryFor(subject: Subject): { readonly entry?: RoleTakeOver; readonly left: readonly Left[] } {
  const { source, drifts } = subject;
  const sifted = sift(subject, wantedIn(subject));
  const { kept, left: empty } = notEmptied(subject, sifted.taken);
  const left = [...sifted.left, ...empty];
  if (kept.length === 0) return { left };
  const keys = new Set(kept.map(partKey));
  return {
    left,
    entry: {
      source,
      edit: editOf(source, kept),
      shared: sifted.shared,
      taken: drifts.flatMap(({ reading, drift }): readonly Taken[] => {
        const change = restrict(
          drift,
          parts(drift).filter((part) => keys.has(partKey(part))),
        );
        return change === undefined ? [] : [{ target: reading.name, provider: reading.provider, source, change }];
      }),
    },
  };
}

/** A part of a drift, and the targets that have it. */
interface Wanted {
  readonly part: Part;
  readonly targets: readonly string[];
}

function wantedIn({ drifts, choice }: Subject): readonly Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const { reading, drift } of drifts) {
    for (const part of parts(drift).filter((one) => isKind(one, choice.only))) {
      const key = partKey(part);
      wanted.set(key, { part, targets: [...(wanted.get(key)?.targets ?? []), reading.name] });
    }
  }
  return [...wanted.values()];
}

/** `shared`: something is taken that not all targets of the role have. */
function sift(subject: Subject, wanted: readonly Wanted[]) {
  const left: Left[] = [];
  const taken: Part[] = [];
  let shared = false;
  for (const one of wanted) {
    const others = subject.holders.filter((name) => !one.targets.includes(name));
    const fault = hindrance(subject, one, wanted, others);
    if (fault !== undefined) {
      left.push(...leave(subject, one.targets, { ...fault, reason: `${said(one.part)}: ${fault.reason}` }));
      continue;
    }
    taken.push(one.part);
    shared ||= others.length > 0;
  }
  return { taken, left, shared };
}

/** `others`: targets of the role that do not have the part. */
function hindrance(
  subject: Subject,
  { part }: Wanted,
  wanted: readonly Wanted[],
  others: readonly string[],
): Fault | undefined {
  const { config, choice, drifts } = subject;
  const fault =
    faultOf(drifts[0]?.reading.provider ?? '', part, choice.language) ??
    (part.kind === 'field' ? nameFault(part, subject, config) : undefined);
  if (fault !== undefined) return fault;
  const field = fieldOf(part);
  if (field !== undefined && wanted.filter((other) => fieldOf(other.part) === field).length > 1) {
    return {
      code: 'conflict',
      reason: 'the targets of this role have different ones; give each a role of its own',
    };
  }
  return others.length > 0 && !choice.shared ? { code: 'shared', reason: sharedReason(others) } : undefined;
}

/** Without the revokes that would leave the role with nothing, where a file cannot say that. */
function notEmptied(subject: Subject, taken: readonly Part[]) {
  const { role, drifts } = subject;
  const after = carry(bare(role), taken).permissions;
  const empties = after.length === 0 && (role.permissions ?? []).length > 0;
  if (!empties || !drifts[0]?.reading.permissionsRequired) return { kept: taken, left: [] };
  const kept = taken.filter(({ kind }) => kind !== 'revoke');
  if (kept.length === taken.length) return { kept, left: [] };
  const reason =
    'it has no permission left, which a role file cannot say: delete the role with `ensure: absent`, or give it one';
  const all = drifts.map(({ reading }) => reading.name);
  return { kept, left: leave(subject, all, { code: 'empty', reason }) };
}

function leave({ source, role }: Subject, targets: readonly string[], { code, reason }: Fault): readonly Left[] {
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
function nameFault(part: Part & { kind: 'field' }, { role, holders }: Subject, { targets }: Config): Fault | undefined {
  if (part.field !== 'name') return undefined;
  const all = targets.filter(({ name }) => holders.includes(name)).flatMap(({ roles }) => roles);
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

function sharedReason(others: readonly string[]): string {
  const names = others.map((name) => `\`${shown(name)}\``).join(', ');
  return `the role is for ${names} too, where this did not change; --shared edits it for all of them`;
}

function bare({ name, description = '', permissions = [], settings }: DesiredRole): Role {
  return { name, description, permissions, settings };
}

function editOf({ line, column }: Source, kept: readonly Part[]): RoleEdit {
  const named = (kind: 'grant' | 'revoke') =>
    sortedSet(kept.flatMap((part) => (part.kind === kind && 'permission' in part ? [part.permission] : [])));
  const fields = kept.flatMap((part) => (part.kind === 'field' ? [[part.field, part.after] as const] : []));
  return {
    place: { line, column },
    permissions: { add: named('grant'), remove: named('revoke') },
    fields: Object.fromEntries(fields),
  };
}
