import { describe, expect, it } from 'vitest';
import type { Plan, PlannedTarget } from '../../src/core/plan.ts';
import { folder, rolesync, write } from '../support/command.ts';
import { account, remote, rolesYaml, workspace } from '../support/remote.ts';

const many = Array.from({ length: 250 }, (_, at) => ({
  name: `role ${String(at).padStart(3, '0')}`,
  description: `Number ${at}`,
  permissions: ['read:accounts', 'read:checkout'],
}));

function numbers(summary: Plan['summary']) {
  const { create, update, delete: deletes, withheld } = summary;
  return [create, update, deletes, withheld];
}

describe('Dintero, 250 roles', () => {
  async function setUp() {
    const api = await remote();
    const now = '2026-01-01T00:00:00.000Z';
    const made = many.map(({ name, description, permissions }, at) => {
      const id = `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
      return { id, name, description, scope: permissions, created_at: now, updated_at: now, created_by: 'test' };
    });
    api.sandbox.state.dintero.accounts[account]?.roles.push(...made);
    const cwd = folder({ 'roles/dintero.yaml': api.dintero + rolesYaml(many) });
    return { api, cwd, run: (...argv: string[]) => rolesync(argv, { cwd, environment: api.environment }) };
  }

  it('that match the files cost one token request, three list requests and no write', async () => {
    const { api, run } = await setUp();
    const planned = await run('plan', '--detailed-exitcode');
    expect(planned.stdout).toContain('250 roles unchanged');
    expect(planned.code).toBe(0);
    expect(api.sent()).toEqual(['POST token', 'GET roles', 'GET roles', 'GET roles']);
    const applied = await run('apply', '--yes');
    expect(applied.code).toBe(0);
    expect(applied.stdout).toContain('nothing to do');
    expect(api.sent()).toEqual(['POST token', 'GET roles', 'GET roles', 'GET roles']);
  });

  it('of which three change are updated by exactly three whole PUTs, and then nothing is left', async () => {
    const { api, cwd, run } = await setUp();
    const changed = many.map((role, at) =>
      at % 100 === 7 ? { ...role, permissions: ['read:accounts', 'admin:hooks'] } : role,
    );
    write(cwd, 'roles/dintero.yaml', api.dintero + rolesYaml(changed));
    const { code } = await run('apply', '--yes');
    expect(code).toBe(0);
    const puts = api.requestsSince().filter(({ method }) => method !== 'GET' && method !== 'POST');
    expect(puts.map(({ method, body }) => [method, body])).toEqual(
      ['007', '107', '207'].map((number) => [
        'PUT',
        { name: `role ${number}`, description: `Number ${Number(number)}`, scope: ['admin:hooks', 'read:accounts'] },
      ]),
    );
    const { stdout } = await run('plan', '--format', 'json');
    expect(numbers((JSON.parse(stdout) as Plan).summary)).toEqual([0, 0, 0, 0]);
  });
});

describe('Rinne, 250 roles', () => {
  it('cost login, select-company and three list pages for an empty plan, the last two at the same time', async () => {
    const api = await remote({ latency: 60 });
    const now = '2026-01-01T00:00:00.000Z';
    const own = many.slice(0, 247).map(({ name, description }, at) => {
      const id = `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
      const fixed = { company_id: null, organization_id: null, created_at: now, updated_at: now };
      return { id, name, description, permissions: ['transaction.list'], ...fixed };
    });
    api.sandbox.state.rinne.roles.push(...own);
    const wanted = own.map(({ name, description, permissions }) => ({ name, description, permissions }));
    const cwd = folder({ 'roles/rinne.yaml': api.rinne + rolesYaml(wanted) });
    const { code, stdout } = await rolesync(['plan', '--detailed-exitcode'], { cwd, environment: api.environment });
    expect(stdout).toContain('247 roles unchanged');
    expect(code).toBe(0);
    const requests = api.requestsSince();
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/auth/login',
      'POST /v1/auth/select-company',
      'GET /v1/roles',
      'GET /v1/roles',
      'GET /v1/roles',
    ]);
    const [first, second, third] = requests.filter(({ method }) => method === 'GET');
    expect(second?.arrived).toBeGreaterThanOrEqual(first?.answered ?? Infinity);
    expect(third?.arrived).toBeLessThan(second?.answered ?? 0);
  });
});

