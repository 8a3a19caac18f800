import { describe, expect, it } from 'vitest';
import { rinne, talk } from '../../sandbox/talk.ts';
import { emptyState, issueRinne } from '../../support/sandbox.ts';

const role = { name: 'cashier', permissions: ['transaction.list'], description: 'At the counter' };

async function made(call: Awaited<ReturnType<typeof rinne>>['call'], body: object = role) {
  return (await call('POST', '/v1/roles', body)).body;
}

describe('Rinne sessions', () => {
  it('offer the companies of a user of several and select none', async () => {
    const { login, company } = await rinne();
    expect(login.status).toBe(200);
    expect(login.body).not.toHaveProperty('selected_company');
    expect(login.body.companies.map(({ id }: { id: string }) => id)).toContain(company);
    expect(login.body.companies.length).toBeGreaterThan(1);
    expect(Date.parse(login.body.expires_at)).toBeGreaterThan(Date.now());
  });

  it('select the only company of a user by themselves', async () => {
    const { state, base } = await rinne();
    const solo = { identifier: '+5511999999999', password: 'p' };
    state.rinne.users.push({ ...solo, id: 'solo', companies: [{ id: 'padaria', roles: ['user'] }] });
    const login = await talk(`${base}/v1/auth/login`, 'POST', solo);
    expect(login.body.selected_company).toMatchObject({ id: 'padaria', role: 'user' });
  });

  it('are refused with the wrong password, a missing field and an unknown one', async () => {
    const { base, auth } = await rinne();
    const url = `${base}/v1/auth/login`;
    const wrong = await talk(url, 'POST', { ...auth, password: 'guess' });
    expect(wrong).toMatchObject({ status: 401, body: { error: { code: 'AUTHENTICATION_ERROR', status: 401 } } });
    const missing = await talk(url, 'POST', { identifier: auth.identifier });
    expect(missing.status).toBe(400);
    expect(missing.body.error.details.issues).toMatchObject([{ field: 'password', type: 'REQUIRED' }]);
    expect((await talk(url, 'POST', { ...auth, code: '1' })).status).toBe(400);
  });

  it('are good for roles only after a company was selected, with the new token', async () => {
    const { base, first, selected, company } = await rinne();
    const early = await talk(`${base}/v1/roles`, 'GET', undefined, first);
    expect(early).toMatchObject({ status: 403, body: { error: { code: 'AUTHORIZATION_ERROR' } } });
    expect(early.body.error.details.reason).toBe('No company is selected');
    expect(selected.body.selected_company.id).toBe(company);
    const late = { authorization: `Bearer ${selected.body.token}` };
    expect((await talk(`${base}/v1/roles`, 'GET', undefined, late)).status).toBe(200);
    expect((await talk(`${base}/v1/auth/me`, 'GET', undefined, late)).body.selected_company.id).toBe(company);
  });

  it('keep a token to the company it was made for', async () => {
    const { base, first, call } = await rinne();
    await made(call);
    const login = await talk(`${base}/v1/auth/me`, 'GET', undefined, first);
    const other = login.body.companies.find(({ id }: { id: string }) => id !== 'padaria').id;
    const second = await talk(`${base}/v1/auth/select-company`, 'POST', { company_id: other }, first);
    const there = { authorization: `Bearer ${second.body.token}` };
    const names = (answer: { body: { data: { name: string }[] } }) => answer.body.data.map(({ name }) => name);
    expect(names(await talk(`${base}/v1/roles`, 'GET', undefined, there))).not.toContain('cashier');
    expect(names(await call('GET', '/v1/roles'))).toContain('cashier');
  });

  it('do not select a company the user is not in', async () => {
    const { base, first } = await rinne();
    expect((await talk(`${base}/v1/auth/select-company`, 'POST', { company_id: 'bank' }, first)).status).toBe(403);
  });

  it('run out, and API keys are none', async () => {
    const { call } = await rinne({ tokenSeconds: 0 });
    expect((await call('GET', '/v1/roles')).status).toBe(401);
    const { base } = await rinne();
    const key = { 'x-api-key': 'ak_1', authorization: '' };
    expect((await talk(`${base}/v1/roles`, 'GET', undefined, key)).status).toBe(401);
  });

  it('carry the permissions of the moment they began', async () => {
    const { state, base } = await rinne();
    const user = { id: 'eve', identifier: 'eve@example.com', password: 'p' };
    state.rinne.users.push({ ...user, companies: [{ id: 'padaria', roles: ['admin'] }] });
    const enter = () => talk(`${base}/v1/auth/login`, 'POST', { identifier: user.identifier, password: 'p' });
    const list = async (login: { body: { token: string } }) =>
      (await talk(`${base}/v1/roles`, 'GET', undefined, { authorization: `Bearer ${login.body.token}` })).status;
    const before = await enter();
    state.rinne.users.splice(-1, 1, { ...user, companies: [{ id: 'padaria', roles: [] }] });
    expect(await list(before)).toBe(200);
    expect(await list(await enter())).toBe(403);
  });
});

