/** The permission matrix of a Rocket.Chat workspace: which roles have a permission. A role does not know its permissions. */
import type { Answer } from '../../../sandbox/call.ts';
import { replace } from '../../../sandbox/state.ts';
import { badDate, failure, success, updatedSince, type Visit } from './handler.ts';
import type { Inputs } from './schemas.ts';

/** All permissions at once, those of single settings included. */
export function listPermissions(visit: Visit): Answer {
  const since = updatedSince(visit);
  if (since === undefined) return badDate();
  const update = visit.workspace.permissions.filter((row) => row._updatedAt > since);
  return success({ update, remove: [] });
}

/**
 * Overwrites the whole list of each row. One unknown permission, one named twice, or one role that does not exist
 * refuses the call before anything is written, so a list may not be storable as it was read.
 */
export function updatePermissions({ workspace, time, input }: Visit<Inputs['permissions.update']>): Answer {
  const { permissions } = input;
  const rows = new Map(permissions.map((row) => [row._id, row.roles]));
  const known = workspace.permissions.filter((row) => rows.has(row._id));
  if (known.length !== permissions.length) return failure(400, 'Invalid permission', 'error-invalid-permission');
  const roles = new Set(workspace.roles.map((role) => role._id));
  if (permissions.some((row) => row.roles.some((id) => !roles.has(id)))) {
    return failure(400, 'Invalid role', 'error-invalid-role');
  }
  for (const row of known) {
    replace(workspace.permissions, row, { ...row, roles: rows.get(row._id) ?? [], _updatedAt: time });
  }
  return success({ permissions: workspace.permissions }, known.length > 0);
}
