import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  believableState,
  emptyState,
  issue,
  issueRinne,
  issueRocketChat,
  type SandboxRequest,
} from '../support/sandbox.ts';
import { basic, dintero, grant, rinne, rocketchat, start, type Talk, talk } from './talk.ts';

describe('the sandbox', () => {
  it('answers 404 in the words of each API for paths and methods that are not there', async () => {
    const { call, base, sandbox } = await dintero();
    for (const path of ['/auth/role', '/auth/roles/', '/auth/roles/x/y', '/management/roles']) {
      expect(await call('GET', path), path).toMatchObject({ status: 404, body: { error: { message: 'Not found' } } });
    }
    expect((await call('PATCH', '/auth/roles')).status).toBe(404);
    expect((await call('HEAD', '/auth/roles')).status).toBe(404);
    expect((await talk(`${base}/%E0%A4%A`, 'GET')).status).toBe(404);
    const r = await rinne();
    for (const path of ['/v1/role', '/v1/roles/', '/v2/roles', '/v1/permissions']) {
      expect(await r.call('GET', path), path).toMatchObject({
        status: 404,
        body: { error: { code: 'RESOURCE_NOT_FOUND', path } },
      });
    }
    const c = await rocketchat();
    expect(await c.call('GET', 'roles.get')).toMatchObject({ status: 404, body: { success: false } });
    expect(await c.call('POST', 'roles.list')).toMatchObject({ status: 404 });
    const other = `${c.sandbox.origin}/rocketchat/other/api/v1/roles.list`;
    expect(await talk(other, 'GET')).toMatchObject({ status: 404, body: { success: false } });
    expect((await talk(`${sandbox.origin}/nowhere`, 'GET')).body.error).toContain('/dintero/v1');
  });

  it('answers 413 in the words of each API for a body over one mebibyte, and takes one below', async () => {
    const description = 'x'.repeat(1024 * 1024);
    const d = await dintero();
    const large = { scope: ['a'], description };
    expect(await d.call('POST', '/auth/roles', large)).toMatchObject({
      status: 413,
      body: { error: { message: expect.any(String) } },
    });
    expect((await d.call('POST', '/auth/roles', { scope: ['a'], description: description.slice(100) })).status).toBe(
      200,
    );
    expect(await (await rinne()).call('POST', '/v1/roles', large)).toMatchObject({
      status: 413,
      body: { error: { status: 413 } },
    });
    expect(await (await rocketchat()).call('POST', 'roles.create', large)).toMatchObject({
      status: 413,
      body: { success: false },
    });
  });

  it('records every request with query, body, status and time, before its answer arrives', async () => {
    const heard: SandboxRequest[] = [];
    const { call, sandbox } = await dintero({ onRequest: (request) => heard.push(request) });
    await call('POST', '/auth/roles?x=1&x=2', { scope: ['a'] });
    expect(sandbox.requests).toHaveLength(2);
    expect(heard).toEqual(sandbox.requests);
    expect(sandbox.requests[1]).toMatchObject({
      api: 'dintero',
      method: 'POST',
      path: '/accounts/T11112222/auth/roles',
      query: { x: '1,2' },
      body: { scope: ['a'] },
      status: 200,
    });
    const { arrived, answered } = sandbox.requests[1] as SandboxRequest;
    expect(answered).toBeGreaterThanOrEqual(arrived);
  });

  it('lets an interceptor answer in the place of the API', async () => {
    const { call, data } = await dintero({
      intercept: ({ method, path }) =>
        method === 'POST' && path.endsWith('/roles')
          ? { status: 503, headers: { 'retry-after': '1' }, body: '<html>busy</html>' }
          : undefined,
    });
    const answer = await call('POST', '/auth/roles', { scope: ['a'] });
    expect([answer.status, answer.body, answer.headers.get('retry-after')]).toEqual([503, '<html>busy</html>', '1']);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(data.roles).toEqual([]);
  });

  it('drops the connection before or after the API acted', async () => {
    for (const [how, roles] of [
      ['drop', 0],
      ['drop-after', 1],
    ] as const) {
      const { call, data, sandbox } = await dintero({
        intercept: ({ method, path }) => (method === 'POST' && path.endsWith('/roles') ? how : undefined),
      });
      await expect(call('POST', '/auth/roles', { scope: ['a'] })).rejects.toThrow();
      expect(data.roles).toHaveLength(roles);
      expect(sandbox.requests.at(-1)?.status).toBe(0);
    }
  });

  it('answers whatever is asked, and is still there afterwards', async () => {
    const state = believableState();
    const d = await dintero({ state });
    const r = await rinne({ state });
    const c = await rocketchat({ state });
    const word = fc.oneof(
      fc.constantFrom(
        '__proto__',
        'constructor',
        '',
        '..',
        '%',
        '%00',
        'T11112222',
        'auth',
        'roles',
        'v1',
        'api',
        'name',
      ),
      fc.string().map(encodeURIComponent),
    );
    const body = fc.option(fc.oneof(fc.json(), fc.string()), { nil: undefined });
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS');
    const place = fc.constantFrom(
      [d.call, '/auth/roles'],
      [d.call, '/auth/token'],
      [d.call, '/management/users'],
      [r.call, '/v1/roles'],
      [r.call, '/v1/auth/select-company'],
      [c.call, 'roles.create'],
      [c.call, 'permissions.update'],
      [c.call, 'roles.getUsersInRole'],
    ) as fc.Arbitrary<readonly [Talk, string]>;
    const ask = async (
      how: string,
      [call, start]: readonly [Talk, string],
      end: string[],
      query: string[],
      sent?: string,
    ) => {
      const path = [start, ...end].join('/') + (query.length > 0 ? `?${query.join('=')}` : '');
      const answer = await call(how, path, how === 'GET' ? undefined : sent);
      expect([200, 201, 204, 400, 401, 403, 404, 409]).toContain(answer.status);
    };
    const words = fc.array(word, { maxLength: 2 });
    await fc.assert(fc.asyncProperty(method, place, words, words, body, ask), { numRuns: 300 });
  });

  it('tells of every write, and of nothing else', async () => {
    let writes = 0;
    const { call } = await dintero({ onWrite: () => (writes += 1) });
    await call('GET', '/auth/roles');
    await call('POST', '/auth/roles', {});
    expect(writes).toBe(0);
    const { id } = (await call('POST', '/auth/roles', { scope: ['a'] })).body;
    await call('PUT', `/auth/roles/${id}`, { scope: ['a'] });
    await call('DELETE', `/auth/roles/${id}`);
    expect(writes).toBe(3);
  });

  it('answers after its latency, several requests at a time', async () => {
    const { call, sandbox } = await dintero({ latency: 100 });
    await Promise.all([call('GET', '/auth/roles'), call('GET', '/auth/roles')]);
    const [, first, second] = sandbox.requests as [SandboxRequest, SandboxRequest, SandboxRequest];
    expect(second.arrived).toBeLessThan(first.answered);
    expect(first.answered - first.arrived).toBeGreaterThanOrEqual(95);
  });

  it('says that a port is in use', async () => {
    const { origin } = await start();
    const port = Number(new URL(origin).port);
    await expect(start({ port })).rejects.toMatchObject({ code: 'config', message: expect.stringContaining('--port') });
  });
});

