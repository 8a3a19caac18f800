/** Which change of a plan has to wait for which other: for a name that it frees, for a role that it makes or lets go. Pure. */
import type { Change } from './change.ts';

export interface Wait {
  readonly for: Change;
  /** `name`: it still has the name that is needed. `role`: it makes the role that is granted. `holder`: it lets go of the role. */
  readonly because: 'name' | 'role' | 'holder';
}

/**
 * For each change those that go first. Where they would wait for each other in a circle, the first of it waits for none. A
 * name that cannot be freed is never taken, even where it may stand twice: nobody could tell the two apart.
 */
export function waits(
  changes: readonly Change[],
  permissionOf: ((role: string) => string) | undefined,
): ReadonlyMap<Change, readonly Wait[]> {
  const waiting = new Map<Change, Wait[]>();
  const add = (change: Change, wait: Wait) => {
    if (leadsTo(change, wait.for, waiting)) return;
    waiting.set(change, [...(waiting.get(change) ?? []), wait]);
  };
  const freeing = new Map(
    changes
      .filter((change) => change.before !== null && (takesName(change) || change.action === 'delete'))
      .map((change) => [change.before?.name, change]),
  );
  for (const change of changes) {
    const holder = takesName(change) ? freeing.get(change.after?.name) : undefined;
    if (holder !== undefined && holder !== change) add(change, { for: holder, because: 'name' });
  }
  if (permissionOf === undefined) return waiting;
  const making = new Map(
    changes.flatMap((change) => (change.action === 'create' ? [[permissionOf(change.role), change] as const] : [])),
  );
  for (const change of changes) {
    for (const permission of change.grants) {
      const maker = making.get(permission);
      if (maker !== undefined) add(change, { for: maker, because: 'role' });
    }
  }
  for (const change of changes) {
    if (change.action !== 'delete') continue;
    const own = permissionOf(change.role);
    for (const holder of changes) {
      if (holder !== change && holder.revokes.includes(own)) add(change, { for: holder, because: 'holder' });
    }
  }
  return waiting;
}

export function takesName(change: Change): boolean {
  return change.action === 'create' || change.fields['name'] !== undefined;
}

/** Whether `from` is `change`, or waits for it in the end. */
function leadsTo(change: Change, from: Change, waiting: ReadonlyMap<Change, readonly Wait[]>): boolean {
  const seen = new Set<Change>();
  const open = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === change) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(waiting.get(next) ?? []).map((wait) => wait.for));
  }
  return false;
}
