/** Holds what was written against the plan that was saved before, and what was planned against what was live. */
import { rolesIn, type Snapshot } from '../live.ts';
import type { Command, Played } from '../play.ts';
import type { Tenant } from '../scenario.ts';
import {
  type Cell,
  cellKey,
  cellsBetween,
  type Edited,
  type Event,
  type Exchange,
  type Written,
  writesOf,
} from '../timeline.ts';
import { documentIn, type PrintedChange } from './documents.ts';
import type { Finding } from './finding.ts';
import { knowledgeOf } from './knowledge.ts';
import { declaredFor } from './wanted.ts';
import { cellsDisturbed, shownCell } from './writes.ts';

export function checkReviewed(played: Played): readonly Finding[] {
  const { tenants, applies, way } = played.scenario;
  if (way !== 'reviewed' && way !== 'stale' && way !== 'digest') return [];
  return tenants.flatMap((tenant) => {
    const all = writesOf(played.events, tenant.target);
    return all.flatMap((write) => {
      if (write.kind !== 'exchange' || write.apply >= applies) return [];
      const plan = documentIn(played.plans.get(write.apply) ?? '');
      const changes = plan?.targets?.find(({ name }) => name === tenant.target)?.changes ?? [];
      const isRows = write.path.endsWith('/permissions.update');
      const isUnseen = (cell: Cell) =>
        cellsDisturbed(write, knowledgeOf(played.events, write, cell.role, isRows), all).has(cellKey(cell));
      const cells = cellsBetween(write.before, write.after);
      const strange = cells.filter((cell) => !isPlanned(cell, all, changes) && !isUnseen(cell));
      if (strange.length === 0) return [];
      const message = `#${write.seq} wrote what the plan does not hold: ${strange.map((cell) => `${cell.role} ${shownCell(cell)}`).join(', ')}`;
      return [{ invariant: 'unreviewed', message } as const];
    });
  });
}

function isPlanned(
  { role, what, name, after }: Cell,
  all: readonly Written[],
  changes: readonly PrintedChange[],
): boolean {
  const drops = changes.flatMap((change) => change.drops ?? []);
  if (what === 'permission' && drops.some((drop) => drop.id === role && drop.permission === name)) return true;
  // Somebody may have renamed what was created a moment ago.
  const names = new Set(
    all.flatMap(({ before, after }) => [before, after].flatMap((live) => live.get(role)?.name ?? [])),
  );
  const own = changes.filter(({ id, role: called }) => (id === null ? names.has(called) : id === role));
  return own.some((change) => {
    if (change.action === 'delete') return after === false || what === 'field';
    if (what === 'role') return change.action === 'create' && after === true;
    if (what === 'permission') return (after === true ? change.grants : change.revokes).includes(name);
    return change.action === 'create' || change.fields[name]?.after === after;
  });
}

/** Of plans that were saved or printed. */
export function checkPlans(played: Played): readonly Finding[] {
  return played.commands.flatMap((command) => {
    const text =
      command.part === 'plan'
        ? (played.plans.get(command.apply) ?? command.stdout)
        : command.part === 'check'
          ? command.stdout
          : '';
    const targets = documentIn(text)?.targets ?? [];
    return targets.flatMap(({ name, changes = [] }) => {
      const tenant = played.scenario.tenants.find(({ target }) => target === name);
      return tenant === undefined ? [] : changes.flatMap((change) => checkChange(played, tenant, command, change));
    });
  });
}

function checkChange(played: Played, tenant: Tenant, command: Command, change: PrintedChange): readonly Finding[] {
  const states = statesDuring(played, tenant, command);
  const isLive = (live: Snapshot) => rolesIn(live).some(({ name }) => name === change.role);
  if (change.action === 'create' && states.length > 0 && states.every(isLive)) {
    const renamed = tenant.declared.some(
      ({ name, id }) => id !== undefined && states[0]?.get(id)?.name === change.role && name !== change.role,
    );
    return renamed || isDeceived(played, tenant, command)
      ? []
      : [{ invariant: 'planned', message: `a create of \`${change.role}\` was planned, which was live all the time` }];
  }
  if (change.action !== 'delete' || change.id === null) return [];
  const names = new Set(states.flatMap((live) => live.get(change.id ?? '')?.name ?? []));
  const declared = declaredFor(tenant, change.id, names, states);
  const isFine =
    declared === undefined ? tenant.unmanaged === 'delete' : declared.ensure === 'absent' || names.size > 1;
  return isFine
    ? []
    : [{ invariant: 'planned', message: `a delete of \`${change.role}\` was planned, which nobody wants` }];
}

/** Every state of the tenant that a command can have seen. */
function statesDuring(played: Played, tenant: Tenant, command: Command): readonly Snapshot[] {
  return eventsDuring(played, tenant, command).flatMap(({ before, after }) => [before, after]);
}

/** The list was cut, and what came behind its end was cut as well: nobody can tell that from the truth. */
function isDeceived(played: Played, tenant: Tenant, command: Command): boolean {
  const cut = eventsDuring(played, tenant, command).filter(
    (event) => event.kind === 'exchange' && event.apply === command.apply && event.fault?.kind === 'page-cut',
  );
  return cut.length > 1;
}

function eventsDuring(
  { events }: Played,
  { target }: Tenant,
  { apply, part }: Command,
): readonly (Exchange | Edited)[] {
  const name = part === 'plan' || part === 'check' ? 'plan' : 'apply';
  const mark = (what: string) => (event: Event) =>
    event.kind === 'mark' && event.apply === apply && event.what === what && event.command === name;
  const [from, to] = [events.find(mark('began'))?.seq ?? 0, events.find(mark('ended'))?.seq ?? events.length];
  return events.flatMap((event) =>
    event.kind !== 'mark' && event.tenant?.target === target && event.seq > from && event.seq < to ? [event] : [],
  );
}
