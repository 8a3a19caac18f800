import { describe, expect, it } from 'vitest';
import { rocketchat, talk } from '../../sandbox/talk.ts';

const field = (name: string) => (row: Record<string, unknown>) => row[name];

describe('Rocket.Chat login', () => {
  it('is 401 in both forms of the body without headers, with half of them, or with a wrong token', async () => {
    const { base, call } = await rocketchat();
    const message = 'You must be logged in to do this.';
    const body = { success: false, error: message, status: 'error', message };
    expect(await talk(`${base}roles.list`, 'GET')).toMatchObject({ status: 401, body });
    expect((await call('GET', 'roles.list', undefined, { 'x-auth-token': 'guess' })).status).toBe(401);
    expect((await call('GET', 'roles.list', undefined, { 'x-auth-token': '' })).status).toBe(401);
    expect((await call('GET', 'roles.list', undefined, { 'x-user-id': 'nobody' })).status).toBe(401);
  });

  it('has only status and message on older servers', async () => {
    const { base, workspace } = await rocketchat();
    workspace.older = true;
    const { body } = await talk(`${base}roles.list`, 'GET');
    expect(body).toEqual({ status: 'error', message: 'You must be logged in to do this.' });
  });

  it('works with a password, and its token for that workspace', async () => {
    const { base, workspace } = await rocketchat();
    workspace.users.push({ _id: 'ada', username: 'ada', password: 'p', tokens: [], roles: ['user'] });
    expect((await talk(`${base}login`, 'POST', { user: 'ada', password: 'x' })).status).toBe(401);
    expect((await talk(`${base}login`, 'POST', { user: 'rolesync' })).status).toBe(401);
    const { data } = (await talk(`${base}login`, 'POST', { user: 'ada', password: 'p' })).body;
    const headers = { 'x-user-id': data.userId, 'x-auth-token': data.authToken };
    expect((await talk(`${base}me`, 'GET', undefined, headers)).body).toMatchObject({
      _id: 'ada',
      roles: ['user'],
      success: true,
    });
  });
});

describe('the order of checks of Rocket.Chat', () => {
  it('asks for access-permissions with 403 and no errorType where the route demands it', async () => {
    const { call, as } = await rocketchat();
    const user = as('user');
    for (const [method, endpoint] of [
      ['POST', 'permissions.update'],
      ['POST', 'roles.delete'],
      ['GET', 'roles.getUsersInRole'],
    ] as const) {
      const answer = await call(method, endpoint, undefined, user);
      expect(answer.status, endpoint).toBe(403);
      expect(answer.body.error).toContain('[error-unauthorized]');
      expect(answer.body).not.toHaveProperty('errorType');
    }
    for (const endpoint of ['roles.list', 'permissions.listAll', 'roles.sync', 'me']) {
      expect((await call('GET', endpoint, undefined, user)).status, endpoint).toBe(200);
    }
  });

  it('gives create and update one errorType for a missing licence and for missing access-permissions', async () => {
    const { call, as, workspace } = await rocketchat();
    const user = as('user');
    const refused = (reason: string) => {
      return { status: 400, body: { errorType: 'error-action-not-allowed', error: expect.stringContaining(reason) } };
    };
    expect(await call('POST', 'roles.create', { name: 'x' }, user)).toMatchObject(refused('Accessing permissions'));
    expect(await call('POST', 'roles.update', { roleId: 'bot', name: 'bot' }, user)).toMatchObject(
      refused('Accessing'),
    );
    workspace.customRoles = false;
    expect(await call('POST', 'roles.create', { name: 'x' }, user)).toMatchObject(refused('enterprise feature'));
    expect(await call('POST', 'roles.create', {})).toMatchObject(refused('enterprise feature'));
  });

  it('checks the schema before the rate limit, so a bad call costs nothing', async () => {
    const { call, as, workspace } = await rocketchat();
    workspace.rateLimit = { calls: 1, windowMs: 60_000 };
    workspace.permissions.push({ _id: 'access-permissions', roles: ['user'], _updatedAt: '' });
    workspace.permissions.splice(
      workspace.permissions.findIndex(({ _id }) => _id === 'access-permissions'),
      1,
    );
    const user = as('user');
    for (let n = 0; n < 3; n += 1)
      expect((await call('POST', 'roles.delete', {}, user)).body.errorType).toBe('invalid-params');
    expect((await call('POST', 'roles.delete', { roleId: 'x' }, user)).body.errorType).toBe('error-invalid-roleId');
    expect((await call('POST', 'roles.delete', { roleId: 'x' }, user)).status).toBe(429);
    expect((await call('POST', 'roles.delete', {}, user)).status).toBe(400);
  });
});

