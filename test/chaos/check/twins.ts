/** Looks for roles that are there twice because rolesync made one of them beside another that it could have seen. */
import { type Live, rolesIn, type Snapshot } from '../live.ts';
import type { Played } from '../play.ts';
import type { Tenant } from '../scenario.ts';
import { cellKey, cellsBetween, type Exchange, type Written, writesOf } from '../timeline.ts';
import type { Finding } from './finding.ts';
import { knowledgeOf } from './knowledge.ts';
import { cellsDisturbed } from './writes.ts';

export function checkTwins(played: Played): readonly Finding[] {
  return played.scenario.tenants.flatMap((tenant) => {
    const writes = writesOf(played.events, tenant.target);
    return [...sharedNames(played.end.get(tenant.target) ?? new Map())].flatMap(([name, roles]) =>
      roles.flatMap((role) => twinOf(played, tenant, name, role, roles, writes)),
    );
  });
}

function sharedNames(live: Snapshot): readonly (readonly [string, readonly Live[]])[] {
  const byName = new Map<string, Live[]>();
  for (const role of rolesIn(live)) {
    if (!role.builtIn) byName.set(role.name, [...(byName.get(role.name) ?? []), role]);
  }
  return [...byName].filter(([, roles]) => roles.length > 1);
}

function twinOf(
  played: Played,
  tenant: Tenant,
  name: string,
  role: Live,
  all: readonly Live[],
  writes: readonly Written[],
): readonly Finding[] {
  const maker = named(writes, role.id);
  if (maker?.kind !== 'exchange' || tenant.declared.some(({ id }) => id === role.id)) return [];
  // A PUT of Dintero brings back what somebody deleted within the last round trip.
  const made = cellKey({ role: role.id, what: 'role', name: '' });
  if (cellsDisturbed(maker, knowledgeOf(played.events, maker, role.id, false), writes).has(made)) return [];
  // Names are looked up once, before the first write: a list that another change asks for later is not what a create rests on.
  const first = writes.find((write) => write.kind === 'exchange' && write.apply === maker.apply) ?? maker;
  const looked = first.kind === 'exchange' ? first.arrived : maker.arrived;
  const seen = played.events.findLast(
    (event): event is Exchange =>
      event.kind === 'exchange' &&
      event.apply === maker.apply &&
      event.reads === 'list' &&
      // A role that appears later may belong on a page that was read already.
      !/[?&](starting_after=|page=(?!1\b))/.test(event.path) &&
      event.told &&
      event.seq < looked &&
      event.tenant?.target === tenant.target,
  );
  const other = all.find(({ id }) => {
    if (id === role.id) return false;
    const origin = named(writes, id);
    const isOwn = origin?.kind === 'exchange' && origin.apply === maker.apply && origin.seq < maker.seq;
    return isOwn || (origin?.seq ?? -1) < (seen?.seq ?? 0);
  });
  if (other === undefined) return [];
  return [
    { invariant: 'twin', message: `${tenant.target} has \`${name}\` twice: #${maker.seq} made it beside ${other.id}` },
  ];
}

/** What gave a role its name. */
function named(writes: readonly Written[], role: string): Written | undefined {
  return writes.findLast(({ before, after }) =>
    cellsBetween(before, after).some((cell) => cell.role === role && (cell.what === 'role' || cell.name === 'name')),
  );
}
