/** The competing writer: somebody who changes roles by hand while rolesync runs. It writes to the state, not over HTTP. */

import { replace } from '../../src/sandbox/state.ts';
import type { State } from '../support/sandbox.ts';
import { permissionsOf } from './generate.ts';
import { dinteroRole, rinneRole, setPermissions, snapshotOf, workspaceOf } from './live.ts';
import type { Random } from './random.ts';
import type { EditChoice, Tenant } from './scenario.ts';

/** Something that can be done to what is live now. */
export function chooseEdit(random: Random, state: State, tenant: Tenant): EditChoice | undefined {
  const all = [...snapshotOf(state, tenant).values()].filter(
    ({ builtIn, name }) => !builtIn && !name.startsWith('filler'),
  );
  const kind = random.pick(['grant', 'grant', 'revoke', 'revoke', 'describe', 'rename', 'delete', 'create'] as const);
  const common = { target: tenant.target, kind };
  if (kind === 'create') {
    const wanted = tenant.declared.map(({ name }) => name);
    const name = random.chance(0.5) && wanted.length > 0 ? random.pick(wanted) : `by hand ${random.hex(4)}`;
    return { ...common, role: tenant.provider === 'rocketchat' ? random.hex(24) : random.uuid(), value: name };
  }
  if (all.length === 0) return undefined;
  const role = random.pick(all);
  if (kind === 'grant' || kind === 'revoke') {
    const held = permissionsOf[tenant.provider].filter((one) => role.permissions.includes(one) === (kind === 'revoke'));
    return held.length === 0 ? undefined : { ...common, role: role.id, value: random.pick(held) };
  }
  const value = kind === 'rename' ? `renamed ${random.hex(4)}` : kind === 'describe' ? `by hand ${random.hex(4)}` : '';
  return { ...common, role: role.id, value };
}

/** False where it cannot be done: the role is gone, the name is taken where names are unique. */
export function applyEdit(state: State, tenant: Tenant, edit: EditChoice): boolean {
  const live = snapshotOf(state, tenant);
  const role = live.get(edit.role);
  if (edit.kind === 'create' ? role !== undefined : role === undefined) return false;
  if (tenant.provider === 'rocketchat') return editChat(state, tenant, edit);
  return tenant.provider === 'dintero' ? editDintero(state, tenant, edit) : editRinne(state, tenant, edit);
}

function editDintero(state: State, { tenant }: Tenant, { kind, role: id, value }: EditChoice): boolean {
  const roles = state.dintero.accounts[tenant]?.roles ?? [];
  if (kind === 'create') {
    roles.push(dinteroRole({ id, name: value, description: 'by hand', scope: ['read:accounts'] }));
    return true;
  }
  const old = roles.find((role) => role.id === id);
  if (old === undefined) return false;
  if (kind === 'delete') replace(roles, old, { ...old, deleted_at: old.updated_at, deleted_by: 'somebody' });
  if (kind === 'describe') replace(roles, old, { ...old, description: value });
  if (kind === 'rename') replace(roles, old, { ...old, name: value });
  if (kind === 'grant' || kind === 'revoke') replace(roles, old, { ...old, scope: changed(old.scope, kind, value) });
  return true;
}

function editRinne({ rinne: { roles } }: State, { tenant }: Tenant, { kind, role: id, value }: EditChoice): boolean {
  if (kind === 'create') {
    roles.push(rinneRole({ id, name: value, description: 'by hand', permissions: ['user.list'] }, tenant));
    return true;
  }
  const old = roles.find((role) => role.id === id);
  if (old === undefined) return false;
  if (kind === 'delete') roles.splice(roles.indexOf(old), 1);
  if (kind === 'describe') replace(roles, old, { ...old, description: value });
  if (kind === 'rename') replace(roles, old, { ...old, name: value });
  if (kind === 'grant' || kind === 'revoke') {
    replace(roles, old, { ...old, permissions: changed(old.permissions, kind, value) });
  }
  return true;
}

function editChat(state: State, { tenant }: Tenant, { kind, role: id, value }: EditChoice): boolean {
  const workspace = workspaceOf(state, tenant);
  const { roles, removed, users } = workspace;
  const isTaken = roles.some((role) => role.name === value);
  if ((kind === 'create' || kind === 'rename') && isTaken) return false;
  const stamps = { scope: 'Users', protected: false, mandatory2fa: false, _updatedAt: new Date().toISOString() };
  if (kind === 'create') roles.push({ _id: id, name: value, description: 'by hand', ...stamps });
  const old = roles.find((role) => role._id === id);
  if (old === undefined) return false;
  const held = workspace.permissions.filter((row) => row.roles.includes(id)).map((row) => row._id);
  if (kind === 'delete') {
    if (users.some((user) => user.roles.includes(id))) return false;
    roles.splice(roles.indexOf(old), 1);
    removed.push({ _id: id, _deletedAt: stamps._updatedAt });
  }
  if (kind === 'describe') replace(roles, old, { ...old, description: value });
  if (kind === 'rename') replace(roles, old, { ...old, name: value });
  if (kind === 'grant' || kind === 'revoke') setPermissions(workspace, id, changed(held, kind, value));
  return true;
}

function changed(held: readonly string[], kind: 'grant' | 'revoke', value: string): readonly string[] {
  return kind === 'grant' ? [...held, value] : held.filter((one) => one !== value);
}
