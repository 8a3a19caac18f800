/** Judges each write of rolesync by what it did to the state: what it may touch, and whom it may not overwrite. */
import { type Live, roleIn, rolesIn, type Snapshot } from '../live.ts';
import type { Played } from '../play.ts';
import type { Declared, Tenant } from '../scenario.ts';
import { type Cell, cellKey, cellsBetween, type Exchange, type Written, writesOf } from '../timeline.ts';
import type { Finding } from './finding.ts';
import { type Knowledge, knowledgeOf } from './knowledge.ts';
import { declaredFor } from './wanted.ts';

export function checkWrites(played: Played): readonly Finding[] {
  return played.scenario.tenants.flatMap((tenant) => {
    const writes = writesOf(played.events, tenant.target);
    return writes.flatMap((write) => (write.kind === 'exchange' ? checkWrite(played, tenant, write, writes) : []));
  });
}

function checkWrite(played: Played, tenant: Tenant, write: Exchange, all: readonly Written[]): readonly Finding[] {
  const cells = cellsBetween(write.before, write.after);
  return [...new Set(cells.map(({ role }) => role))].flatMap((role) => {
    const isRows = write.path.endsWith('/permissions.update');
    const knowledge = knowledgeOf(played.events, write, role, isRows);
    const disturbed = cellsDisturbed(write, knowledge, all);
    const own = cells.filter((cell) => cell.role === role && !disturbed.has(cellKey(cell)));
    if (own.length === 0) return [];
    const isDelete = roleIn(write.after, role) === undefined;
    const states = isDelete ? statesSince(write, knowledge.began, all) : [];
    const declared = declaredFor(tenant, role, namesOf(role, write, knowledge, all), states);
    const judged: Judged = { played, tenant, write, role, cells: own, declared, knowledge, isRows, all };
    return [...mayTouch(judged), ...keepsWanted(judged), ...sparesOthers(judged), ...followsRead(judged)];
  });
}

interface Judged {
  readonly played: Played;
  readonly tenant: Tenant;
  readonly write: Exchange;
  readonly role: string;
  readonly cells: readonly Cell[];
  readonly declared: Declared | undefined;
  readonly knowledge: Knowledge;
  readonly isRows: boolean;
  readonly all: readonly Written[];
}

/** What others changed within the last round trip: nobody can see that. */
export function cellsDisturbed(write: Exchange, { last }: Knowledge, all: readonly Written[]): ReadonlySet<string> {
  const unseen = all.filter(
    (other) => isOther(other, write) && other.seq > (last?.seq ?? write.seq) && other.seq < write.seq,
  );
  return new Set(unseen.flatMap(({ before, after }) => cellsBetween(before, after)).map(cellKey));
}

/** Every name that the role had since the plan began. */
function namesOf(role: string, write: Exchange, { began }: Knowledge, all: readonly Written[]): ReadonlySet<string> {
  const known = statesSince(write, began, all).flatMap((live) => roleIn(live, role)?.name ?? []);
  return new Set(known.length > 0 ? known : [write.after.get(role)?.name ?? '']);
}

function statesSince(write: Exchange, began: number, all: readonly Written[]): readonly Snapshot[] {
  const recent = all.filter(({ seq }) => seq > began && seq < write.seq);
  return [...recent.flatMap(({ before, after }) => [before, after]), write.before];
}

function nameOf(role: string, { before, after }: Pick<Exchange, 'before' | 'after'>): string {
  return `\`${before.get(role)?.name || after.get(role)?.name || role}\``;
}

function mayTouch(judged: Judged): readonly Finding[] {
  const { played, tenant, write, role, cells, declared } = judged;
  if (declared !== undefined) return [];
  const isGhost = write.before.get(role)?.isRole === false;
  const isDead = /^[0-9a-f]{24}$/.test(role) || tenant.dropUnknownRoles.includes(role);
  if (isGhost && isDead && cells.every(({ after }) => after === false)) return [];
  const isReviewed =
    ['reviewed', 'stale', 'digest'].includes(played.scenario.way) && write.apply < played.scenario.applies;
  if (isReviewed && tenant.unmanaged === 'delete' && roleIn(write.after, role) === undefined) return [];
  return [
    {
      invariant: 'unmanaged',
      message: `${nameOf(role, write)} is named by no file: ${cells.map(shownCell).join(', ')}`,
    },
  ];
}

