/** Who can log in to the stand-in of Dintero. */
import { uuidOf } from '../../../sandbox/identity.ts';
import type { Login } from '../../../sandbox/stand-in.ts';
import { own, put } from '../../../sandbox/state.ts';
import type { Dintero } from './state.ts';

/** Where the API begins, after the origin. */
export const prefix = '/dintero/v1';

/** `account` as in the API's paths. The robot's client has admin:accounts and nothing else. */
export function issueCredentials(
  { accounts }: Dintero,
  account: string,
): { readonly path: string; readonly auth: { readonly clientId: string; readonly clientSecret: string } } {
  const data = own(accounts, account) ?? put(accounts, account, { clients: [], roles: [], users: [] });
  const clientId = uuidOf('dintero client', account);
  const known = data.clients.find((client) => client.clientId === clientId);
  const robot = known ?? { clientId, clientSecret: `sandbox-secret-${account}`, scopes: ['admin:accounts'] };
  if (known === undefined) data.clients.push(robot);
  return { path: prefix, auth: { clientId, clientSecret: robot.clientSecret } };
}

export function logins(state: Dintero): readonly Login[] {
  return Object.keys(state.accounts).map((account) => {
    const client = own(state.accounts, account)?.clients[0] ?? issueCredentials(state, account).auth;
    const { clientId, clientSecret } = client;
    return { title: `account ${account}`, tenant: account, path: prefix, auth: { clientId, clientSecret } };
  });
}
