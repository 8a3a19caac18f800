import { describe, expect, it } from 'vitest';
import { folder, rolesync } from '../../support/command.ts';
import { account, company, remote } from '../../support/remote.ts';

const stamps = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' };
const gone = 'roles:\n  - {name: held, ensure: absent}\n  - {name: free, ensure: absent}\n';

describe('a role that is to be deleted', () => {
  it('stays while somebody holds it, on Dintero, for one more request', async () => {
    const api = await remote();
    const data = api.sandbox.state.dintero.accounts[account];
    for (const name of ['held', 'free']) {
      data?.roles.push({ id: `id-${name}`, name, scope: ['read:accounts'], created_by: '', ...stamps });
    }
    data?.users.push({ id: 'u1', email: 'a@example.com', name: 'Ada', roles: [{ id: 'id-held' }] });
    const cwd = folder({ 'roles/dintero.yaml': api.dintero + gone });
    const planned = await rolesync(['plan'], { cwd, environment: api.environment });
    expect(planned.stdout).toContain('if nobody holds the role');
    // The second list asks whether the first was whole.
    expect(api.sent()).toEqual(['POST token', 'GET roles', 'GET roles']);
    const { code, stdout } = await rolesync(['apply', '--yes'], { cwd, environment: api.environment });
    expect(code).toBe(3);
    expect(stdout).toContain('1 user holds the role');
    expect(data?.roles.map(({ name, deleted_at }) => [name, deleted_at !== undefined])).toEqual([
      ['held', false],
      ['free', true],
    ]);
    expect(api.sent()).toEqual([
      'POST token',
      'GET roles',
      'GET roles',
      'GET users',
      'GET id-free',
      'DELETE id-free',
      'GET roles',
      'GET roles',
    ]);
  });

  it.each([10, 100])('stays where somebody beyond the first %i users holds it, on Dintero', async (size) => {
    const user = (at: number) => ({ id: `u${at}`, roles: at < size ? [] : [{ id: 'id-free' }] });
    const users = Array.from({ length: size + 1 }, (_, at) => user(at));
    const api = await remote({
      intercept: ({ path, query }) => {
        if (!path.endsWith('/users')) return undefined;
        const after = users.findIndex(({ id }) => id === query['starting_after']) + 1;
        return { status: 200, body: users.slice(after, after + size) };
      },
    });
    const data = api.sandbox.state.dintero.accounts[account];
    data?.roles.push({ id: 'id-free', name: 'free', scope: ['read:accounts'], created_by: '', ...stamps });
    const cwd = folder({ 'roles/dintero.yaml': `${api.dintero}roles:\n  - {name: free, ensure: absent}\n` });
    const { code, stdout } = await rolesync(['apply', '--yes'], { cwd, environment: api.environment });
    expect(code).toBe(3);
    expect(stdout).toContain('1 user holds the role');
    expect(data?.roles[0]?.deleted_at).toBeUndefined();
  });

  it('goes where the list of 10 users starts again: it knows no pages, and was whole', async () => {
    const users = Array.from({ length: 10 }, (_, at) => ({ id: `u${at}`, roles: [] }));
    const api = await remote({
      intercept: ({ path }) => (path.endsWith('/users') ? { status: 200, body: users } : undefined),
    });
    const data = api.sandbox.state.dintero.accounts[account];
    data?.roles.push({ id: 'id-free', name: 'free', scope: ['read:accounts'], created_by: '', ...stamps });
    const cwd = folder({ 'roles/dintero.yaml': `${api.dintero}roles:\n  - {name: free, ensure: absent}\n` });
    expect((await rolesync(['apply', '--yes'], { cwd, environment: api.environment })).code).toBe(0);
    expect(api.sent().filter((line) => line === 'GET users')).toHaveLength(2);
    expect(data?.roles[0]?.deleted_at).toBeDefined();
  });

  it.each([['does not say which roles they have', [{ id: 'u1', email: 'a@example.com' }]]])(
    'stays where the list of users %s',
    async (_what, users) => {
      const api = await remote({
        intercept: ({ path }) => (path.endsWith('/users') ? { status: 200, body: users } : undefined),
      });
      const data = api.sandbox.state.dintero.accounts[account];
      data?.roles.push({ id: 'id-free', name: 'free', scope: ['read:accounts'], created_by: '', ...stamps });
      const cwd = folder({ 'roles/dintero.yaml': `${api.dintero}roles:\n  - {name: free, ensure: absent}\n` });
      const { code, stdout } = await rolesync(['apply', '--yes'], { cwd, environment: api.environment });
      expect(code).toBe(3);
      expect(stdout).toContain('it is unknown whether anybody holds the role');
      expect(data?.roles[0]?.deleted_at).toBeUndefined();
    },
  );

  it('stays while somebody holds it, on Rinne, and where that cannot be known', async () => {
    const api = await remote();
    const { rinne } = api.sandbox.state;
    for (const name of ['held', 'free']) {
      const fixed = { company_id: company, organization_id: null, description: null };
      rinne.roles.push({ id: `id-${name}`, name, permissions: ['user.list'], ...fixed, ...stamps });
    }
    const holder = {
      id: 'u1',
      identifier: 'ada@example.com',
      password: 'x',
      companies: [{ id: company, roles: ['held'] }],
    };
    rinne.users.push(holder);
    const cwd = folder({ 'roles/rinne.yaml': api.rinne + gone });
    const { code, stdout } = await rolesync(['apply', '--yes'], { cwd, environment: api.environment });
    expect(code).toBe(3);
    expect(stdout).toContain('1 user holds the role');
    const left = () => rinne.roles.map(({ name }) => name).filter((name) => ['held', 'free'].includes(name));
    expect(left()).toEqual(['held']);

    rinne.users.splice(rinne.users.indexOf(holder), 1);
    rinne.roles.push({
      id: 'id-robot',
      name: 'robot',
      permissions: ['role.list', 'role.delete'],
      description: null,
      company_id: null,
      organization_id: null,
      ...stamps,
    });
    const robot = {
      id: 'u2',
      identifier: 'robot@example.com',
      password: 'robot-pass',
      companies: [{ id: company, roles: ['robot'] }],
    };
    rinne.users.push(robot);
    const environment = { RINNE_IDENTIFIER: robot.identifier, RINNE_PASSWORD: robot.password };
    const blind = await rolesync(['apply', '--yes'], { cwd, environment });
    expect(blind.code).toBe(3);
    expect(blind.stdout.replace(/\s+/g, ' ')).toMatch(/it is unknown whether anybody holds the role.*user\.list/);
    expect(left()).toEqual(['held']);
  });
});