function keepsWanted({ write, role, cells, declared, knowledge, all }: Judged): readonly Finding[] {
  if (declared === undefined) return [];
  const name = nameOf(role, write);
  const lost = cells.filter(({ what, after }) => what === 'permission' && after === false).map((cell) => cell.name);
  const isGone = cells.some(({ what, after }) => what === 'role' && after === false);
  // Somebody deleted it: what is left of it grants nothing.
  if (write.before.get(role)?.isRole === false) return [];
  const wanted = declared.permissions;
  const found: Finding[] = [];
  if (declared.protected && (lost.length > 0 || isGone)) {
    found.push({ invariant: 'protected', message: `${name} is protected and lost ${lost.join(', ') || 'itself'}` });
  }
  if (declared.ensure === 'absent') return isGone ? found : [...found, ...lost.map((one) => gap(name, one))];
  if (isGone) return [...found, { invariant: 'gap', message: `${name} is wanted and was deleted` }];
  found.push(...lost.filter((one) => wanted === undefined || wanted.includes(one)).map((one) => gap(name, one)));
  const since = knowledge.last?.seq ?? 0;
  const isDisturbed = all.some(
    (other) => isOther(other, write) && other.seq > since && other.seq < write.seq && touches(other, role),
  );
  const isEmpty = lost.length > 0 && write.after.get(role)?.permissions.length === 0;
  if (isEmpty && wanted !== undefined && wanted.length > 0 && !isDisturbed) {
    found.push({ invariant: 'empty', message: `${name} has nothing left, and the file wants ${wanted.join(', ')}` });
  }
  return found;
}

function gap(name: string, permission: string): Finding {
  return { invariant: 'gap', message: `${name} lost ${permission}, which nobody wants it to lose` };
}

function sparesOthers(judged: Judged): readonly Finding[] {
  const { write, role, cells, knowledge, isRows, all, tenant } = judged;
  const { plan, last, planned } = knowledge;
  if (cells.some(({ what, before }) => what === 'role' && before === false)) return [];
  if (roleIn(write.before, role) === undefined) return [];
  const name = nameOf(role, write);
  if (plan === undefined || last === undefined) {
    return isRows ? [] : [{ invariant: 'read-first', message: `${name} was written and never read whole` }];
  }
  if (planned !== undefined && last.seq < planned)
    return [{ invariant: 'read-first', message: `${name} was last read for the plan` }];
  const window = all.filter(({ seq }) => seq > plan.seq && seq < last.seq);
  const others = window.filter((other) => isOther(other, write));
  const ownBefore = window.some((one) => !isOther(one, write) && touches(one, role));
  const moved = movedCells(role, plan.after, last.before, others);
  const keys = new Set(moved.map(cellKey));
  const isDeleted = cells.some(({ what, after }) => what === 'role' && after === false);
  const over = isDeleted && tenant.provider !== 'rocketchat' ? moved : cells.filter((cell) => keys.has(cellKey(cell)));
  if (over.length > 0 && !ownBefore) {
    return [
      {
        invariant: 'overwritten',
        message: `${name}: ${over.map(shownCell).join(', ')}, though somebody else changed that before #${last.seq}, which read it`,
      },
    ];
  }
  if (ownBefore) return [];
  const seen = isRows
    ? movedRecord(judged)
    : moved.filter(({ what }) => tenant.provider !== 'rocketchat' || what === 'field');
  if (seen.length === 0) return [];
  return [
    {
      invariant: 'moved',
      message: `${name} was written (${cells.map(shownCell).join(', ')}), though #${last.seq} told of ${seen.map(shownCell).join(', ')}`,
    },
  ];
}

