/** A believable little world to try rolesync on: two accounts, the same on every machine. */
import { uuidOf } from '../../../sandbox/identity.ts';
import { birth, own } from '../../../sandbox/state.ts';
import { issueCredentials } from './credentials.ts';
import type { Dintero, DinteroRole } from './state.ts';

export function furnish(state: Dintero): void {
  for (const account of ['T11112222', 'P11112222']) furnishAccount(state, account);
}

function furnishAccount(state: Dintero, account: string): void {
  const { auth } = issueCredentials(state, account);
  const data = own(state.accounts, account);
  if (data === undefined) return;
  const role = (name: string, description: string, scope: readonly string[]): DinteroRole => {
    const stamps = { created_at: birth, updated_at: birth, created_by: auth.clientId };
    return { id: uuidOf('dintero role', account, name), scope, name, description, ...stamps };
  };
  const support = role('order support', 'Looks orders up', ['read:accounts', 'read:billing', 'read:checkout']);
  const finance = role('finance', 'Reads settlements and receipts', ['read:accounts', 'read:billing', 'read:receipts']);
  const deleted = { deleted_at: birth, deleted_by: auth.clientId };
  data.roles.push(support, finance, role('webhook maintainer', '', ['admin:hooks', 'read:accounts']), {
    ...role('campaign 2019', 'Christmas campaign', ['admin:discounts']),
    ...deleted,
  });
  const user = (name: string, roles: readonly DinteroRole[]) => {
    const email = `${name.toLowerCase()}@example.com`;
    return { id: uuidOf('dintero user', account, name), email, name, roles: roles.map(({ id }) => ({ id })) };
  };
  data.users.push(user('Ada', [support, finance]), user('Grace', [support]), user('Linus', []));
}
