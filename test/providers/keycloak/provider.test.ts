import { describe, expect, it } from 'vitest';
import { create, update } from '../../../src/core/change.ts';
import type { Remote } from '../../../src/providers/provider.ts';
import { contract, failureOf } from '../contract.ts';
import { keycloak, role } from '../setups.ts';
import { enter, origin } from '../world.ts';

contract('keycloak', keycloak);

const options = { clients: ['shop'] };

/** A realm with the client `shop`; roles are made with what they hold. */
async function realm(...roles: readonly (readonly [name: string, ...held: readonly string[]])[]) {
  const world = await enter(keycloak, {}, options);
  const tenant = world.sandbox.state.keycloak.realms['acme'];
  if (tenant === undefined) throw new Error('no realm');
  const addClient = (clientId: string) => tenant.clients.push({ id: `uuid-${clientId}`, clientId, rights: [] });
  addClient('shop');
  const ids = new Map<string, string>();
  for (const [name, ...permissions] of roles) {
    const made = keycloak.provider.normalise(role(name, { permissions }));
    ids.set(name, (await world.remote.create?.(create(made, origin))) ?? '');
  }
  await world.remote.list();
  world.log();
  return { ...world, tenant, addClient, idOf: (name: string) => ids.get(name) ?? '' };
}

async function permissionsOf(remote: Remote, id: string): Promise<readonly string[] | undefined> {
  return (await remote.read(id))?.role.permissions;
}

describe('reading one role', () => {
  it('takes one request, and a second where it holds others', async () => {
    const { remote, idOf, log } = await realm(['plain'], ['lead', 'realm:plain']);
    await remote.read(idOf('plain'));
    expect(log()).toEqual([`GET /admin/realms/acme/roles-by-id/${idOf('plain')}`]);
    expect(await permissionsOf(remote, idOf('lead'))).toEqual(['realm:plain']);
    expect(log()).toHaveLength(2);
  });

  it('calls what it holds as the list did, while this run renames it', async () => {
    const { remote, idOf } = await realm(['shop:viewer'], ['lead', 'shop:viewer']);
    const id = idOf('shop:viewer');
    const viewer = (await remote.read(id))?.role ?? role('');
    const renamed = update(id, viewer, { ...viewer, name: 'shop:reader' }, origin);
    if (renamed?.action !== 'update') throw new Error('no change');
    await remote.update?.(renamed);
    expect((await remote.read(id))?.role.name).toBe('shop:reader');
    expect(await permissionsOf(remote, idOf('lead'))).toEqual(['shop:viewer']);
    // A new role gets it all the same, by the name that it has now.
    const made = await remote.create?.(create(role('other', { permissions: ['shop:viewer'] }), origin));
    expect(await permissionsOf(remote, made ?? '')).toEqual(['shop:viewer']);
    await remote.list();
    expect(await permissionsOf(remote, idOf('lead'))).toEqual(['shop:reader']);
  });

  it('learns of a client that is newer than the list', async () => {
    const { remote, idOf, tenant, addClient } = await realm(['lead']);
    addClient('crm');
    const agent = { id: 'agent', name: 'agent', client: 'uuid-crm', composites: [], attributes: {} };
    tenant.roles.push(agent);
    const at = tenant.roles.findIndex(({ id }) => id === idOf('lead'));
    const lead = tenant.roles[at];
    if (lead !== undefined) tenant.roles[at] = { ...lead, composites: [agent.id] };
    expect(await permissionsOf(remote, idOf('lead'))).toEqual(['crm:agent']);
  });
});

describe('a list', () => {
  it('fails where two roles would be called the same', async () => {
    const { remote, tenant, addClient } = await realm(['shop:eu:viewer']);
    addClient('shop:eu');
    tenant.roles.push({ id: 'twin', name: 'viewer', client: 'uuid-shop:eu', composites: [], attributes: {} });
    await remote.list();
    const lead = { id: 'lead', name: 'lead', composites: ['twin'], attributes: {} };
    tenant.roles.push(lead);
    const { code, message } = await failureOf(remote.list());
    expect([code, message]).toEqual([
      'ambiguous',
      expect.stringContaining('`shop:eu:viewer` can mean roles of two clients'),
    ]);
  });

  it('fails where the target lists a client that is not there', async () => {
    const { connect } = await realm();
    const { code, message } = await failureOf(connect({ clients: ['shop', 'nobody'] }).remote.list());
    expect([code, message]).toEqual(['not-found', expect.stringContaining('`clients` of the target lists `nobody`')]);
  });
});

describe('a role with a name that no path can say', () => {
  it.each(['.', '..'])('is made and found by its place: %s', async (name) => {
    const { remote, idOf } = await realm([name, 'realm:offline_access']);
    expect((await remote.read(idOf(name)))?.role).toMatchObject({ name, permissions: ['realm:offline_access'] });
  });
});
