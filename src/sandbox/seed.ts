/** A believable little world to try rolesync on: two Dintero accounts, two Rinne companies, two Rocket.Chat workspaces. */
import { admitDintero, admitRinne, admitRocketChat, birth } from './admit.ts';
import { objectIdOf, uuidOf } from './identity.ts';
import { type ChatRole, type DinteroRole, emptyState, own, type RinneRole, replace, type State } from './state.ts';

/** The tenants of `believableState`, as role files name them. */
const believable = {
  accounts: ['T11112222', 'P11112222'],
  companies: [uuidOf('rinne company', 'Padaria Central'), uuidOf('rinne company', 'Mercado Novo')],
  workspaces: ['demo', 'community'],
} as const;

/** The same on every machine. `community` has no licence for custom roles. */
export function believableState(): State {
  const state = emptyState();
  for (const account of believable.accounts) furnishDintero(state, account);
  for (const company of believable.companies) furnishRinne(state, company);
  for (const workspace of believable.workspaces) furnishRocketChat(state, workspace);
  const community = own(state.rocketchat.workspaces, 'community');
  if (community !== undefined) community.customRoles = false;
  return state;
}

function furnishDintero(state: State, account: string): void {
  const { auth } = admitDintero(state, account);
  const data = own(state.dintero.accounts, account);
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

function furnishRinne(state: State, company: string): void {
  admitRinne(state, company);
  const { rinne } = state;
  const named = rinne.companies.find(({ id }) => id === company);
  const name = company === believable.companies[0] ? 'Padaria Central' : 'Mercado Novo';
  if (named !== undefined) replace(rinne.companies, named, { id: company, name });
  const role = (title: string, description: string | null, permissions: readonly string[]): RinneRole => {
    const stamps = { company_id: company, organization_id: null, created_at: birth, updated_at: birth };
    return { id: uuidOf('rinne role', company, title), name: title, permissions, description, ...stamps };
  };
  rinne.roles.push(
    role('cashier', 'Takes payments at the counter', ['transaction.create', 'transaction.list']),
    role('auditor', null, ['merchant.transaction.list', 'transaction.list', 'user.list']),
  );
  for (const [who, roles] of [
    ['ana', ['cashier']],
    ['bruno', ['cashier', 'auditor']],
  ] as const) {
    const identifier = `${who}.${company.slice(0, 8)}@example.com`;
    const id = uuidOf('rinne user', company, who);
    rinne.users.push({ id, identifier, password: `sandbox-${who}`, name: who, companies: [{ id: company, roles }] });
  }
}

function furnishRocketChat(state: State, workspace: string): void {
  admitRocketChat(state, workspace);
  const data = own(state.rocketchat.workspaces, workspace);
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
