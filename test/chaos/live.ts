/** What is live in a tenant of the sandbox, in one form for the three providers; and how a scenario begins. */

import type { DinteroRole } from '../../src/providers/dintero/sandbox/state.ts';
import type { RinneRole } from '../../src/providers/rinne/sandbox/state.ts';
import type { Workspace } from '../../src/providers/rocketchat/sandbox/state.ts';
import { emptyState, issueDintero, issueRinne, issueRocketChat, type State } from '../support/sandbox.ts';
import type { Scenario, Tenant } from './scenario.ts';

export interface Live {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly string[];
  /** Everything else that is written: description, two-factor login, and what nobody may touch. */
  readonly fields: Readonly<Record<string, string | boolean | null>>;
  readonly builtIn: boolean;
  /** False for an id that only stands in rows of permissions. */
  readonly isRole: boolean;
}

/** By id. */
export type Snapshot = ReadonlyMap<string, Live>;

export function rolesIn(snapshot: Snapshot): readonly Live[] {
  return [...snapshot.values()].filter(({ isRole }) => isRole);
}

export function roleIn(snapshot: Snapshot, id: string): Live | undefined {
  const found = snapshot.get(id);
  return found?.isRole === true ? found : undefined;
}

const birth = '2025-01-01T00:00:00.000Z';

export function stateOf({ tenants }: Scenario): State {
  const state = emptyState();
  for (const tenant of tenants) furnish[tenant.provider](state, tenant);
  return state;
}

export function snapshotOf(state: State, { provider, tenant }: Pick<Tenant, 'provider' | 'tenant'>): Snapshot {
  if (provider === 'rocketchat') return chatSnapshot(workspaceOf(state, tenant));
  const roles = provider === 'dintero' ? dinteroLive(state, tenant) : rinneLive(state, tenant);
  return new Map(roles.map((role) => [role.id, role]));
}

export function workspaceOf(state: State, tenant: string): Workspace {
  const found = state.rocketchat.workspaces[tenant];
  if (found === undefined) throw new Error(`no workspace ${tenant}`);
  return found;
}

const furnish = {
  dintero: (state: State, { tenant, login: [clientId, clientSecret], live }: Tenant): void => {
    issueDintero(state.dintero, tenant);
    const data = state.dintero.accounts[tenant];
    data?.clients.push({ clientId, clientSecret, scopes: ['admin:accounts'] });
    for (const { id, name, description, permissions, held } of live) {
      data?.roles.push(dinteroRole({ id, name, description, scope: permissions }));
      if (held) data?.users.push({ id: `u-${id}`, email: 'a@example.com', name: 'A', roles: [{ id }] });
    }
  },
  rinne: (state: State, { tenant, login: [identifier, password], live }: Tenant): void => {
    issueRinne(state.rinne, tenant);
    const companies = [
      { id: tenant, roles: ['admin'] },
      { id: 'elsewhere', roles: ['admin'] },
    ];
    state.rinne.users.push({ id: `robot-${tenant}`, identifier, password, name: 'robot', companies });
    for (const { id, name, description, permissions, held } of live) {
      state.rinne.roles.push(rinneRole({ id, name, description, permissions }, tenant));
      if (held) {
        const user = { id: `u-${id}`, identifier: `${id}@example.com`, password: 'x'.repeat(20) };
        state.rinne.users.push({ ...user, companies: [{ id: tenant, roles: [name] }] });
      }
    }
  },
  rocketchat: (state: State, { tenant, login: [userId, token], live, dead }: Tenant): void => {
    issueRocketChat(state.rocketchat, tenant);
    const workspace = workspaceOf(state, tenant);
    workspace.users.push({ _id: userId, username: userId, tokens: [token], roles: ['admin'] });
    for (const { id, name, description, permissions, held, mandatory2fa = false } of live) {
      const stamps = { protected: false, mandatory2fa, _updatedAt: birth };
      workspace.roles.push({ _id: id, name, scope: 'Users', description, ...stamps });
      setPermissions(workspace, id, permissions);
      if (held) workspace.users.push({ _id: `u-${id}`, username: `u-${id}`, tokens: [], roles: [id] });
    }
    for (const id of dead) {
      workspace.removed.push({ _id: id, _deletedAt: birth });
      setPermissions(workspace, id, ['create-c', 'ban-user']);
    }
  },
};

type DinteroFields = Pick<DinteroRole, 'id' | 'scope'> & { readonly name: string; readonly description: string };

export function dinteroRole(fields: DinteroFields): DinteroRole {
  return { ...fields, created_at: birth, updated_at: birth, created_by: 'somebody' };
}

type RinneFields = Pick<RinneRole, 'id' | 'name' | 'description' | 'permissions'>;

export function rinneRole(fields: RinneFields, company: string): RinneRole {
  const fixed = { company_id: null, organization_id: null, created_at: birth, updated_at: birth, context: company };
  return { ...fields, ...fixed };
}

/** A role has exactly these, whatever it had. */
export function setPermissions({ permissions: rows }: Workspace, id: string, wanted: readonly string[]): void {
  for (const [at, row] of rows.entries()) {
    if (row.level === 'settings' || row.roles.includes(id) === wanted.includes(row._id)) continue;
    const roles = wanted.includes(row._id) ? [...row.roles, id] : row.roles.filter((one) => one !== id);
    rows[at] = { ...row, roles };
  }
}

function dinteroLive(state: State, tenant: string): readonly Live[] {
  const roles = state.dintero.accounts[tenant]?.roles ?? [];
  return roles
    .filter((role) => role.deleted_at === undefined)
    .map(({ id, name = '', description = '', scope }) => {
      return { id, name, permissions: sorted(scope), fields: { description }, builtIn: false, isRole: true };
    });
}

function rinneLive(state: State, tenant: string): readonly Live[] {
  return state.rinne.roles
    .filter((role) => [null, tenant].includes(role.context ?? role.company_id))
    .map(({ id, name, description, permissions, company_id, organization_id, context }) => {
      const fields = { description: description ?? '', company_id, organization_id };
      return {
        id,
        name,
        permissions: sorted(permissions),
        fields,
        builtIn: context === undefined && company_id === null,
        isRole: true,
      };
    });
}

function chatSnapshot({ roles, permissions }: Workspace): Snapshot {
  const granted = new Map<string, string[]>();
  for (const row of permissions) {
    for (const id of row.roles) granted.set(id, [...(granted.get(id) ?? []), row._id]);
  }
  const live = roles.map(({ _id: id, name, description, scope, protected: builtIn, mandatory2fa }): Live => {
    const fields = { description, scope, mandatory2fa: mandatory2fa === true };
    return { id, name, permissions: sorted(granted.get(id) ?? []), fields, builtIn, isRole: true };
  });
  const known = new Set(live.map(({ id }) => id));
  const strange = [...granted].filter(([id]) => !known.has(id));
  const nameless = strange.map(
    ([id, held]): Live => ({ id, name: '', permissions: sorted(held), fields: {}, builtIn: true, isRole: false }),
  );
  return new Map([...live, ...nameless].map((role) => [role.id, role]));
}

function sorted(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