/**
 * Rocket.Chat's permissions are compared by row: they are written although the record moved, but not where the record was to be
 * written as well and a read of it told that it had moved. Where such a read failed, the permissions go.
 */
function movedRecord({ played, write, role, declared, all, knowledge: { began, planned } }: Judged): readonly Cell[] {
  // Records are listed apart from rows, and may be older.
  const listed = played.events.findLast(
    (event): event is Exchange =>
      event.kind === 'exchange' &&
      event.apply === write.apply &&
      event.tenant?.target === write.tenant?.target &&
      event.reads === 'list' &&
      event.told &&
      event.seq > began &&
      event.seq < (planned ?? write.seq),
  );
  const then = listed?.after.get(role);
  if (declared === undefined || listed === undefined || then === undefined) return [];
  if (!wantsRecord(declared, then, listed.after)) return [];
  const own = played.events.filter(
    (event): event is Exchange =>
      event.kind === 'exchange' &&
      event.apply === write.apply &&
      event.tenant?.target === write.tenant?.target &&
      event.seq > (planned ?? 0) &&
      event.seq < write.seq,
  );
  const looks = own.filter(({ path }) => path.endsWith('/roles.list'));
  const last = looks.at(-1);
  if (last === undefined || own.some(({ method, fault }) => method === 'GET' && fault !== undefined)) return [];
  // The record is written already, though somebody else may have written the same a moment before.
  if (own.some(({ path, body }) => path.endsWith('/roles.update') && body.includes(`"roleId":"${role}"`))) return [];
  const others = all.filter((one) => isOther(one, write) && one.seq > listed.seq && one.seq < last.seq);
  return movedCells(role, listed.after, last.before, others).filter(({ what }) => what === 'field');
}

/** A name that is taken may be withheld, and two-factor login that is to be turned off is. */
function wantsRecord(
  { name, description, mandatory2fa }: Declared,
  { name: now, fields }: Live,
  live: Snapshot,
): boolean {
  const isFree = rolesIn(live).every((other) => other.name !== name);
  return (
    (name !== now && isFree) ||
    (description !== undefined && description !== fields['description']) ||
    (mandatory2fa === true && fields['mandatory2fa'] !== true)
  );
}

function followsRead({ played, write, role, cells, knowledge: { last } }: Judged): readonly Finding[] {
  const { concurrency, applies } = played.scenario;
  if (concurrency > 1 || write.apply >= applies || last === undefined) return [];
  if (cells.some(({ what, before }) => what === 'role' && before === false)) return [];
  const between = played.events.filter(
    (event) =>
      event.kind === 'exchange' &&
      event.apply === write.apply &&
      event.arrived > last.seq &&
      event.seq > last.seq &&
      event.seq < write.seq,
  );
  return between.map(({ seq }) => {
    const message = `${nameOf(role, write)} was read in #${last.seq} and written in #${write.seq}, after #${seq}`;
    return { invariant: 'adjacent', message };
  });
}

/** What others changed about a role between two reads, and left changed. */
function movedCells(role: string, then: Snapshot, now: Snapshot, others: readonly Written[]): readonly Cell[] {
  const changed = new Set(others.flatMap(({ before, after }) => cellsBetween(before, after)).map(cellKey));
  const [old, fresh] = [then.get(role), now.get(role)];
  if (old === undefined || fresh === undefined) return [];
  return cellsBetween(new Map([[role, old]]), new Map([[role, fresh]])).filter((cell) => changed.has(cellKey(cell)));
}

export function isOther(one: Written, write: Exchange): boolean {
  return one.kind === 'edited' || one.apply !== write.apply;
}

export function touches({ before, after }: Pick<Written, 'before' | 'after'>, role: string): boolean {
  return before.get(role) !== after.get(role);
}

export function shownCell({ what, name, before, after }: Cell): string {
  if (what === 'role') return after === true ? 'created' : 'deleted';
  if (what === 'permission') return `${after === true ? '+' : '-'}${name}`;
  return `${name} ${JSON.stringify(before)} → ${JSON.stringify(after)}`;
}
