/** Lets a tenant in: makes it, with what such a tenant is born with, and a robot that may manage its roles. Idempotent. */

import { defaultPermissions, protectedRoles } from '../providers/rocketchat/sandbox/defaults.ts';
import { objectIdOf, uuidOf } from './identity.ts';
import { own, put, type RinneRole, type State } from './state.ts';

/** When everything was born that the sandbox is born with. */
export const birth = '2025-01-01T00:00:00.000Z';

/** Where the three APIs begin, after the origin. */
export const paths = {
  dintero: '/dintero/v1',
  rinne: '/rinne/core',
  rocketchat: (workspace: string): string => `/rocketchat/${encodeURIComponent(workspace)}`,
} as const;

/** A tenant of any provider, by the word its role files use: account, company, or the name of a workspace. */
export function admit(state: State, provider: 'dintero' | 'rinne' | 'rocketchat', tenant: string): Admission {
  if (provider === 'dintero') return admitDintero(state, tenant);
  return provider === 'rinne' ? admitRinne(state, tenant) : admitRocketChat(state, tenant);
}

/** `path` is the base URL without origin; `auth` logs in. */
export interface Admission {
  readonly path: string;
  readonly auth: Readonly<Record<string, string>>;
}

/** `account` as in the API's paths. The robot's client has admin:accounts and nothing else. */
export function admitDintero(
  state: State,
  account: string,
): { readonly path: string; readonly auth: { readonly clientId: string; readonly clientSecret: string } } {
  const { accounts } = state.dintero;
  const data = own(accounts, account) ?? put(accounts, account, { clients: [], roles: [], users: [] });
  const clientId = uuidOf('dintero client', account);
  const known = data.clients.find((client) => client.clientId === clientId);
  const robot = known ?? { clientId, clientSecret: `sandbox-secret-${account}`, scopes: ['admin:accounts'] };
  if (known === undefined) data.clients.push(robot);
  return { path: paths.dintero, auth: { clientId, clientSecret: robot.clientSecret } };
}

/** `company` is the id to select. The robot belongs to a second company as well, so a login selects none. */
export function admitRinne(
  state: State,
  company: string,
): { readonly path: string; readonly auth: { readonly identifier: string; readonly password: string } } {
  const { rinne } = state;
  for (const role of rinneBuiltIns) {
    if (!rinne.roles.some(({ name, company_id }) => name === role.name && company_id === null)) rinne.roles.push(role);
  }
  const id = uuidOf('rinne robot');
  const known = rinne.users.find((user) => user.id === id);
  const robot = known ?? { id, identifier: robotEmail, password: 'sandbox-password', name: 'rolesync', companies: [] };
  if (known === undefined) rinne.users.push(robot);
  for (const one of [{ id: company, name: `Company ${company}` }, secondCompany]) {
    if (!rinne.companies.some((candidate) => candidate.id === one.id)) rinne.companies.push(one);
    if (!robot.companies.some((member) => member.id === one.id)) robot.companies.push({ id: one.id, roles: ['admin'] });
  }
  return { path: paths.rinne, auth: { identifier: robot.identifier, password: robot.password } };
}

/** `workspace` may hold letters, digits, dots and dashes. The robot is an admin with a personal access token. */
export function admitRocketChat(
  state: State,
  workspace: string,
): { readonly path: string; readonly auth: { readonly userId: string; readonly token: string } } {
  const { workspaces } = state.rocketchat;
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
  return { path: paths.rocketchat(workspace), auth: { userId, token: known?.tokens[0] ?? token } };
}

const secondCompany = { id: uuidOf('rinne company', 'second'), name: 'Second company' };
const robotEmail = 'rolesync@example.com';

const rinneBuiltIns: readonly RinneRole[] = [
  builtIn('admin', ['*.*'], 'Administrator role with full access'),
  builtIn('user', ['transaction.list'], null),
  builtIn('merchant-admin', ['merchant.*'], 'Full access to one merchant'),
];

function builtIn(name: string, permissions: readonly string[], description: string | null): RinneRole {
  const stamps = { company_id: null, organization_id: null, created_at: birth, updated_at: birth };
  return { id: uuidOf('rinne role', name), name, permissions, description, ...stamps };
}
