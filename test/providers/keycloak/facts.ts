/** What Keycloak answers, as far as rolesync rests on it: the same list for the stand-in and for a real server. */
import { describe, expect, it } from 'vitest';

/** A fresh realm with the client `shop`, and the robot. */
export interface Place {
  /** Before `/realms/` and `/admin/`. */
  readonly base: string;
  readonly realm: string;
  readonly auth: { readonly clientId: string; readonly clientSecret: string };
}

interface Reply {
  readonly status: number;
  readonly location: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted field by field, whatever they are
  readonly body: any;
}

type Call = (method: string, path: string, body?: unknown) => Promise<Reply>;

export function facts(name: string, open: () => Promise<Place>): void {
  async function enter() {
    const place = await open();
    const token = (await signIn(place)).body.access_token;
    const call: Call = (method, path, body) =>
      ask(`${place.base}/admin/realms/${place.realm}${path}`, method, {
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
    const role = async (path: string) => (await call('GET', path)).body;
    const held = async (id: string): Promise<readonly string[]> => {
      const { body } = await call('GET', `/roles-by-id/${id}/composites`);
      return body.map((one: { name: string }) => one.name).sort();
    };
    const home = (await call('GET', '/clients')).body.find((one: { clientId: string }) => one.clientId === 'shop').id;
    return { place, call, role, held, shop: `/clients/${home}`, home };
  }

  describe(`${name}, signing in`, () => {
    it('takes a form, and refuses JSON, a wrong secret, and a realm that is not there', async () => {
      const place = await open();
      expect(await signIn(place)).toMatchObject({ status: 200, body: { expires_in: expect.any(Number) } });
      expect(await signIn(place, { client_secret: 'guess' })).toMatchObject({
        status: 401,
        body: { error: 'unauthorized_client', error_description: 'Invalid client or Invalid client credentials' },
      });
      expect(await signIn({ ...place, realm: 'elsewhere' })).toMatchObject({
        status: 404,
        body: { error: 'Realm does not exist' },
      });
      const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"grant_type":"x"}' };
      expect(await ask(tokenUrl(place), 'POST', json)).toMatchObject({
        status: 400,
        body: { error: 'invalid_request' },
      });
      expect((await ask(`${place.base}/admin/realms/${place.realm}/roles`, 'GET')).status).toBe(401);
    });
  });

  describe(`${name}, roles`, () => {
    it('is born with three of the realm, and says of a role that it holds others, not which', async () => {
      const { place, call, held, role } = await enter();
      const { body } = await call('GET', '/roles');
      expect(body.map((one: { name: string }) => one.name).sort()).toEqual([
        `default-roles-${place.realm}`,
        'offline_access',
        'uma_authorization',
      ]);
      const standard = body.find((one: { composite: boolean }) => one.composite);
      expect(Object.keys(standard).sort()).toEqual([
        'clientRole',
        'composite',
        'containerId',
        'description',
        'id',
        'name',
      ]);
      expect(await held(standard.id)).toEqual([
        'manage-account',
        'offline_access',
        'uma_authorization',
        'view-profile',
      ]);
      expect((await role('/roles/offline_access')).attributes).toEqual({});
    });

    it('answers a create with nothing but an address by name, and a second one of that name with 409', async () => {
      const { call, shop, home } = await enter();
      const made = await call('POST', '/roles', { name: 'order support', description: '' });
      expect(made).toMatchObject({ status: 201, body: undefined });
      expect(made.location).toMatch(/\/roles\/order%20support$/);
      expect(await call('POST', '/roles', { name: 'order support' })).toMatchObject({
        status: 409,
        body: { errorMessage: 'Role with name order support already exists' },
      });
      expect(await call('POST', `${shop}/roles`, { name: 'order support' })).toMatchObject({ status: 201 });
      expect((await call('GET', `${shop}/roles/order%20support`)).body).toMatchObject({
        clientRole: true,
        containerId: home,
      });
      expect((await call('GET', '/roles/order%20support')).body).toMatchObject({ clientRole: false, description: '' });
    });

    it('creates a role with what it holds, all or nothing', async () => {
      const { call, role, held, shop } = await enter();
      const full = { realm: ['offline_access'], client: { account: ['view-profile'] } };
      expect((await call('POST', '/roles', { name: 'full', composite: true, composites: full })).status).toBe(201);
      expect(await held((await role('/roles/full')).id)).toEqual(['offline_access', 'view-profile']);

      const broken = { ...full, client: { account: ['nothing'] } };
      expect(await call('POST', '/roles', { name: 'none', composite: true, composites: broken })).toMatchObject({
        status: 404,
        body: { errorMessage: 'Client Role with name nothing does not exist' },
      });
      expect((await call('GET', '/roles/none')).status).toBe(404);

      const forbidden = { client: { 'realm-management': ['impersonation'] } };
      expect((await call('POST', '/roles', { name: 'thief', composite: true, composites: forbidden })).status).toBe(
        403,
      );
      expect((await call('GET', '/roles/thief')).status).toBe(404);

      // Both pass silently: without the flag nothing is held, and a client that is not there is passed over.
      expect((await call('POST', `${shop}/roles`, { name: 'flat', composites: full })).status).toBe(201);
      expect((await role(`${shop}/roles/flat`)).composite).toBe(false);
      const nobody = { realm: ['offline_access'], client: { nobody: ['x'] } };
      expect((await call('POST', '/roles', { name: 'part', composite: true, composites: nobody })).status).toBe(201);
      expect(await held((await role('/roles/part')).id)).toEqual(['offline_access']);
    });

    it('replaces name and description with a PUT, keeps attributes, and passes over what the role holds', async () => {
      const { call, role, held } = await enter();
      const composites = { realm: ['offline_access'] };
      await call('POST', '/roles', {
        name: 'a',
        description: 'x',
        attributes: { team: ['blue'] },
        composite: true,
        composites,
      });
      const { id } = await role('/roles/a');
      expect(await call('PUT', `/roles-by-id/${id}`, { name: 'b', composites: { realm: [] } })).toMatchObject({
        status: 204,
        body: undefined,
      });
      const after = await role(`/roles-by-id/${id}`);
      expect(after).toMatchObject({ id, name: 'b', composite: true, attributes: { team: ['blue'] } });
      expect(after).not.toHaveProperty('description');
      expect(await held(id)).toEqual(['offline_access']);
      expect((await call('PUT', `/roles-by-id/${id}`, { name: 'offline_access' })).status).toBe(409);
    });

    it('takes the name from a role whose PUT leaves it out, and fails to give it another', async () => {
      const { call, role } = await enter();
      await call('POST', '/roles', { name: 'a' });
      const { id } = await role('/roles/a');
      expect((await call('PUT', `/roles-by-id/${id}`, { description: 'y' })).status).toBe(204);
      expect(await role(`/roles-by-id/${id}`)).not.toHaveProperty('name');
      expect((await call('PUT', `/roles-by-id/${id}`, { name: 'a' })).status).toBe(500);
    });

    it('answers 500 to a text of more than 255 characters, and 400 to a field it does not know', async () => {
      const { call } = await enter();
      expect((await call('POST', '/roles', { name: 'x'.repeat(255) })).status).toBe(201);
      expect((await call('POST', '/roles', { name: 'x'.repeat(256) })).status).toBe(500);
      expect((await call('POST', '/roles', { name: 'd', description: 'x'.repeat(256) })).status).toBe(500);
      expect((await call('POST', '/roles', { name: 'e', permissions: [] })).status).toBe(400);
      expect((await call('POST', '/roles', '{"name":')).status).toBe(400);
      expect((await call('POST', '/roles', {})).status).toBe(400);
    });

    it('adds and takes what a role holds by id, all or nothing, as often as it is asked', async () => {
      const { call, role, held, shop } = await enter();
      await call('POST', '/roles', { name: 'a' });
      await call('POST', `${shop}/roles`, { name: 'viewer' });
      const [{ id }, viewer, offline] = [
        await role('/roles/a'),
        await role(`${shop}/roles/viewer`),
        await role('/roles/offline_access'),
      ];
      const at = `/roles-by-id/${id}/composites`;
      const nobody = { id: '00000000-0000-4000-8000-000000000000', name: 'offline_access' };
      expect((await call('POST', at, [{ id: viewer.id, name: 'whatever' }])).status).toBe(204);
      expect((await call('POST', at, [{ id: viewer.id }])).status).toBe(204);
      expect((await call('POST', at, [{ name: 'offline_access' }])).status).toBe(404);
      expect((await call('POST', at, [{ id: offline.id }, nobody])).status).toBe(404);
      expect(await held(id)).toEqual(['viewer']);
      expect((await call('DELETE', at, [{ id: viewer.id }, nobody])).status).toBe(404);
      expect((await call('DELETE', at, [{ id: offline.id }])).status).toBe(204);
      expect(await held(id)).toEqual(['viewer']);
      expect((await call('DELETE', at, [{ id: viewer.id }])).status).toBe(204);
      expect((await role(`/roles-by-id/${id}`)).composite).toBe(false);
    });

    it('grants no role of realm-management that the caller lacks, and takes it all the same', async () => {
      const { call, role } = await enter();
      await call('POST', '/roles', { name: 'a' });
      const { id } = await role('/roles/a');
      const { body: clients } = await call('GET', '/clients');
      const home = clients.find((one: { clientId: string }) => one.clientId === 'realm-management').id;
      const own = await role(`/clients/${home}/roles/manage-realm`);
      const other = await role(`/clients/${home}/roles/impersonation`);
      const at = `/roles-by-id/${id}/composites`;
      expect((await call('POST', at, [own])).status).toBe(204);
      expect(await call('POST', at, [other])).toMatchObject({ status: 403, body: { error: 'HTTP 403 Forbidden' } });
      expect((await call('DELETE', at, [other])).status).toBe(204);
    });

    it('lets roles hold each other, and themselves', async () => {
      const { call, role, held } = await enter();
      await call('POST', '/roles', { name: 'a' });
      await call('POST', '/roles', { name: 'b' });
      const [a, b] = [await role('/roles/a'), await role('/roles/b')];
      expect((await call('POST', `/roles-by-id/${a.id}/composites`, [b, a])).status).toBe(204);
      expect((await call('POST', `/roles-by-id/${b.id}/composites`, [a])).status).toBe(204);
      expect([await held(a.id), await held(b.id)]).toEqual([['a', 'b'], ['a']]);
    });

    it('deletes whatever is not the default role, and takes it from the roles that held it', async () => {
      const { place, call, role, held } = await enter();
      const name = `default-roles-${place.realm}`;
      const [standard, offline] = [await role(`/roles/${name}`), await role('/roles/offline_access')];
      expect(await call('DELETE', `/roles-by-id/${standard.id}`)).toMatchObject({
        status: 400,
        body: { errorMessage: `${name} is default role of the realm and cannot be removed.` },
      });
      expect((await call('DELETE', `/roles-by-id/${offline.id}`)).status).toBe(204);
      expect(await held(standard.id)).toEqual(['manage-account', 'uma_authorization', 'view-profile']);
      expect(await call('DELETE', `/roles-by-id/${offline.id}`)).toMatchObject({
        status: 404,
        body: { error: 'Could not find role with id' },
      });
      expect((await call('GET', '/roles/offline_access/users')).status).toBe(404);
      expect(await call('GET', '/roles/uma_authorization/users')).toMatchObject({ status: 200, body: [] });
      expect(await call('GET', '/roles/uma_authorization/groups')).toMatchObject({ status: 200, body: [] });
    });
  });
}

function tokenUrl({ base, realm }: Place): string {
  return `${base}/realms/${realm}/protocol/openid-connect/token`;
}

function signIn(place: Place, more: Readonly<Record<string, string>> = {}): Promise<Reply> {
  const { clientId, clientSecret } = place.auth;
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, ...more };
  return ask(tokenUrl(place), 'POST', { body: new URLSearchParams(form) });
}

async function ask(url: string, method: string, init: RequestInit = {}): Promise<Reply> {
  const answer = await fetch(url, { ...init, method });
  const text = await answer.text();
  const body = text === '' ? undefined : JSON.parse(text);
  return { status: answer.status, location: answer.headers.get('location'), body };
}
