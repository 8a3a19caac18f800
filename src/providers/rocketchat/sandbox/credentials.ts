/** Who can log in to the stand-in of Rocket.Chat. */
import { objectIdOf } from '../../../sandbox/identity.ts';
import type { Login } from '../../../sandbox/stand-in.ts';
import { birth, own, put } from '../../../sandbox/state.ts';
import { defaultPermissions, protectedRoles } from './defaults.ts';
import type { RocketChat } from './state.ts';

/** Where the workspaces begin, after the origin. */
export const prefix = '/rocketchat';

/** `workspace` may hold letters, digits, dots and dashes. The robot is an admin with a personal access token. */
export function issueCredentials(
  { workspaces }: RocketChat,
  workspace: string,
): { readonly path: string; readonly auth: { readonly userId: string; readonly token: string } } {
  const data =
    own(workspaces, workspace) ??
    put(workspaces, workspace, {
      users: [],
      roles: [...protectedRoles(birth)],
      permissions: [...defaultPermissions(birth)],
      removed: [],
      customRoles: true,
      rateLimit: null,
    });
  const userId = objectIdOf('rocketchat robot', workspace).slice(0, 17);
  const token = `sandbox-token-${objectIdOf('rocketchat token', workspace)}`;
  const robot = { _id: userId, username: 'rolesync', name: 'rolesync', tokens: [token], roles: ['admin'] };
  const known = data.users.find((user) => user._id === userId);
  if (known === undefined) data.users.push(robot);
  return { path: pathOf(workspace), auth: { userId, token: known?.tokens[0] ?? token } };
}

export function logins(state: RocketChat): readonly Login[] {
  return Object.keys(state.workspaces).map((workspace) => {
    const users = own(state.workspaces, workspace)?.users ?? [];
    const [user] = users.flatMap(({ _id, tokens: [token] }) => (token === undefined ? [] : [{ userId: _id, token }]));
    const auth = user ?? issueCredentials(state, workspace).auth;
    return { title: `workspace ${workspace}`, path: pathOf(workspace), auth };
  });
}

function pathOf(workspace: string): string {
  return `${prefix}/${encodeURIComponent(workspace)}`;
}
