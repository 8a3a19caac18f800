/** What must hold when a change is written and only the identity that writes can know: the same for every reader. */
import type { Change } from '../../core/change.ts';
import type { Condition } from '../../core/plan.ts';
import { ACCESS } from './guards.ts';

/** The record of a role (not only its permissions) is written. */
export function writesRecord(change: Change): boolean {
  return change.action === 'create' || Object.keys(change.fields).length > 0;
}

/** `access-permissions` is taken from a role other than `admin`, which always keeps it. */
export function mayLockOut(change: Change): boolean {
  return change.id !== 'admin' && change.revokes.includes(ACCESS);
}

export function conditions(change: Change): readonly Condition[] {
  return [
    ...(writesRecord(change)
      ? [{ code: 'licence', text: 'the licence of the workspace includes `custom-roles`' }]
      : []),
    ...(mayLockOut(change)
      ? [{ code: 'lock-out', text: `the user that writes keeps \`${ACCESS}\` in another role` }]
      : []),
    ...(change.action === 'delete'
      ? [{ code: 'unused', text: 'nobody holds the role: Rocket.Chat refuses otherwise' }]
      : []),
  ];
}