describe('the Rocket.Chat rate limit', () => {
  it('tells the reset in epoch milliseconds, then answers 429 without Retry-After or errorType', async () => {
    const { call, as, workspace } = await rocketchat();
    workspace.rateLimit = { calls: 2, windowMs: 60_000 };
    const user = as('user');
    const first = await call('GET', 'roles.list', undefined, user);
    expect(first.headers.get('x-ratelimit-limit')).toBe('2');
    expect(first.headers.get('x-ratelimit-remaining')).toBe('1');
    expect(Number(first.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now());
    await call('GET', 'roles.list', undefined, user);
    const third = await call('GET', 'roles.list', undefined, user);
    expect(third.status).toBe(429);
    expect(third.body.error).toMatch(/You must wait \d+ seconds .*\[error-too-many-requests\]/);
    expect(Object.keys(third.body).sort()).toEqual(['error', 'success']);
    expect(third.headers.get('retry-after')).toBeNull();
    expect((await call('GET', 'permissions.listAll', undefined, user)).status).toBe(200);
  });

  it('begins anew after its window', async () => {
    const { call, as, workspace } = await rocketchat();
    workspace.rateLimit = { calls: 1, windowMs: 30 };
    const user = as('user');
    const { headers } = await call('GET', 'me', undefined, user);
    while (Date.now() <= Number(headers.get('x-ratelimit-reset')))
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await call('GET', 'me', undefined, user)).status).toBe(200);
  });

  it('spares holders of api-bypass-rate-limit, and tells them nothing', async () => {
    const { call, workspace } = await rocketchat();
    workspace.rateLimit = { calls: 1, windowMs: 60_000 };
    await call('GET', 'roles.list');
    const second = await call('GET', 'roles.list');
    expect([second.status, second.headers.get('x-ratelimit-limit')]).toEqual([200, null]);
  });
});

