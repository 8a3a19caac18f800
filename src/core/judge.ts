/** Lets the guards judge every part of every change: a part is planned, or withheld with a reason. */
import { type Change, carry, type Part, parts, restrict, update } from './change.ts';
import type { Guard, Objection } from './guards.ts';
import type { Withheld } from './plan.ts';
import { byCodeUnit, groupBy } from './role.ts';

export interface Judged {
  readonly changes: readonly Change[];
  readonly withheld: readonly Withheld[];
}

/** Both lists sorted. The first guard that objects to a part gives the reason; no part is dropped, none is in both. */
export function judge(changes: readonly Change[], guards: readonly Guard[]): Judged {
  const judged = changes.map((change) => split(change, guards));
  return {
    changes: judged.flatMap(({ kept }) => kept ?? []).sort(inOrder),
    withheld: judged.flatMap(({ withheld }) => withheld).sort(inOrder),
  };
}

function split(change: Change, guards: readonly Guard[]): { kept: Change | undefined; withheld: readonly Withheld[] } {
  const verdicts = parts(change).map((part) => ({ part, objection: firstObjection(part, change, guards) }));
  const refused = verdicts.flatMap(({ part, objection }) => (objection === undefined ? [] : { part, objection }));
  if (refused.length === 0) return { kept: change, withheld: [] };
  // A role that is not created has nothing that could be granted: a create and a delete stand or fall whole.
  const decisive = refused.find(({ part }) => part.kind === change.action)?.objection;
  if (decisive !== undefined) return { kept: undefined, withheld: [{ ...change, ...decisive }] };
  const allowed = verdicts.filter(({ objection }) => objection === undefined).map(({ part }) => part);
  const groups = groupBy(refused, ({ objection }) => JSON.stringify([objection.code, objection.reason]));
  return {
    kept: restrict(change, allowed),
    withheld: [...groups.values()].flatMap((group) => {
      const piece = pieceOf(
        change,
        allowed,
        group.map(({ part }) => part),
      );
      const objection = group[0]?.objection;
      return piece === undefined || objection === undefined ? [] : [{ ...piece, ...objection }];
    }),
  };
}

function firstObjection(part: Part, change: Change, guards: readonly Guard[]): Objection | undefined {
  for (const guard of guards) {
    const objection = guard(part, change);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

/** The refused parts as a change of their own. Of a role that is created without them, an update of what is created. */
function pieceOf(change: Change, allowed: readonly Part[], refused: readonly Part[]): Change | undefined {
  if (change.action !== 'create') return restrict(change, refused);
  const created = carry({ ...change.after, permissions: [] }, allowed);
  return update(null, created, carry(created, refused), { cause: change.cause, source: change.source });
}

export function inOrder(a: Change & Partial<Objection>, b: Change & Partial<Objection>): number {
  return (
    byCodeUnit(a.role, b.role) ||
    byCodeUnit(a.id ?? '', b.id ?? '') ||
    byCodeUnit(a.code ?? '', b.code ?? '') ||
    byCodeUnit(a.reason ?? '', b.reason ?? '')
  );
}
