/** The one write of permissions: read the rows, build what changes, send it, compare what was stored. */
import { canonical } from '../../core/canonical.ts';
import { Failure } from '../../core/failure.ts';
import { shown } from '../../core/text.ts';
import type { Unstored, WrittenChange } from '../provider.ts';
import type { Api } from './api.ts';
import { type BlockedRow, type KnownRoles, type Rows, rowsToSend, sameSet } from './rows.ts';
import { type PermissionRow, rowsOf } from './workspace.ts';

/** A write whose answer was lost is not repeated as is, because it replaces whole rows: the rows are read again and rebuilt. */
const TRIES = 4;

/**
 * Resolves with the changes that a row which cannot be sent has left undone, wholly or in part; the other rows are sent.
 * `readAgain` is asked only for rows with role ids that nobody has seen yet.
 */
export async function writePermissions(
  api: Api,
  written: readonly WrittenChange[],
  known: KnownRoles,
  readAgain: () => Promise<KnownRoles>,
): Promise<readonly Unstored[]> {
  const touches = written.some(({ change }) => change.grants.length > 0 || change.revokes.length > 0);
  if (!touches) return [];
  let now = known;
  let refused: { readonly rows: string; readonly failure: Failure } | undefined;
  for (let sent = 0; ; ) {
    const rows = await currentRows(api, written, now, readAgain);
    if (rows.send.length === 0) return unstored(written, rows);
    if (refused?.rows === canonical(rows.send)) throw refused.failure;
    try {
      await send(api, rows.send);
      return unstored(written, rows);
    } catch (error) {
      if (error instanceof Failure && error.stale) continue;
      sent += 1;
      if (!(error instanceof Failure) || sent === TRIES) throw error;
      const isLost = error.unclear;
      if (error.code !== 'moved' && !isLost) throw error;
      if (isLost) continue;
      // A role or permission of the rows was deleted since they were read: refused whole, so nothing was written.
      refused = { rows: canonical(rows.send), failure: error };
      now = await readAgain();
    }
  }
}

async function currentRows(
  api: Api,
  written: readonly WrittenChange[],
  known: KnownRoles,
  readAgain: () => Promise<KnownRoles>,
): Promise<Rows> {
  const rows = rowsToSend(await readRows(api), written, known);
  if (!rows.blocked.some(({ unknown }) => unknown.length > 0)) return rows;
  // A role made since the plan looks unknown; before its row is left out, look again, at the rows last.
  const now = await readAgain();
  return rowsToSend(await readRows(api), written, now);
}

async function readRows(api: Api): Promise<readonly PermissionRow[]> {
  return rowsOf(await api.get('permissions.listAll', { finishes: true }), 'update');
}

async function send(api: Api, rows: readonly PermissionRow[]): Promise<void> {
  const permissions = rows.map(({ permission, roles }) => ({ _id: permission, roles }));
  const answer = await api.post('permissions.update', { body: { permissions }, finishes: true });
  const stored = new Map(rowsOf(answer, 'permissions').map(({ permission, roles }) => [permission, roles]));
  const lost = rows.filter(({ permission, roles }) => !sameSet(roles, stored.get(permission) ?? []));
  if (lost.length === 0) return;
  const names = namesOf(lost.map(({ permission }) => permission));
  throw new Failure('response', `${answer.at.label} did not store what was sent: the roles of ${names}`);
}

function unstored(written: readonly WrittenChange[], { blocked, emptied }: Rows): readonly Unstored[] {
  return written.flatMap(({ change, id }) => {
    const reasons = [
      ...blocked.filter(({ wantedFor }) => wantedFor.includes(id)).map(blockedBy),
      ...(emptied.includes(id)
        ? [`somebody took the rest, and without ${namesOf(change.revokes)} it would have none`]
        : []),
    ];
    return reasons.length === 0 ? [] : { change, failure: changedSince(reasons) };
  });
}

function blockedBy({ permission, unknown }: BlockedRow): string {
  if (unknown.length === 0) return `${namesOf([permission])} is gone`;
  return `${namesOf([permission])} now has unknown roles ${namesOf(unknown)}`;
}

function changedSince(reasons: readonly string[]): Failure {
  return new Failure('response', `the workspace changed since the plan: ${reasons.join('; ')}; plan again`);
}

function namesOf(values: readonly string[]): string {
  const first = values.slice(0, 5).map((value) => `\`${shown(value)}\``);
  return values.length > 5 ? `${first.join(', ')} and ${values.length - 5} more` : first.join(', ');
}