describe('Rocket.Chat roles', () => {
  it('are listed at once with the protected ones, whose id is their name, and without _updatedAt', async () => {
    const { call } = await rocketchat();
    const { roles, success } = (await call('GET', 'roles.list')).body;
    expect(success).toBe(true);
    expect(roles).toHaveLength(11);
    for (const role of roles) {
      expect(role._id).toBe(role.name);
      expect(role.protected).toBe(true);
      expect(role).not.toHaveProperty('_updatedAt');
    }
    const byScope = roles.filter(({ scope }: { scope: string }) => scope === 'Subscriptions').map(field('_id'));
    expect(byScope.sort()).toEqual(['leader', 'moderator', 'owner']);
  });

  it('are created with a random id, and without mandatory2fa where none was sent', async () => {
    const { call } = await rocketchat();
    const { status, body } = await call('POST', 'roles.create', { name: 'lead' });
    expect(status).toBe(200);
    expect(body.role).toMatchObject({
      name: 'lead',
      scope: 'Users',
      description: '',
      protected: false,
      _updatedAt: expect.any(String),
    });
    expect(body.role._id).toMatch(/^[0-9a-f]{24}$/);
    expect(body.role).not.toHaveProperty('mandatory2fa');
    const { roles } = (await call('GET', 'roles.list')).body;
    expect(roles.map(field('name'))).toContain('lead');
  });

  it('may not be named like a role or its id, to the letter', async () => {
    const { call } = await rocketchat();
    const { _id } = (await call('POST', 'roles.create', { name: 'lead' })).body.role;
    for (const name of ['lead', 'admin', _id]) {
      const answer = await call('POST', 'roles.create', { name });
      expect(answer).toMatchObject({ status: 400, body: { errorType: 'error-duplicate-role-names-not-allowed' } });
    }
    expect((await call('POST', 'roles.create', { name: 'Lead' })).status).toBe(200);
    const rename = await call('POST', 'roles.update', { roleId: _id, name: 'Lead' });
    expect(rename.body.errorType).toBe('error-duplicate-role-names-not-allowed');
    const idOfAnother = await call('POST', 'roles.update', { roleId: _id, name: 'lead' });
    expect(idOfAnother.status).toBe(200);
  });

  it('refuse bodies that break the schema, and convert what AJV converts', async () => {
    const { call, workspace } = await rocketchat();
    const bodies = [
      {},
      { name: ['x'] },
      { name: 'x', scope: 'users' },
      { name: 'x', scope: null },
      { name: 'x', permissions: [] },
    ];
    for (const body of [...bodies, 'no json', '[]']) {
      const answer = await call('POST', 'roles.create', body);
      expect(answer, JSON.stringify(body)).toMatchObject({
        status: 400,
        body: { success: false, errorType: 'invalid-params' },
      });
    }
    expect((await call('POST', 'roles.create', { name: 42, mandatory2fa: 'true' })).body.role).toMatchObject({
      name: '42',
      mandatory2fa: true,
    });
    workspace.older = true;
    expect((await call('POST', 'roles.create', {})).body.errorType).toBe('error-invalid-role-properties');
  });

  it('lose description, scope and second factor to an update that leaves them out', async () => {
    const { call } = await rocketchat();
    const whole = { name: 'lead', scope: 'Subscriptions', description: 'Leads', mandatory2fa: true };
    const { _id } = (await call('POST', 'roles.create', whole)).body.role;
    const kept = await call('POST', 'roles.update', { roleId: _id, ...whole });
    expect(kept.body.role).toMatchObject({ _id, ...whole });
    const lost = await call('POST', 'roles.update', { roleId: _id, name: 'lead' });
    expect(lost.body.role).toMatchObject({ _id, name: 'lead', scope: 'Users', description: '', mandatory2fa: false });
  });

  it('store a null second factor as null and a null description as empty', async () => {
    const { call } = await rocketchat();
    const { _id } = (await call('POST', 'roles.create', { name: 'lead' })).body.role;
    const nulls = { roleId: _id, name: 'lead', description: null, mandatory2fa: null };
    expect((await call('POST', 'roles.update', nulls)).body.role).toMatchObject({
      description: '',
      mandatory2fa: null,
    });
  });

  it('that are protected keep name and scope, and take description and second factor', async () => {
    const { call } = await rocketchat();
    const isProtected = { status: 400, body: { errorType: 'error-role-protected' } };
    expect(await call('POST', 'roles.update', { roleId: 'bot', name: 'robot' })).toMatchObject(isProtected);
    expect(await call('POST', 'roles.update', { roleId: 'owner', name: 'owner' })).toMatchObject(isProtected);
    const owner = { roleId: 'owner', name: 'owner', scope: 'Subscriptions', description: 'x', mandatory2fa: true };
    const { role } = (await call('POST', 'roles.update', owner)).body;
    expect(role).toMatchObject({ description: 'x', mandatory2fa: true, protected: true });
    expect(await call('POST', 'roles.delete', { roleId: 'bot' })).toMatchObject(isProtected);
  });

  it('without a licence: custom ones cannot be written, protected ones only where the server is newer', async () => {
    const { call, workspace } = await rocketchat();
    const { _id } = (await call('POST', 'roles.create', { name: 'lead' })).body.role;
    workspace.customRoles = false;
    const refused = { status: 400, body: { errorType: 'error-action-not-allowed' } };
    const bot = { roleId: 'bot', name: 'bot', description: 'x' };
    expect(await call('POST', 'roles.update', { roleId: _id, name: 'lead' })).toMatchObject(refused);
    expect((await call('POST', 'roles.update', bot)).status).toBe(200);
    workspace.older = true;
    expect(await call('POST', 'roles.update', bot)).toMatchObject(refused);
    expect((await call('POST', 'roles.delete', { roleId: _id })).status).toBe(200);
  });

  it('that do not exist are 400 error-invalid-roleId', async () => {
    const { call } = await rocketchat();
    const none = { status: 400, body: { success: false, errorType: 'error-invalid-roleId' } };
    expect(await call('POST', 'roles.update', { roleId: 'x', name: 'x' })).toMatchObject(none);
    expect(await call('POST', 'roles.delete', { roleId: 'x' })).toMatchObject(none);
    expect(await call('GET', 'roles.getUsersInRole?role=x')).toMatchObject(none);
  });

  it('are deleted by id or by name, whichever stands first', async () => {
    const { call, workspace } = await rocketchat();
    const first = (await call('POST', 'roles.create', { name: 'a' })).body.role;
    const second = (await call('POST', 'roles.create', { name: 'b' })).body.role;
    await call('POST', 'roles.update', { roleId: first._id, name: second._id });
    expect((await call('POST', 'roles.delete', { roleId: second._id })).body).toEqual({ success: true });
    expect(workspace.roles.map(({ _id }) => _id)).toContain(second._id);
    expect(workspace.roles.map(({ _id }) => _id)).not.toContain(first._id);
    await call('POST', 'roles.delete', { roleId: 'b' });
    expect(workspace.roles).toHaveLength(11);
  });

  it('are not deleted while a user, or a room, has them', async () => {
    const { call, as, workspace } = await rocketchat();
    const users = (await call('POST', 'roles.create', { name: 'a' })).body.role;
    const rooms = (await call('POST', 'roles.create', { name: 'b', scope: 'Subscriptions' })).body.role;
    as(users._id);
    workspace.users.push({
      _id: 'u',
      username: 'u',
      tokens: [],
      roles: [],
      subscriptions: [{ rid: 'r', roles: [rooms._id] }],
    });
    for (const { _id } of [users, rooms]) {
      expect((await call('POST', 'roles.delete', { roleId: _id })).body.errorType).toBe('error-role-in-use');
    }
  });

  it('leave their id in the permissions when they are deleted, which then cannot be stored as read', async () => {
    const { call, workspace } = await rocketchat();
    const { _id } = (await call('POST', 'roles.create', { name: 'lead' })).body.role;
    await call('POST', 'permissions.update', { permissions: [{ _id: 'mute-user', roles: ['admin', _id] }] });
    await call('POST', 'roles.delete', { roleId: _id });
    const row = workspace.permissions.find((one) => one._id === 'mute-user');
    expect(row?.roles).toEqual(['admin', _id]);
    const echo = await call('POST', 'permissions.update', { permissions: [{ _id: 'mute-user', roles: row?.roles }] });
    expect(echo.body).toEqual({ success: false, error: 'Invalid role', errorType: 'error-invalid-role' });
  });
});

