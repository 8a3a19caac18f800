/** What the contract suite must know of each provider: how to admit, seed and look into its part of the sandbox. */
import type { LiveRole, Role } from '../../src/core/role.ts';
import { dintero as dinteroClient } from '../../src/providers/dintero/provider.ts';
import { keycloak as keycloakClient } from '../../src/providers/keycloak/provider.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { rinne as rinneClient } from '../../src/providers/rinne/provider.ts';
import { rocketchat as rocketchatClient } from '../../src/providers/rocketchat/provider.ts';
import { issueDintero, issueKeycloak, issueRinne, issueRocketChat, type State } from '../support/sandbox.ts';
import type { Tenant } from './connect.ts';

/** Of a tenant in the state of a sandbox. */
export interface Setup extends SetupOn<State> {
  readonly admit: (state: State) => Tenant;
  readonly seed: (state: State, count: number) => void;
  readonly stored: (state: State) => ReadonlyMap<string, object>;
}

/** `Ground`: where the tenant is. */
export interface SetupOn<Ground> {
  readonly provider: Provider;
  readonly admit: (ground: Ground) => Tenant | Promise<Tenant>;
  /** Puts `count` roles named 'role 0' … there, each with the sample's permissions. */
  readonly seed: (ground: Ground, count: number) => void | Promise<void>;
  /** What the provider stores, by id, as far as a role goes. */
  readonly stored: (ground: Ground) => ReadonlyMap<string, object> | Promise<ReadonlyMap<string, object>>;
  /** A role with every field set, permissions unsorted and repeated. */
  readonly sample: Role;
  /** The same role with other values for all that may change. */
  readonly changed: Role;
  /** Roles that a new tenant has. */
  readonly bornWith: number;
  /** Requests of the first list, of every later one, and of one with 250 roles more. */
  readonly requests: {
    readonly first: number;
    readonly again: number;
    readonly of250: number;
    /** Reads that a create takes to learn the id of what it made. Default: none. */
    readonly afterCreate?: number;
    /** Of a later list once the sample is there. Default: as `again`. */
    readonly withSample?: number;
  };
  /** The path of the list, as the sandbox logs it. */
  readonly listPath: string;
  /** Answers a list request with one item in a shape that surprises. */
  readonly odd: object;
}

const ACCOUNT = 'T11112222';
const REALM = 'acme';
const COMPANY = '4f9d7c6e-0000-4000-8000-000000000001';
const TIME = '2026-01-01T00:00:00.000Z';

export const dintero: Setup = {
  provider: dinteroClient,
  admit: (state) => ({ ...issueDintero(state.dintero, ACCOUNT), tenant: ACCOUNT }),
  seed: (state, count) => {
    const account = state.dintero.accounts[ACCOUNT];
    for (let n = 0; n < count; n += 1) {
      account?.roles.push({
        id: uuid(n),
        name: `role ${n}`,
        scope: ['read:accounts'],
        created_at: TIME,
        updated_at: TIME,
        created_by: 'seed',
      });
    }
  },
  stored: (state) =>
    new Map(
      state.dintero.accounts[ACCOUNT]?.roles
        .filter((role) => role.deleted_at === undefined)
        .map(({ id, name, description, scope }) => [id, { name, description, scope }]),
    ),
  sample: role('order support', { permissions: ['read:billing', 'read:accounts', 'read:billing'], settings: {} }),
  changed: role('Order support 2', { description: '', permissions: ['admin:shopping'], settings: {} }),
  bornWith: 0,
  requests: { first: 2, again: 1, of250: 4 },
  listPath: `/accounts/${ACCOUNT}/auth/roles`,
  odd: [{ name: 'without an id', scope: [] }],
};