describe('Rinne permissions', () => {
  it('stop each verb on roles that the user lacks', async () => {
    const { state, base, call } = await rinne();
    const { id } = await made(call);
    await made(call, { name: 'reader', permissions: ['role.list'] });
    const eve = { identifier: 'eve@example.com', password: 'p' };
    state.rinne.users.push({ ...eve, id: 'eve', companies: [{ id: 'padaria', roles: ['reader'] }] });
    const { token } = (await talk(`${base}/v1/auth/login`, 'POST', eve)).body;
    const as = { authorization: `Bearer ${token}` };
    expect((await talk(`${base}/v1/roles`, 'GET', undefined, as)).status).toBe(200);
    for (const [method, path, body, permission] of [
      ['POST', '/v1/roles', role, 'role.create'],
      ['PUT', `/v1/roles/${id}`, role, 'role.edit'],
      ['DELETE', `/v1/roles/${id}`, undefined, 'role.delete'],
      ['GET', '/v1/users', undefined, 'user.list'],
    ] as const) {
      const answer = await talk(base + path, method, body, as);
      expect(answer).toMatchObject({ status: 403, body: { error: { code: 'AUTHORIZATION_ERROR' } } });
      expect(answer.body.error.details.reason).toContain(permission);
    }
  });
});

describe('Rinne roles', () => {
  it('are created with 201 and shown whole, null where nothing was said', async () => {
    const { call } = await rinne();
    const created = await call('POST', '/v1/roles', { name: 'cashier', permissions: ['transaction.list'] });
    expect(created.status).toBe(201);
    expect(Object.keys(created.body).sort()).toEqual(
      ['company_id', 'created_at', 'description', 'id', 'name', 'organization_id', 'permissions', 'updated_at'].sort(),
    );
    expect(created.body).toMatchObject({ description: null, company_id: null, organization_id: null });
    expect((await call('GET', `/v1/roles/${created.body.id}`)).body).toEqual(created.body);
  });

  it('keep company and parent that were given at creation, and take no others', async () => {
    const { call, company } = await rinne();
    const parent = await made(call);
    const whole = { ...role, name: 'child', company_id: company, organization_id: parent.id };
    expect(await made(call, whole)).toMatchObject(whole);
    expect((await call('POST', '/v1/roles', { ...role, company_id: 'bank' })).status).toBe(403);
    expect((await call('POST', '/v1/roles', { ...role, organization_id: 'none' })).status).toBe(400);
  });

  it('refuse bodies that break a limit, with the issue of each field', async () => {
    const { call, state } = await rinne();
    const { id } = await made(call);
    const before = state.rinne.roles.length;
    for (const [field, value, type] of [
      ['name', '', 'TOO_SMALL'],
      ['name', 'x'.repeat(101), 'TOO_BIG'],
      ['name', null, 'INVALID_TYPE'],
      ['permissions', [], 'TOO_SMALL'],
      ['permissions', ['a', 1], 'INVALID_TYPE'],
      ['permissions', null, 'INVALID_TYPE'],
      ['description', null, 'INVALID_TYPE'],
      ['description', 'x'.repeat(501), 'TOO_BIG'],
      ['scope', ['a'], 'UNKNOWN_FIELD'],
    ] as const) {
      for (const [method, path] of [
        ['POST', '/v1/roles'],
        ['PUT', `/v1/roles/${id}`],
      ] as const) {
        const answer = await call(method, path, { ...role, [field]: value });
        expect(answer, `${method} ${field} ${value}`).toMatchObject({
          status: 400,
          body: { error: { code: 'VALIDATION_ERROR' } },
        });
        expect(answer.body.error.details.issues).toMatchObject([{ field, type }]);
      }
    }
    expect(state.rinne.roles).toHaveLength(before);
  });

  it('need name and permissions at creation', async () => {
    const { call } = await rinne();
    const answer = await call('POST', '/v1/roles', {});
    expect(answer.body.error.details.issues).toMatchObject([
      { field: 'name', type: 'REQUIRED' },
      { field: 'permissions', type: 'REQUIRED' },
    ]);
  });

  it('lose what an update leaves out', async () => {
    const { call } = await rinne();
    const { id } = await made(call);
    const updated = await call('PUT', `/v1/roles/${id}`, { permissions: ['user.list'] });
    expect(updated).toMatchObject({
      status: 200,
      body: { id, name: '', description: null, permissions: ['user.list'] },
    });
    expect((await call('PUT', `/v1/roles/${id}`, { name: 'x' })).body.permissions).toEqual([]);
  });

  it('do not move to another company or parent', async () => {
    const { call, company } = await rinne();
    const { id } = await made(call);
    for (const field of ['company_id', 'organization_id']) {
      expect((await call('PUT', `/v1/roles/${id}`, { ...role, [field]: company })).status).toBe(400);
    }
  });

  it('are deleted with an empty 204, and then 404', async () => {
    const { call } = await rinne();
    const { id } = await made(call);
    const deleted = await call('DELETE', `/v1/roles/${id}`);
    expect([deleted.status, deleted.body]).toEqual([204, undefined]);
    for (const method of ['GET', 'DELETE']) {
      expect(await call(method, `/v1/roles/${id}`)).toMatchObject({
        status: 404,
        body: { error: { code: 'RESOURCE_NOT_FOUND' } },
      });
    }
    expect((await call('PUT', `/v1/roles/${id}`, role)).status).toBe(404);
  });

  it('of its own are listed without a company and never written', async () => {
    const { call } = await rinne();
    const { data } = (await call('GET', '/v1/roles')).body;
    expect(data.map(({ name }: { name: string }) => name).sort()).toEqual(['admin', 'merchant-admin', 'user']);
    for (const { id, company_id } of data) {
      expect(company_id).toBeNull();
      expect((await call('PUT', `/v1/roles/${id}`, role)).status).toBe(403);
      expect((await call('DELETE', `/v1/roles/${id}`)).status).toBe(403);
    }
    expect((await call('POST', '/v1/roles', { ...role, name: 'admin' })).status).toBe(409);
    // The update page's own example: docs.rinne.com.br/api-reference/roles.
    const own = (await call('POST', '/v1/roles', { ...role, name: 'own', company_id: 'padaria' })).body;
    const example = { name: 'admin', permissions: ['user.create', 'user.read', 'role.create'] };
    expect(await call('PUT', `/v1/roles/${own.id}`, example)).toMatchObject({ status: 200, body: example });
    expect(await call('PUT', `/v1/roles/${own.id}`, example)).toMatchObject({ status: 200, body: example });
  });

  it('may share a name, unless the state says otherwise', async () => {
    const { call, state } = await rinne();
    const { id } = await made(call);
    expect((await call('POST', '/v1/roles', { ...role, name: 'till' })).status).toBe(201);
    expect((await call('POST', '/v1/roles', { ...role, name: 'till' })).status).toBe(201);
    state.rinne.uniqueNames = true;
    expect((await call('PUT', `/v1/roles/${id}`, role)).status).toBe(200);
    expect((await call('PUT', `/v1/roles/${id}`, { ...role, name: 'till' })).status).toBe(409);
    expect(await call('POST', '/v1/roles', role)).toMatchObject({
      status: 409,
      body: { error: { code: 'CONFLICT_ERROR' } },
    });
  });

  it('of one company are not seen from another', async () => {
    const state = emptyState();
    const { call } = await rinne({ state });
    const { id } = await made(call);
    const other = await rinne({ state, company: 'mercado' });
    expect((await other.call('GET', `/v1/roles/${id}`)).status).toBe(404);
    expect((await other.call('DELETE', `/v1/roles/${id}`)).status).toBe(404);
  });

  it('that are refused name path, time and request', async () => {
    const { call } = await rinne();
    const { error } = (await call('GET', '/v1/roles/none?x=1')).body;
    expect(error).toMatchObject({ status: 404, path: '/v1/roles/none', requestId: expect.stringMatching(/^req_/) });
    expect(Number.isNaN(Date.parse(error.timestamp))).toBe(false);
  });
});