describe('admission', () => {
  it('is idempotent and keeps what a tenant has', () => {
    const state = believableState();
    const before = structuredClone(state);
    expect(issue(state, 'dintero', 'T11112222')).toEqual(issue(state, 'dintero', 'T11112222'));
    issueRocketChat(state.rocketchat, 'demo');
    issueRinne(state.rinne, before.rinne.companies[0]?.id ?? '');
    expect(state).toEqual(before);
  });

  it('gives credentials that log in, also to tenants with odd names', async () => {
    const state = emptyState();
    const names = ['__proto__', 'constructor', 'a b/ü'];
    const admitted = names.map((name) => ({
      name,
      d: issue(state, 'dintero', name),
      c: issue(state, 'rocketchat', name),
    }));
    const { origin } = await start({ state });
    for (const { name, d, c } of admitted) {
      const { clientId = '', clientSecret = '' } = d.auth;
      const token = `${origin}${d.path}/accounts/${encodeURIComponent(name)}/auth/token`;
      expect((await talk(token, 'POST', grant(name), basic({ clientId, clientSecret }))).status, name).toBe(200);
      const headers = { 'x-user-id': c.auth['userId'] ?? '', 'x-auth-token': c.auth['token'] ?? '' };
      expect((await talk(`${origin}${c.path}/api/v1/me`, 'GET', undefined, headers)).status, name).toBe(200);
    }
    expect((await talk(`${origin}/rocketchat/toString/api/v1/me`, 'GET')).status).toBe(404);
    const selected = (await rinne({ company: '__proto__' })).selected;
    expect(selected.body.selected_company.id).toBe('__proto__');
  });

  it('keeps roles with hostile names as they are', async () => {
    const { call } = await dintero();
    const name = `__proto__\u0000\u202e${'x'.repeat(10_000)}`;
    const { id } = (await call('POST', '/auth/roles', { scope: ['__proto__'], name })).body;
    expect((await call('GET', `/auth/roles/${id}`)).body).toMatchObject({ name, scope: ['__proto__'] });
  });
});

describe('the believable state', () => {
  it('is the same every time and survives JSON', () => {
    expect(believableState()).toEqual(believableState());
    expect(JSON.parse(JSON.stringify(believableState()))).toEqual(believableState());
  });

  it('serves roles of all three APIs', async () => {
    const state = believableState();
    const { call } = await dintero({ state });
    expect((await call('GET', '/auth/roles')).body).toHaveLength(3);
    const r = await rinne({ state, company: state.rinne.companies[0]?.id ?? '' });
    expect((await r.call('GET', '/v1/roles')).body.data).toHaveLength(5);
    const c = await rocketchat({ state });
    expect((await c.call('GET', 'roles.list')).body.roles).toHaveLength(12);
  });
});
