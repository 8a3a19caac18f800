/** The second level of the guards: judges what is finally written to a target, whoever held the rest. Pure. */

import type { Capabilities } from './capabilities.ts';
import { type Change, carry, type Part, parts, restrict } from './change.ts';
import { type Holding, withoutLooseEnds } from './composition.ts';
import type { Objection } from './guards.ts';
import { inOrder, type Judged } from './judge.ts';
import type { Withheld } from './plan.ts';
import { groupBy, type LiveRole, type Role } from './role.ts';

export interface Whole {
  /** What is live, as far as it was read. */
  readonly live: readonly LiveRole[];
  readonly capabilities: Pick<Capabilities, 'uniqueNames' | 'permissionsRequired' | 'limits'>;
  /** A part that the base wants too. When it is withheld, no revoke waits for it. */
  readonly isDrift: (change: Change, part: Part) => boolean;
  /** Where a role can hold other roles. */
  readonly holding?: Holding | undefined;
}

/**
 * What may go of `changes` beside what is withheld already: no revoke without the grants it belongs to, no role that ends
 * empty by accident, no name that another live role keeps, nothing that the provider is known to refuse, and where roles hold
 * roles nothing that rests on a change that does not go. To be asked again
 * whenever something more is withheld: at planning, after the approval, and after the checks just before the write.
 */
export function judgeWhole(judged: Judged, whole: Whole): Judged {
  const { live, holding } = whole;
  const { changes, withheld } = holding === undefined ? judged : withoutLooseEnds(judged, live, holding);
  const held = groupBy(withheld, subject);
  const settled = changes.map((change) => holdRevokes(change, held.get(subject(change)) ?? [], whole));
  const possible = settled.map((one) => holdImpossible(one, whole));
  const named = holdTakenNames(
    possible.flatMap(({ change }) => change ?? []),
    whole,
  );
  return {
    changes: named.flatMap(({ change }) => change ?? []).sort(inOrder),
    withheld: [...withheld, ...[...possible, ...named].flatMap((one) => one.withheld)].sort(inOrder),
  };
}

interface Held {
  readonly change: Change | undefined;
  readonly withheld: readonly Withheld[];
}

function subject({ id, role }: Change): string {
  return JSON.stringify(id === null ? ['name', role] : ['id', id]);
}

/** Splits the parts that `isHeld` off the change. */
function hold(change: Change, isHeld: (part: Part) => boolean, objection: Objection): Held {
  const all = parts(change);
  const piece = restrict(change, all.filter(isHeld));
  return {
    change: restrict(
      change,
      all.filter((part) => !isHeld(part)),
    ),
    withheld: piece === undefined ? [] : [{ ...piece, ...objection }],
  };
}

/** Revokes belong to the grants of their change: `read` in place of `admin` must not end as nothing. */
function holdRevokes(change: Change, held: readonly Withheld[], { isDrift }: Whole): Held {
  if (change.action !== 'update' || change.revokes.length === 0) return { change, withheld: [] };
  const isRevoke = (part: Part) => part.kind === 'revoke';
  const blocked = held.flatMap((piece) =>
    parts(piece).filter((part) => part.kind === 'grant' && !isDrift(piece, part)),
  );
  const [first] = blocked;
  if (first?.kind === 'grant') {
    const more = blocked.length > 1 ? ` and ${blocked.length - 1} more` : '';
    const reason = `not revoked while \`${first.permission}\`${more}, which the same change grants, is withheld; see why, or drop that grant from the file`;
    return hold(change, isRevoke, { code: 'grant-withheld', reason });
  }
  const wanted = carry(
    change.after,
    held.flatMap((piece) => parts(piece)),
  );
  if (change.after.permissions.length > 0 || wanted.permissions.length === 0) return { change, withheld: [] };
  const reason = 'not revoked, because the role would be left with no permissions while its new ones are withheld';
  return hold(change, isRevoke, { code: 'ends-empty', reason });
}

/** A role that the provider documents as refused is not sent. */
function holdImpossible({ change, withheld }: Held, { capabilities }: Whole): Held {
  const fault = change?.after && impossible(change.after, capabilities);
  if (change === undefined || !fault) return { change, withheld };
  return { change: undefined, withheld: [...withheld, { ...change, ...fault }] };
}

function impossible(role: Role, { permissionsRequired, limits }: Whole['capabilities']): Objection | undefined {
  if (permissionsRequired && role.permissions.length === 0) {
    const reason = 'the provider refuses a role without permissions, and this one would have none; add `permissions`';
    return { code: 'no-permissions', reason };
  }
  for (const field of ['name', 'description'] as const) {
    const most = limits[field];
    const length = [...role[field]].length;
    if (most === undefined || length <= most) continue;
    const reason = `the provider refuses a ${field} of more than ${most} characters, and this one has ${length}; declare a shorter \`${field}\``;
    return { code: 'over-limit', reason };
  }
  return undefined;
}

/** Two roles of one name could not be told apart afterwards. Holding one rename can leave another without its name. */
function holdTakenNames(changes: readonly Change[], { live, capabilities }: Whole): readonly Held[] {
  const held = new Map<Change, Objection>();
  for (let before = -1; before !== held.size; ) {
    before = held.size;
    for (const [change, objection] of takenNames(changes, held, live, capabilities.uniqueNames))
      held.set(change, objection);
  }
  return changes.map((change) => {
    const objection = held.get(change);
    if (objection === undefined) return { change, withheld: [] };
    if (change.action === 'create') return { change: undefined, withheld: [{ ...change, ...objection }] };
    return hold(change, (part) => part.kind === 'field' && part.field === 'name', objection);
  });
}

function takenNames(
  changes: readonly Change[],
  held: ReadonlyMap<Change, Objection>,
  live: readonly LiveRole[],
  uniqueNames: boolean,
): ReadonlyMap<Change, Objection> {
  const byId = new Map(changes.flatMap((change) => (change.id === null ? [] : [[change.id, change] as const])));
  const keepers = live.flatMap(({ id, builtIn, role }) => {
    const change = byId.get(id);
    const leaves = change?.action === 'delete' || (change !== undefined && takesName(change) && !held.has(change));
    // Where names may stand twice, a role of the provider's own is never meant beside one of the tenant's.
    return leaves || (builtIn && !uniqueNames) ? [] : [{ id, name: role.name }];
  });
  const kept = new Map(keepers.map(({ id, name }) => [name, id]));
  const taken = new Map<Change, Objection>();
  for (const change of changes) {
    const name = change.after?.name ?? '';
    if (!takesName(change) || held.has(change) || name === '') continue;
    const keeper = kept.get(name);
    if (keeper === undefined || keeper === change.id) kept.set(name, change.id ?? '');
    else taken.set(change, { code: 'name-taken', reason: takenReason(name, keeper) });
  }
  return taken;
}

function takenReason(name: string, keeper: string): string {
  const whose = keeper === '' ? 'another role of the same plan' : `the live role with id \`${keeper}\``;
  return `\`${name}\` is still the name of ${whose}, and two roles with one name cannot be told apart; choose another name, or free it first`;
}

function takesName(change: Change): boolean {
  return change.action === 'create' || (change.action === 'update' && change.fields['name'] !== undefined);
}