describe('roles.sync', () => {
  it('tells roles with _updatedAt and those removed since a date', async () => {
    const { call } = await rocketchat();
    const { _id } = (await call('POST', 'roles.create', { name: 'lead' })).body.role;
    await call('POST', 'roles.delete', { roleId: _id });
    const { update, remove } = (await call('GET', 'roles.sync?updatedSince=1970-01-01T00:00:00.000Z')).body.roles;
    expect(update).toHaveLength(11);
    expect(update[0]).toHaveProperty('_updatedAt');
    expect(remove).toMatchObject([{ _id, _deletedAt: expect.any(String) }]);
  });

  it('without a date tells everything, and on older servers nothing', async () => {
    const { call, workspace } = await rocketchat();
    expect((await call('GET', 'roles.sync')).body.roles.update).toHaveLength(11);
    workspace.older = true;
    expect((await call('GET', 'roles.sync')).body.roles).toEqual({ update: [], remove: [] });
    expect((await call('GET', 'roles.sync?updatedSince=soon')).body.errorType).toBe('error-invalid-param');
  });
});

describe('Rocket.Chat permissions', () => {
  it('are listed at once, settings and ids that are no roles included', async () => {
    const { call } = await rocketchat();
    const { update, remove } = (await call('GET', 'permissions.listAll')).body;
    expect(remove).toEqual([]);
    expect(update.find((row: { _id: string }) => row._id === 'view-c-room').roles).toContain('anonymous');
    expect(update.find((row: { _id: string }) => row._id === 'view-l-room').roles).toContain('livechat-monitor');
    const settings = update.filter((row: { level?: string }) => row.level === 'settings');
    expect(settings.length).toBeGreaterThan(2);
    for (const { _id, settingId } of settings) expect(_id).toBe(`change-setting-${settingId}`);
    expect(new Set(update.map(field('_id'))).size).toBe(update.length);
  });

  it('overwrite the whole list of a row, leave the others, and answer with all', async () => {
    const { call, workspace } = await rocketchat();
    const before = workspace.permissions.filter(({ _id }) => _id !== 'mute-user');
    const { status, body } = await call('POST', 'permissions.update', {
      permissions: [{ _id: 'mute-user', roles: ['bot'] }],
    });
    expect(status).toBe(200);
    expect(body.permissions).toHaveLength(workspace.permissions.length);
    const row = body.permissions.find((one: { _id: string }) => one._id === 'mute-user');
    expect(row.roles).toEqual(['bot']);
    expect(row._updatedAt > '2025-06').toBe(true);
    expect(workspace.permissions.filter(({ _id }) => _id !== 'mute-user')).toEqual(before);
  });

  it('are all refused for one unknown permission, one named twice, or one unknown role', async () => {
    const { call, workspace } = await rocketchat();
    const good = { _id: 'mute-user', roles: ['bot'] };
    const before = structuredClone(workspace.permissions);
    for (const [row, errorType] of [
      [{ _id: 'fly', roles: [] }, 'error-invalid-permission'],
      [{ ...good, roles: ['user'] }, 'error-invalid-permission'],
      [{ _id: 'ban-user', roles: ['anonymous'] }, 'error-invalid-role'],
      [{ _id: 'ban-user', roles: ['bot', 'bot'] }, 'invalid-params'],
      [{ _id: 'ban-user', roles: [], level: 'x' }, 'invalid-params'],
      [{ _id: 'ban-user' }, 'invalid-params'],
    ] as const) {
      const answer = await call('POST', 'permissions.update', { permissions: [good, row] });
      expect(answer, JSON.stringify(row)).toMatchObject({ status: 400, body: { errorType } });
    }
    expect((await call('POST', 'permissions.update', [good])).status).toBe(400);
    expect(workspace.permissions).toEqual(before);
  });

  it('want the id of a custom role, not its name', async () => {
    const { call } = await rocketchat();
    await call('POST', 'roles.create', { name: 'lead' });
    const answer = await call('POST', 'permissions.update', { permissions: [{ _id: 'mute-user', roles: ['lead'] }] });
    expect(answer.body.errorType).toBe('error-invalid-role');
  });

  it('let a caller lock everybody out', async () => {
    const { call } = await rocketchat();
    const nobody = { permissions: [{ _id: 'access-permissions', roles: [] }] };
    expect((await call('POST', 'permissions.update', nobody)).status).toBe(200);
    expect((await call('POST', 'permissions.update', nobody)).status).toBe(403);
  });

  it('have other errors on older servers', async () => {
    const { call, as, workspace } = await rocketchat();
    workspace.older = true;
    expect((await call('POST', 'permissions.update', {})).body.errorType).toBe('error-invalid-body-params');
    const refused = await call('POST', 'permissions.update', {}, as('user'));
    expect(refused).toMatchObject({ status: 400, body: { errorType: 'error-edit-permissions-not-allowed' } });
  });

  it('tell what changed since a date', async () => {
    const { call } = await rocketchat();
    await call('POST', 'permissions.update', { permissions: [{ _id: 'mute-user', roles: ['bot'] }] });
    const { update } = (await call('GET', 'permissions.listAll?updatedSince=2025-06-01')).body;
    expect(update.map(field('_id'))).toEqual(['mute-user']);
  });
});

