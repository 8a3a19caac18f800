import { describe, expect, it } from 'vitest';
import { basic, dintero, grant, talk } from '../../sandbox/talk.ts';
import { emptyState, issueDintero } from '../../support/sandbox.ts';

const role = { scope: ['read:accounts'], name: 'support', description: 'Helps' };
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe('the Dintero token call', () => {
  it('gives a bearer token for Basic credentials and a JSON grant', async () => {
    const { token } = await dintero();
    expect(token.status).toBe(200);
    expect(token.body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 86_400 });
  });

  it('refuses credentials that are wrong, missing, or of another account', async () => {
    const { base, auth, account, sandbox } = await dintero();
    const wrong = basic({ ...auth, clientSecret: 'guess' });
    expect((await talk(`${base}/auth/token`, 'POST', grant(account), wrong)).status).toBe(401);
    expect((await talk(`${base}/auth/token`, 'POST', grant(account))).status).toBe(401);
    const other = `${sandbox.origin}/dintero/v1/accounts/P11112222/auth/token`;
    expect((await talk(other, 'POST', grant('P11112222'), basic(auth))).status).toBe(401);
  });

  it('wants the audience of the account on api.dintero.com, whatever the host', async () => {
    const { base, auth } = await dintero();
    const local = { grant_type: 'client_credentials', audience: base };
    expect((await talk(`${base}/auth/token`, 'POST', local, basic(auth))).status).toBe(403);
    const none = await talk(`${base}/auth/token`, 'POST', { grant_type: 'client_credentials' }, basic(auth));
    expect(none).toMatchObject({ status: 400, body: { error: { message: expect.any(String) } } });
  });

  it('refuses a form, another grant type, and broken JSON', async () => {
    const { base, auth, account } = await dintero();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const sent = 'grant_type=client_credentials&audience=https://api.dintero.com/v1/accounts/T11112222';
    expect((await talk(`${base}/auth/token`, 'POST', sent, { ...basic(auth), ...form })).status).toBe(400);
    expect((await talk(`${base}/auth/token`, 'POST', '{"grant', basic(auth))).status).toBe(400);
    const password = { ...grant(account), grant_type: 'password' };
    expect((await talk(`${base}/auth/token`, 'POST', password, basic(auth))).status).toBe(400);
  });

  it('gives tokens that run out', async () => {
    const { call, token } = await dintero({ tokenSeconds: 0 });
    expect(token.body.expires_in).toBe(0);
    const late = await call('GET', '/auth/roles');
    expect(late.status).toBe(401);
    expect(late.body.error.message).toBe('Access forbidden, invalid JWT token was used');
  });
});

describe('Dintero access', () => {
  it('is 401 without a token, with a foreign one, and after tokens were expired', async () => {
    const { call, base, sandbox } = await dintero();
    expect((await talk(`${base}/auth/roles`, 'GET')).status).toBe(401);
    expect((await call('GET', '/auth/roles', undefined, { authorization: 'Bearer x' })).status).toBe(401);
    expect((await call('GET', '/auth/roles')).status).toBe(200);
    sandbox.expireTokens();
    expect((await call('GET', '/auth/roles')).status).toBe(401);
  });

  it('is 403 on another account', async () => {
    const { sandbox, token } = await dintero();
    issueDintero(sandbox.state.dintero, 'P11112222');
    const url = `${sandbox.origin}/dintero/v1/accounts/P11112222/auth/roles`;
    const answer = await talk(url, 'GET', undefined, { authorization: `Bearer ${token.body.access_token}` });
    expect(answer.status).toBe(403);
  });

  it('lets a client with read:accounts read and not write', async () => {
    const { call, sandbox } = await dintero({ scopes: ['read:accounts'] });
    expect((await call('GET', '/auth/roles')).status).toBe(200);
    expect((await call('GET', '/management/users')).status).toBe(200);
    expect((await call('POST', '/auth/roles', role)).status).toBe(403);
    expect((await call('PUT', '/auth/roles/none', role)).status).toBe(403);
    expect((await call('DELETE', '/auth/roles/none')).status).toBe(403);
    expect(sandbox.state.dintero.accounts['T11112222']?.roles).toEqual([]);
  });

  it('lets a client with write:accounts write and not read', async () => {
    const { call } = await dintero({ scopes: ['write:accounts'] });
    expect((await call('POST', '/auth/roles', role)).status).toBe(200);
    expect((await call('GET', '/auth/roles')).status).toBe(403);
  });

  it('may refuse scopes that the token lacks', async () => {
    const state = emptyState();
    const strict = { clients: [], roles: [], users: [], strictScopes: true };
    state.dintero.accounts['T11112222'] = strict;
    const { call } = await dintero({ state });
    const more = await call('POST', '/auth/roles', { ...role, scope: ['admin:shopping'] });
    expect(more.status).toBe(403);
    expect(more.body.error.message).toContain('admin:shopping');
    expect((await call('POST', '/auth/roles', { ...role, scope: ['admin:accounts'] })).status).toBe(200);
  });
});

