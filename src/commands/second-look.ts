/** What is read after an apply: the whole list, or, where few roles of very many were written, just these. */
import type { Change } from '../core/change.ts';
import type { Outcome } from '../core/outcome.ts';
import type { LiveRole } from '../core/role.ts';
import type { Target } from '../reconcile.ts';

export interface Written {
  /** What should have been written. */
  readonly changes: readonly Change[];
  readonly outcomes: readonly Outcome[];
  /** The whole list that the plan saw. */
  readonly seen: readonly LiveRole[];
}

/**
 * The target as the plan after the writes reads it. Roles are read one by one only if that is fewer requests, and only where
 * it tells as much of them as the list would: every change is an update that keeps the role's name, and every answer said that it was
 * carried out. A role that is gone brings back the whole list. The others stay as the plan saw them a moment ago.
 */
export function afterWrites(target: Target, { changes, outcomes, seen }: Written): Target {
  const { remote, provider } = target;
  const isPlain = (change: Change) => change.action === 'update' && change.fields['name'] === undefined;
  const isTold = changes.every(isPlain) && outcomes.every(({ status }) => status === 'done' || status === 'withheld');
  const { pageSize } = provider;
  if (!isTold || remote.permissions !== undefined || pageSize === undefined) return target;
  const ids = new Set(changes.flatMap(({ id }) => id ?? []));
  if (ids.size >= Math.ceil(seen.length / pageSize)) return target;
  const { proveEnd: _ofTheListBefore, ...rest } = remote;
  const list = async (): Promise<readonly LiveRole[]> => {
    const found = await Promise.all([...ids].map(async (id) => [id, await remote.read(id)] as const));
    const now = new Map(found.flatMap(([id, role]) => (role === undefined ? [] : [[id, role] as const])));
    if (now.size < ids.size) return remote.list();
    return seen.map((role) => now.get(role.id) ?? role);
  };
  return { ...target, remote: { ...rest, list } };
}