describe('the Rinne list', () => {
  it('comes in pages of twenty that say what follows', async () => {
    const { call } = await rinne();
    for (let n = 0; n < 20; n += 1) await made(call, { ...role, name: `role ${n}` });
    const first = (await call('GET', '/v1/roles')).body;
    expect(first.data).toHaveLength(20);
    expect(first.pagination).toEqual({ page: 1, limit: 20, total: 23, totalPages: 2, hasNext: true, hasPrev: false });
    const second = (await call('GET', '/v1/roles?page=2')).body;
    expect(second.data).toHaveLength(3);
    expect(second.pagination).toMatchObject({ hasNext: false, hasPrev: true });
    const ids = [...first.data, ...second.data].map(({ id }) => id);
    expect(new Set(ids).size).toBe(23);
  });

  it('takes a limit from 1 to 100 and a page from 1', async () => {
    const { call } = await rinne();
    for (const query of ['limit=101', 'limit=0', 'limit=x', 'page=0', 'page=-1']) {
      expect((await call('GET', `/v1/roles?${query}`)).status, query).toBe(400);
    }
    expect((await call('GET', '/v1/roles?limit=100')).status).toBe(200);
  });

  it('finds a part of a name', async () => {
    const { call } = await rinne();
    const { data } = (await call('GET', '/v1/roles?name=admin')).body;
    expect(data.map(({ name }: { name: string }) => name).sort()).toEqual(['admin', 'merchant-admin']);
  });
});