describe('Dintero roles', () => {
  it('are created with 200, an id, stamps and the creator', async () => {
    const { call, auth } = await dintero();
    const created = await call('POST', '/auth/roles', role);
    expect(created.status).toBe(200);
    expect(created.body).toMatchObject({ ...role, created_by: auth.clientId, id: expect.stringMatching(uuid) });
    expect(created.body.created_at).toBe(created.body.updated_at);
    expect((await call('GET', `/auth/roles/${created.body.id}`)).body).toEqual(created.body);
  });

  it('need a scope, and take no null, no number and no field of the server', async () => {
    const { call, data } = await dintero();
    const { id } = (await call('POST', '/auth/roles', role)).body;
    const bodies = [
      { name: 'x' },
      { ...role, scope: 'read:accounts' },
      { ...role, scope: [1] },
      { ...role, name: null },
      { ...role, description: null },
      { ...role, id },
      { ...role, permissions: [] },
      [role],
      'null',
      '{"scope":["a"],"__proto__":{"x":1}}',
    ];
    for (const body of bodies) {
      expect((await call('POST', '/auth/roles', body)).status, JSON.stringify(body)).toBe(400);
      expect((await call('PUT', `/auth/roles/${id}`, body)).status, JSON.stringify(body)).toBe(400);
    }
    expect((await call('POST', '/auth/roles', role, { 'content-type': 'text/plain' })).status).toBe(400);
    expect(data.roles).toHaveLength(1);
  });

  it('may share a name, lack one, and hold any scope string', async () => {
    const { call } = await dintero();
    for (const body of [role, role, { scope: ['no such scope'] }, { scope: [] }]) {
      expect((await call('POST', '/auth/roles', body)).status).toBe(200);
    }
    const names = (await call('GET', '/auth/roles')).body.map((one: { name?: string }) => one.name);
    expect(names.filter((name: string | undefined) => name === 'support')).toHaveLength(2);
    expect(names.filter((name: string | undefined) => name === undefined)).toHaveLength(2);
  });

  it('lose name and description to an update that leaves them out', async () => {
    const { call } = await dintero();
    const { id, created_at } = (await call('POST', '/auth/roles', role)).body;
    const updated = await call('PUT', `/auth/roles/${id}`, { scope: ['read:billing'] });
    expect(updated.status).toBe(200);
    expect(updated.body).toMatchObject({ id, created_at, scope: ['read:billing'] });
    expect(updated.body).not.toHaveProperty('name');
    expect(updated.body).not.toHaveProperty('description');
  });

  it('are 404 where there is none, 400 where the id is no uuid', async () => {
    const { call } = await dintero();
    const none = '/auth/roles/00000000-0000-4000-8000-000000000000';
    for (const method of ['GET', 'DELETE']) expect((await call(method, none)).status).toBe(404);
    expect((await call('PUT', none, role)).status).toBe(404);
    expect((await call('GET', '/auth/roles/support')).status).toBe(400);
  });

  it('are deleted softly: gone from the list, there with include_deleted, 404 the second time', async () => {
    const { call, auth } = await dintero();
    const { id } = (await call('POST', '/auth/roles', role)).body;
    const deleted = await call('DELETE', `/auth/roles/${id}`);
    expect(deleted.status).toBe(200);
    expect(deleted.body).toMatchObject({ id, deleted_at: expect.any(String), deleted_by: auth.clientId });
    expect((await call('GET', '/auth/roles')).body).toEqual([]);
    expect((await call('GET', '/auth/roles?include_deleted=true')).body).toEqual([deleted.body]);
    expect((await call('DELETE', `/auth/roles/${id}`)).status).toBe(404);
  });

  it('come back to life when a deleted one is updated', async () => {
    const { call } = await dintero();
    const { id } = (await call('POST', '/auth/roles', role)).body;
    await call('DELETE', `/auth/roles/${id}`);
    await call('PUT', `/auth/roles/${id}`, role);
    expect((await call('GET', '/auth/roles')).body).toMatchObject([{ id }]);
  });
});

