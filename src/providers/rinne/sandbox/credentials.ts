/** Who can log in to the stand-in of Rinne. */
import { uuidOf } from '../../../sandbox/identity.ts';
import type { Login } from '../../../sandbox/stand-in.ts';
import { birth } from '../../../sandbox/state.ts';
import type { Rinne, RinneRole } from './state.ts';

/** Where the API begins, after the origin. */
export const prefix = '/rinne/core';

/** `company` is the id to select. The robot belongs to a second company as well, so a login selects none. */
export function issueCredentials(
  rinne: Rinne,
  company: string,
): { readonly path: string; readonly auth: { readonly identifier: string; readonly password: string } } {
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
  return { path: prefix, auth: { identifier: robot.identifier, password: robot.password } };
}

export function logins(rinne: Rinne): readonly Login[] {
  return [...rinne.companies].map(({ id: company, name }) => {
    const member = rinne.users.find((user) => user.companies.some(({ id }) => id === company));
    const { identifier, password } = member ?? issueCredentials(rinne, company).auth;
    return { title: `company ${name}`, tenant: company, path: prefix, auth: { identifier, password } };
  });
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