describe('Rocket.Chat', () => {
  it('gets one roles.update per changed record and one permissions.update with only the rows that change', async () => {
    const api = await remote();
    const chat = api.sandbox.state.rocketchat.workspaces[workspace];
    const names = ['one', 'two', 'three', 'four', 'five', 'six'];
    for (const name of names) {
      const stamps = { protected: false, mandatory2fa: true, _updatedAt: '2026-01-01T00:00:00.000Z' };
      chat?.roles.push({ _id: `id-${name}`, name, scope: 'Users', description: 'Old words', ...stamps });
    }
    const rows = chat?.permissions ?? [];
    const rowOf = (id: string) => rows.find(({ _id }) => _id === id)?.roles;
    const before = rows.map(({ _id, roles }) => [_id, roles] as const);
    const changed = names.slice(0, 5).map((name, at) => ({
      name,
      permissions: at < 3 ? ['create-c'] : ['create-p', 'create-d'],
      ...(at < 2 && { description: 'New words here' }),
    }));
    const cwd = folder({ 'roles/chat.yaml': api.rocketchat + rolesYaml(changed) });
    const { code } = await rolesync(['apply', '--yes'], { cwd, environment: api.environment });
    expect(code).toBe(0);
    const writes = api.requestsSince().filter(({ method }) => method === 'POST');
    expect(writes.map(({ path }) => path.split('/').at(-1))).toEqual([
      'roles.update',
      'roles.update',
      'permissions.update',
    ]);
    expect(writes[0]?.body).toEqual({
      roleId: 'id-one',
      name: 'one',
      scope: 'Users',
      description: 'New words here',
      mandatory2fa: true,
    });
    const { permissions } = (writes[2] ?? { body: {} }).body as {
      readonly permissions: readonly { readonly _id: string }[];
    };
    expect(permissions.map(({ _id }) => _id).sort()).toEqual(['create-c', 'create-d', 'create-p']);
    const fresh = api.sandbox.state.rocketchat.workspaces[workspace]?.permissions ?? [];
    for (const [id, roles] of before) {
      const now = fresh.find(({ _id }) => _id === id)?.roles ?? [];
      expect(now.filter((role) => !role.startsWith('id-')).sort()).toEqual([...roles].sort());
    }
    expect(rowOf('create-c')).toEqual(expect.arrayContaining(['id-one', 'id-two', 'id-three']));
  });

  it('gets a new role first and its permissions with the new id', async () => {
    const api = await remote();
    const cwd = folder({
      'roles/chat.yaml': api.rocketchat + rolesYaml([{ name: 'greeters', permissions: ['create-c'] }]),
    });
    const { code } = await rolesync(['apply', '--yes'], { cwd, environment: api.environment });
    expect(code).toBe(0);
    const writes = api.requestsSince().filter(({ method }) => method === 'POST');
    expect(writes.map(({ path }) => path.split('/').at(-1))).toEqual(['roles.create', 'permissions.update']);
    const chat = api.sandbox.state.rocketchat.workspaces[workspace];
    const made = chat?.roles.find(({ name }) => name === 'greeters');
    expect(made?._id).not.toBe('greeters');
    expect(chat?.permissions.find(({ _id }) => _id === 'create-c')?.roles).toContain(made?._id);
  });
});

describe('three targets at once', () => {
  async function three(files: (api: Awaited<ReturnType<typeof remote>>) => Record<string, string>, latency = 0) {
    const api = await remote({ latency });
    const cwd = folder({
      'roles/dintero.yaml': api.dintero + rolesYaml([{ name: 'support', permissions: ['read:accounts'] }]),
      'roles/rinne.yaml': api.rinne + rolesYaml([{ name: 'support', permissions: ['user.list'] }]),
      'roles/chat.yaml': api.rocketchat + rolesYaml([{ name: 'support', permissions: ['create-c'] }]),
      ...files(api),
    });
    return { api, cwd };
  }

  it('are read side by side', async () => {
    const { api, cwd } = await three(() => ({}), 60);
    const { code } = await rolesync(['plan'], { cwd, environment: api.environment });
    expect(code).toBe(0);
    const first = (['dintero', 'rinne', 'rocketchat'] as const).map((name) =>
      api.sandbox.requests.find((one) => one.api === name),
    );
    const starts = first.map((request) => request?.arrived ?? Infinity);
    const ends = first.map((request) => request?.answered ?? 0);
    expect(Math.max(...starts)).toBeLessThan(Math.min(...ends));
  });

  it.each([
    ['a wrong secret', 'auth', (): Record<string, string> => ({ DINTERO_CLIENT_SECRET: 'wrong-one' }), undefined],
    ['an unreachable host', 'network', () => ({}), 'http://127.0.0.1:9/dintero/v1'],
    ['HTML instead of JSON', 'response', () => ({}), 'html'],
  ])('of which one fails (%s) are planned all the same, and the run ends with 1', async (_what, code, wrong, where) => {
    const api = await remote({
      intercept: ({ api: name, method }) =>
        where === 'html' && name === 'dintero' && method === 'GET'
          ? { status: 200, body: '<html>hello</html>' }
          : undefined,
    });
    const broken = where?.startsWith('http') ? api.dintero.replace(/baseUrl: .*/, `baseUrl: ${where}`) : api.dintero;
    const cwd = folder({
      'roles/dintero.yaml': broken + rolesYaml([{ name: 'support', permissions: ['read:accounts'] }]),
      'roles/rinne.yaml': api.rinne + rolesYaml([{ name: 'support', permissions: ['user.list'] }]),
      'roles/chat.yaml': api.rocketchat + rolesYaml([{ name: 'support', permissions: ['create-c'] }]),
    });
    const environment = { ...api.environment, ...wrong() };
    const asJson = await rolesync(['plan', '--format', 'json'], { cwd, environment });
    expect(asJson.code).toBe(1);
    const plan = JSON.parse(asJson.stdout) as Plan;
    expect(plan.targets.map(({ name }) => name)).toEqual(['acme', 'chat', 'rinne']);
    expect(plan.targets[0]).toMatchObject({ error: { code } });
    expect(plan.targets.slice(1).map((target) => (target as PlannedTarget).changes.length)).toEqual([1, 1]);
    const asText = await rolesync(['plan'], { cwd, environment });
    expect(asText.code).toBe(1);
    expect(asText.stdout).toMatch(/acme[\s\S]*error \(/);
    expect(asText.stdout.replace(/\s+/g, ' ')).toContain(
      'Plan: incomplete, 1 target could not be read · 2 to create, 0 to update, 0 to delete · 0 unchanged',
    );
    expect(asJson.stdout + asText.stdout + asText.stderr).not.toContain('wrong-one');
  });
});
