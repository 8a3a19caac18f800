/** The roles of a Rocket.Chat workspace: list, sync, create, update, delete. Permissions are not theirs. */
import type { Answer } from '../../../sandbox/call.ts';
import { newObjectId } from '../../../sandbox/identity.ts';
import { replace } from '../../../sandbox/state.ts';
import { badDate, holds, success, thrown, updatedSince, type Visit } from './handler.ts';
import type { Inputs } from './schemas.ts';
import type { ChatRole, Workspace } from './state.ts';

/** All roles at once, without `_updatedAt`. */
export function listRoles({ workspace }: Visit): Answer {
  return success({ roles: workspace.roles.map(({ _updatedAt, ...role }) => role) });
}

/** Changed and removed roles since a date. Without a date older servers return nothing at all. */
export function syncRoles(visit: Visit): Answer {
  const since = updatedSince(visit);
  if (since === undefined) return badDate();
  const { workspace } = visit;
  if (since === '' && workspace.older === true) return success({ roles: { update: [], remove: [] } });
  const update = workspace.roles.filter((role) => role._updatedAt > since);
  const remove = workspace.removed
    .filter((role) => role._deletedAt > since)
    .map((role) => ({ ...role, __collection__: 'rocketchat_roles' }));
  return success({ roles: { update, remove } });
}

/** The name must be neither a name nor an id of a live role, to the letter. */
export function createRole({ workspace, user, time, input }: Visit<Inputs['roles.create']>): Answer {
  if (!holds(workspace, user, 'access-permissions')) return notAllowed;
  const { name, scope = 'Users', description, mandatory2fa } = input;
  if (findByIdOrName(workspace, name) !== undefined) return duplicate;
  const twoFactor = mandatory2fa === undefined ? {} : { mandatory2fa };
  const stamp = { protected: false, ...twoFactor, _updatedAt: time };
  const role: ChatRole = { _id: newObjectId(), name, scope, description: description ?? '', ...stamp };
  workspace.roles.push(role);
  return success({ role }, true);
}

/** A full replace for all its optional fields: left out means '', Users and false. */
export function updateRole({ workspace, user, time, input }: Visit<Inputs['roles.update']>): Answer {
  if (!holds(workspace, user, 'access-permissions')) return notAllowed;
  const { roleId, name, scope = 'Users', description, mandatory2fa = false } = input;
  const old = workspace.roles.find((role) => role._id === roleId);
  if (!workspace.customRoles && old?.protected !== true) {
    return thrown('error-action-not-allowed', 'This is an enterprise feature');
  }
  if (old === undefined) return noRole;
  if (old.protected && ((name !== '' && name !== old.name) || scope !== old.scope)) {
    return thrown('error-role-protected', 'Role is protected');
  }
  if (workspace.roles.some((role) => role._id !== roleId && role.name === name)) return duplicate;
  const fields = { name: name === '' ? old.name : name, scope, description: description ?? '', mandatory2fa };
  const role = replace(workspace.roles, old, { ...old, ...fields, _updatedAt: time });
  return success({ role }, true);
}

/** Takes an id or a name, and leaves the id behind in every permission that lists it. */
export function deleteRole({ workspace, time, input }: Visit<Inputs['roles.delete']>): Answer {
  const role = findByIdOrName(workspace, input.roleId);
  if (role === undefined) return noRole;
  if (role.protected) return thrown('error-role-protected', 'Cannot delete a protected role');
  if (holdersOf(workspace, role).length > 0) {
    return thrown('error-role-in-use', "Cannot delete role because it's in use");
  }
  workspace.roles.splice(workspace.roles.indexOf(role), 1);
  workspace.removed.push({ _id: role._id, _deletedAt: time });
  return success({}, true);
}

/** The users who have a role: by their roles, or by their rooms where that is its scope. */
export function holdersOf({ users }: Workspace, role: ChatRole, roomId?: string): Workspace['users'] {
  if (role.scope !== 'Subscriptions') return users.filter((user) => user.roles.includes(role._id));
  return users.filter((user) =>
    user.subscriptions?.some(({ rid, roles }) => roles.includes(role._id) && (roomId === undefined || rid === roomId)),
  );
}

const notAllowed = thrown('error-action-not-allowed', 'Accessing permissions is not allowed');
const duplicate = thrown('error-duplicate-role-names-not-allowed', 'Role name already exists');
const noRole = thrown('error-invalid-roleId', 'This role does not exist');

function findByIdOrName({ roles }: Workspace, text: string): ChatRole | undefined {
  return roles.find((role) => role._id === text || role.name === text);
}
