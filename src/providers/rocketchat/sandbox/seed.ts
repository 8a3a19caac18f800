/** A believable little world to try rolesync on: two workspaces, the same on every machine. `community` has no licence for custom roles. */
import { objectIdOf } from '../../../sandbox/identity.ts';
import { birth, own, replace } from '../../../sandbox/state.ts';
import { issueCredentials } from './credentials.ts';
import type { ChatRole, RocketChat } from './state.ts';

export function furnish(state: RocketChat): void {
  for (const workspace of ['demo', 'community']) furnishWorkspace(state, workspace);
  const community = own(state.workspaces, 'community');
  if (community !== undefined) community.customRoles = false;
}

function furnishWorkspace(state: RocketChat, workspace: string): void {
  issueCredentials(state, workspace);
  const data = own(state.workspaces, workspace);
  if (data === undefined) return;
  const lead: ChatRole = {
    _id: objectIdOf('rocketchat role', workspace, 'support lead'),
    name: 'support lead',
    scope: 'Users',
    description: 'Runs the support desk',
    protected: false,
    mandatory2fa: true,
    _updatedAt: birth,
  };
  data.roles.push(lead);
  for (const id of ['view-livechat-analytics', 'view-livechat-queue', 'mute-user']) {
    const row = data.permissions.find((permission) => permission._id === id);
    if (row !== undefined) replace(data.permissions, row, { ...row, roles: [...row.roles, lead._id] });
  }
  const user = (username: string, roles: readonly string[]) => {
    const _id = objectIdOf('rocketchat user', workspace, username).slice(0, 17);
    const subscriptions = [{ rid: 'GENERAL', roles: username === 'grace' ? ['owner'] : [] }];
    return { _id, username, tokens: [], roles, subscriptions };
  };
  data.users.push(user('ada', ['user', lead._id]), user('grace', ['user']), user('hal', ['bot']));
}
