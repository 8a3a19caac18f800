/** Who is who in a Rocket.Chat workspace: log in, who am I, who has a role, and what is licensed. */
import { type Answer, asObject } from '../../../sandbox/call.ts';
import { newToken } from '../../../sandbox/identity.ts';
import { success, thrown, type Visit } from './handler.ts';
import { holdersOf } from './roles.ts';
import type { Inputs } from './schemas.ts';
import type { ChatUser } from './state.ts';

export function login({ world, name, workspace, input }: Visit): Answer {
  const given = asObject(input) ?? {};
  const who = given['user'] ?? given['username'] ?? given['email'];
  const user = workspace.users.find((candidate) =>
    typeof given['resume'] === 'string'
      ? candidate.tokens.includes(given['resume'])
      : candidate.password !== undefined &&
        candidate.password === given['password'] &&
        (candidate.username === who || emailOf(candidate) === who),
  );
  if (user === undefined) {
    return { status: 401, body: { status: 'error', success: false, error: 'Unauthorized', message: 'Unauthorized' } };
  }
  const authToken = newToken();
  world.memory.tokens.set(authToken, { workspace: name, user: user._id });
  return {
    status: 200,
    body: { status: 'success', success: true, data: { userId: user._id, authToken, me: view(user) } },
  };
}

export function whoAmI({ user }: Visit): Answer {
  return success({ ...view(user), roles: user.roles });
}

/** `count` is 50 unless given and at most 100; 0 means all. `total` counts every holder. */
export function usersInRole({ workspace, input }: Visit<Inputs['roles.getUsersInRole']>): Answer {
  const { role: id, roomId, count = 50, offset = 0 } = input;
  const role = workspace.roles.find((candidate) => candidate._id === id);
  if (role === undefined) return thrown('error-invalid-roleId', 'This role does not exist');
  const holders = [...holdersOf(workspace, role, roomId)].sort((a, b) => (a.username < b.username ? -1 : 1));
  const end = count === 0 ? holders.length : offset + Math.min(count, 100);
  return success({ users: holders.slice(offset, end).map(view), total: holders.length });
}

export function showLicence({ workspace }: Visit): Answer {
  const activeModules = workspace.customRoles ? ['auditing', 'custom-roles', 'ldap-enterprise'] : [];
  return success({ license: { activeModules } });
}

function view(user: ChatUser): object {
  const { _id, username, name = username } = user;
  return { _id, name, username, emails: [{ address: emailOf(user), verified: true }] };
}

function emailOf(user: ChatUser): string {
  return `${user.username}@example.com`;
}