export const keycloak: Setup = {
  provider: keycloakClient,
  admit: (state) => ({ ...issueKeycloak(state.keycloak, REALM), tenant: REALM }),
  seed: (state, count) => {
    const roles = state.keycloak.realms[REALM]?.roles ?? [];
    const offline = roles.find(({ name }) => name === 'offline_access')?.id ?? '';
    for (let n = 0; n < count; n += 1) {
      // What a role holds takes a request of its own.
      roles.push({ id: uuid(n), name: `role ${n}`, composites: n % 50 === 0 ? [offline] : [], attributes: {} });
    }
  },
  stored: (state) =>
    new Map(
      state.keycloak.realms[REALM]?.roles
        .filter(({ client }) => client === undefined)
        .map(({ id, name, description, composites }) => [id, { name, description, composites }]),
    ),
  sample: role('order support', {
    permissions: ['realm:offline_access', 'account:view-profile', 'realm:offline_access'],
    settings: {},
  }),
  changed: role('Order support 2', { description: '', permissions: ['realm:uma_authorization'], settings: {} }),
  bornWith: 3,
  requests: { first: 4, again: 3, of250: 9, afterCreate: 1, withSample: 4 },
  listPath: `/admin/realms/${REALM}/roles`,
  odd: [{ name: 'without an id' }],
};

export const rinne: Setup = {
  provider: rinneClient,
  admit: (state) => ({ ...issueRinne(state.rinne, COMPANY), tenant: COMPANY }),
  seed: (state, count) => {
    for (let n = 0; n < count; n += 1) {
      state.rinne.roles.push({
        id: uuid(n),
        name: `role ${n}`,
        permissions: ['transaction.list'],
        description: null,
        company_id: COMPANY,
        organization_id: null,
        created_at: TIME,
        updated_at: TIME,
      });
    }
  },
  stored: (state) =>
    new Map(
      state.rinne.roles.map(({ id, name, description, permissions, company_id, organization_id }) => [
        id,
        { name, description, permissions, company_id, organization_id },
      ]),
    ),
  sample: role('cashier', {
    permissions: ['user.read', 'transaction.list', 'user.read'],
    settings: { companyId: COMPANY, inheritsFrom: null },
  }),
  changed: role('Cashier 2', {
    description: '',
    permissions: ['transaction.create'],
    settings: { companyId: COMPANY, inheritsFrom: null },
  }),
  bornWith: 3,
  requests: { first: 3, again: 1, of250: 5 },
  listPath: '/v1/roles',
  odd: {
    data: [{ name: 'without an id', permissions: [] }],
    pagination: { page: 1, limit: 100, total: 1, totalPages: 1, hasNext: false, hasPrev: false },
  },
};

export const rocketchat: Setup = {
  provider: rocketchatClient,
  admit: (state) => {
    const admitted = issueRocketChat(state.rocketchat, 'demo');
    return { ...admitted, tenant: '' };
  },
  seed: (state, count) => {
    const workspace = state.rocketchat.workspaces['demo'];
    for (let n = 0; n < count; n += 1) {
      workspace?.roles.push({
        _id: uuid(n),
        name: `role ${n}`,
        scope: 'Users',
        description: '',
        protected: false,
        _updatedAt: TIME,
      });
    }
  },
  stored: (state) =>
    new Map(
      state.rocketchat.workspaces['demo']?.roles.map(({ _id, name, description, scope, mandatory2fa }) => [
        _id,
        { name, description, scope, mandatory2fa },
      ]),
    ),
  sample: role('support lead', {
    permissions: ['view-logs', 'manage-emoji', 'view-logs'],
    settings: { scope: 'Subscriptions', mandatory2fa: true },
  }),
  changed: role('Support lead 2', {
    description: '',
    permissions: ['create-team'],
    settings: { scope: 'Subscriptions', mandatory2fa: false },
  }),
  bornWith: 11,
  requests: { first: 2, again: 2, of250: 2 },
  listPath: '/demo/api/v1/roles.list',
  odd: { roles: [{ name: 'without an id' }], success: true },
};

export function role(name: string, { description = 'What it is for', ...rest }: Partial<Role> = {}): Role {
  return { name, description, permissions: [], settings: {}, ...rest };
}

export function named(live: readonly LiveRole[], name: string): LiveRole {
  const found = live.find((candidate) => candidate.role.name === name);
  if (found === undefined) throw new Error(`no live role is called ${name}`);
  return found;
}

function uuid(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}
