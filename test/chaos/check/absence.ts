/** Holds each name that was taken against what was looked up before: since the plan, and to the end of the list. */
import type { Played } from '../play.ts';
import type { Tenant } from '../scenario.ts';
import { cellKey, cellsBetween, type Exchange, writesOf } from '../timeline.ts';
import { documentIn } from './documents.ts';
import type { Finding } from './finding.ts';
import { knowledgeOf } from './knowledge.ts';
import { cellsDisturbed } from './writes.ts';

export function checkAbsence(played: Played): readonly Finding[] {
  return played.scenario.tenants.flatMap((tenant) => [
    ...writesOf(played.events, tenant.target).flatMap((write) =>
      write.kind === 'exchange' ? checkWrite(played, tenant, write) : [],
    ),
    ...[...played.plans].flatMap(([apply, text]) => checkPlan(played, tenant, apply, text)),
  ]);
}

/** Nor is a create planned without a look behind the end of the list. */
function checkPlan({ events }: Played, tenant: Tenant, apply: number, text: string): readonly Finding[] {
  const { changes = [] } = documentIn(text)?.targets?.find(({ name }) => name === tenant.target) ?? {};
  const made = changes.find(({ action }) => action === 'create');
  if (made === undefined || tenant.provider === 'rocketchat') return [];
  const ended = events.find((event) => event.kind === 'mark' && event.apply === apply && event.what === 'ended')?.seq;
  const hasLooked = events.some(
    (event) =>
      event.kind === 'exchange' &&
      event.apply === apply &&
      event.tenant?.target === tenant.target &&
      event.reads === 'list' &&
      event.seq < (ended ?? events.length) &&
      isNothing(event),
  );
  const message = `a create of \`${made.role}\` was planned without a look behind the end of the list`;
  return hasLooked ? [] : [{ invariant: 'looked-up', message }];
}

function checkWrite({ events, byMarks }: Played, tenant: Tenant, write: Exchange): readonly Finding[] {
  const taking = cellsBetween(write.before, write.after).find((cell) => isTaken(cell.what, cell.name, write));
  if (taking === undefined) return [];
  const knowledge = knowledgeOf(events, write, taking.role, false);
  // Somebody took the name away within the last round trip.
  if (cellsDisturbed(write, knowledge, writesOf(events, tenant.target)).has(cellKey(taking))) return [];
  const { began, planned } = knowledge;
  const lists = events.filter(
    (event): event is Exchange =>
      event.kind === 'exchange' &&
      event.apply === write.apply &&
      event.tenant?.target === tenant.target &&
      event.reads === 'list' &&
      event.seq > began &&
      event.seq < write.arrived,
  );
  const firsts = lists.filter((list) => list.told && !isLater(list));
  // A process is seen to have planned a little late: there the plan has one list, and this is another.
  const looked = byMarks ? firsts.find(({ seq }) => seq > (planned ?? began)) : firsts[1];
  const name = `\`${write.after.get(taking.role)?.name}\``;
  if (looked === undefined)
    return [{ invariant: 'looked-up', message: `#${write.seq} took ${name}, which nobody looked up after the plan` }];
  if (tenant.provider === 'rocketchat') return [];
  const end = lists.find((list) => list.seq > looked.seq && isNothing(list));
  if (end !== undefined) return [];
  return [{ invariant: 'looked-up', message: `#${write.seq} took ${name} without a look behind the end of the list` }];
}

function isTaken(what: string, name: string, { method }: Exchange): boolean {
  return what === 'role' ? method === 'POST' : what === 'field' && name === 'name';
}

function isLater({ path }: Exchange): boolean {
  return /[?&](starting_after=|page=(?!1\b))/.test(path);
}

/** Rinne may also refuse a page that is not there. */
function isNothing({ told, ids, status }: Exchange): boolean {
  return (told && ids.size === 0) || status === 400 || status === 404;
}