describe('roles.getUsersInRole', () => {
  it('gives fifty by username, at most a hundred, all for 0, and always the total', async () => {
    const { call, workspace } = await rocketchat();
    for (let n = 0; n < 120; n += 1)
      workspace.users.push({ _id: `u${n}`, username: `u${n}`, tokens: [], roles: ['guest'] });
    const get = async (query: string) => (await call('GET', `roles.getUsersInRole?role=guest${query}`)).body;
    const first = await get('');
    expect([first.users.length, first.total]).toEqual([50, 120]);
    expect(first.users.map(field('username'))).toEqual([...first.users.map(field('username'))].sort());
    expect((await get('&count=500')).users).toHaveLength(100);
    expect((await get('&count=0')).users).toHaveLength(120);
    expect(await get('&count=1')).toMatchObject({ users: [{ username: 'u0' }], total: 120 });
    expect((await get('&count=100&offset=100')).users).toHaveLength(20);
    expect((await get('&count=many')).errorType).toBe('error-invalid-params');
  });

  it('counts the users of all rooms for a room role, or of one', async () => {
    const { call, workspace } = await rocketchat();
    const subscriptions = [{ rid: 'r1', roles: ['owner'] }];
    workspace.users.push({ _id: 'a', username: 'a', tokens: [], roles: [], subscriptions });
    const two = [...subscriptions, { rid: 'r2', roles: ['owner'] }];
    workspace.users.push({ _id: 'b', username: 'b', tokens: [], roles: [], subscriptions: two });
    expect((await call('GET', 'roles.getUsersInRole?role=owner')).body.total).toBe(2);
    expect((await call('GET', 'roles.getUsersInRole?role=owner&roomId=r2')).body.total).toBe(1);
  });

  it('wants a role', async () => {
    const { call, workspace } = await rocketchat();
    expect((await call('GET', 'roles.getUsersInRole')).body.errorType).toBe('error-invalid-params');
    workspace.older = true;
    expect((await call('GET', 'roles.getUsersInRole')).body.errorType).toBe('error-param-not-provided');
  });
});

describe('licenses.info', () => {
  it('names custom-roles where it is licensed, and is 404 on older servers', async () => {
    const { call, workspace } = await rocketchat();
    expect((await call('GET', 'licenses.info')).body).toMatchObject({
      success: true,
      license: { activeModules: expect.arrayContaining(['custom-roles']) },
    });
    workspace.customRoles = false;
    expect((await call('GET', 'licenses.info')).body.license.activeModules).toEqual([]);
    workspace.older = true;
    expect((await call('GET', 'licenses.info')).status).toBe(404);
  });
});