describe('the Dintero list', () => {
  const names = Array.from({ length: 25 }, (_, n) => `role ${n}`);
  async function filled() {
    const { call } = await dintero();
    await Promise.all(names.map((name) => call('POST', '/auth/roles', { ...role, name })));
    return call;
  }

  it('is a bare array of ten unless a limit is given', async () => {
    const call = await filled();
    expect((await call('GET', '/auth/roles')).body).toHaveLength(10);
    expect((await call('GET', '/auth/roles?limit=100')).body).toHaveLength(25);
  });

  it('takes a limit from 1 to 100', async () => {
    const { call } = await dintero();
    for (const limit of ['0', '101', '-1', '1.5', 'ten', '']) {
      expect((await call('GET', `/auth/roles?limit=${limit}`)).status, limit).toBe(400);
    }
  });

  it('goes on after the id of the last role, and knows no other cursor', async () => {
    const call = await filled();
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await call('GET', `/auth/roles?limit=10${cursor}`);
      seen.push(...body.map((one: { name: string }) => one.name));
      if (body.length < 10) break;
      cursor = `&starting_after=${body.at(-1).id}`;
    }
    expect(seen.sort()).toEqual([...names].sort());
    expect((await call('GET', '/auth/roles?starting_after=role')).status).toBe(400);
  });

  it('goes on after the paging token alone where roles have one', async () => {
    const { call, sandbox, account } = await dintero();
    const data = sandbox.state.dintero.accounts[account];
    if (data !== undefined) Object.assign(data, { pagingTokens: true });
    for (const name of ['one', 'two', 'three']) await call('POST', '/auth/roles', { ...role, name });
    const [first, second] = (await call('GET', '/auth/roles?limit=2')).body;
    expect((await call('GET', `/auth/roles?starting_after=${first.paging_token}`)).body[0].id).toBe(second.id);
    expect((await call('GET', `/auth/roles?starting_after=${first.id}`)).status).toBe(400);
    expect((await call('GET', `/auth/roles/${first.id}`)).body).not.toHaveProperty('paging_token');
  });

  it('finds a part of a name, so a search by name is not exact', async () => {
    const { call } = await dintero();
    for (const name of ['support', 'order support', 'finance']) await call('POST', '/auth/roles', { ...role, name });
    const found = (await call('GET', '/auth/roles?name=Support')).body;
    expect(found.map((one: { name: string }) => one.name).sort()).toEqual(['order support', 'support']);
    expect((await call('GET', '/auth/roles?search=helps')).body).toHaveLength(3);
    expect((await call('GET', '/auth/roles?search=zzz')).body).toEqual([]);
  });
});

describe('Dintero users', () => {
  it('carry ids of roles, and whole roles when they are expanded', async () => {
    const { call, data } = await dintero();
    const created = (await call('POST', '/auth/roles', role)).body;
    data.users.push({ id: 'u', email: 'ada@example.com', name: 'Ada', roles: [{ id: created.id }] });
    expect((await call('GET', '/management/users')).body).toMatchObject([
      { email: 'ada@example.com', roles: [{ id: created.id }] },
    ]);
    expect((await call('GET', '/management/users?expand=roles')).body[0].roles).toEqual([created]);
  });
});