describe('Rinne users', () => {
  it('are listed for the company with whole roles, which survive a rename', async () => {
    const { call, state } = await rinne();
    const created = await made(call);
    const ana = { id: 'ana', identifier: 'ana@example.com', password: 'p' };
    state.rinne.users.push({ ...ana, companies: [{ id: 'padaria', roles: ['cashier'] }] });
    const rolesOf = async () => {
      const { data } = (await call('GET', '/v1/users?limit=100')).body;
      return data.find(({ id }: { id: string }) => id === 'ana').roles;
    };
    expect(await rolesOf()).toEqual([created]);
    await call('PUT', `/v1/roles/${created.id}`, { ...role, name: 'till' });
    expect(await rolesOf()).toMatchObject([{ id: created.id, name: 'till' }]);
    await call('DELETE', `/v1/roles/${created.id}`);
    expect(await rolesOf()).toEqual([]);
  });

  it('of another company are not listed', async () => {
    const { call, state } = await rinne();
    issueRinne(state.rinne, 'mercado');
    state.rinne.users.push({ id: 'x', identifier: 'x', password: 'p', companies: [{ id: 'mercado', roles: [] }] });
    const { data } = (await call('GET', '/v1/users')).body;
    expect(data.map(({ id }: { id: string }) => id)).not.toContain('x');
  });
});
