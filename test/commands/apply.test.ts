import { describe, expect, it } from 'vitest';
import type { Application } from '../../src/core/outcome.ts';
import { beside } from '../support/beside.ts';
import { folder, rolesync, type World, write } from '../support/command.ts';
import { account, remote, rolesYaml, workspace } from '../support/remote.ts';
import { expectDocument } from '../support/schema.ts';

const support = { name: 'support', description: 'Answers', permissions: ['read:accounts', 'read:checkout'] };

async function setUp(roles: readonly (typeof support)[] = [support], options = {}) {
  const api = await remote(options);
  const cwd = folder({ 'roles/dintero.yaml': api.dintero + rolesYaml(roles) });
  const stored = api.sandbox.state.dintero.accounts[account]?.roles ?? [];
  const live = () => stored.filter((role) => !role.deleted_at);
  const run = (argv: readonly string[], world: Partial<World> = {}) =>
    rolesync(argv, { cwd, environment: api.environment, ...world });
  const plant = (name: string, scope: readonly string[] = ['admin:hooks']) =>
    stored.push({ id: `id-${name}`, name, scope, created_at: '', updated_at: '', created_by: '' });
  return { api, cwd, live, run, plant, stored };
}

describe('apply', () => {
  it('without a terminal and without --yes ends with 1 before any request', async () => {
    const { api, run } = await setUp();
    const { code, stderr } = await run(['apply']);
    expect(code).toBe(1);
    expect(stderr).toContain('--yes');
    expect(api.sent()).toEqual([]);
  });

  it('shows the plan, asks, and writes after a yes', async () => {
    const { run, live } = await setUp();
    const { code, stderr, stdout } = await run(['apply'], { answer: 'yes' });
    expect(stderr).toContain('+ create support');
    expect(stdout).toContain('done      create support');
    expect(stdout).toContain('verified');
    expect(code).toBe(0);
    expect(live().map(({ name }) => name)).toEqual(['support']);
  });

  it.each(['no', '', 'y', 'YES', 'yes please'])('takes %j as a no: 1, and nothing is written', async (answer) => {
    const { run, live } = await setUp();
    const { code, stderr } = await run(['apply'], { answer });
    expect(code).toBe(1);
    expect(stderr).toContain('nothing was written');
    expect(live()).toEqual([]);
  });

  it('refuses when a live role changed while the person was reading', async () => {
    const { run, live, plant } = await setUp();
    const { code, stderr } = await run(['apply'], {
      answer: () => {
        plant('support');
        return 'yes';
      },
    });
    expect(code).toBe(3);
    expect(stderr).toContain('changed while you were reading');
    expect(live().map(({ scope }) => scope)).toEqual([['admin:hooks']]);
  });

  it('does not ask where there is nothing to do', async () => {
    const { run } = await setUp();
    await run(['apply', '--yes']);
    const { code, stdout } = await run(['apply'], { answer: () => expect.fail('asked') });
    expect(code).toBe(0);
    expect(stdout).toContain('nothing to do');
  });

  it('with --yes leaves unmanaged roles to a person, and ends with 3', async () => {
    const { api, cwd, run, live, plant } = await setUp();
    plant('by hand');
    write(
      cwd,
      'roles/dintero.yaml',
      `${api.dintero}    files: [roles/**]\n    unmanaged: delete\n${rolesYaml([support])}`,
    );
    const { code, stdout } = await run(['apply', '--yes']);
    expect(code).toBe(3);
    expect(stdout).toContain('withheld  delete by hand');
    expect(live().map(({ name }) => name)).toEqual(['by hand', 'support']);
    const asked = await run(['apply'], { answer: 'yes' });
    expect(asked.code).toBe(0);
    expect(live().map(({ name }) => name)).toEqual(['support']);
  });

  it('withholds deletes of unmanaged roles while a file that may name them was not read', async () => {
    const { api, cwd, run, plant } = await setUp([]);
    plant('by hand');
    write(cwd, 'roles/more.yaml', 'provider: dintero\ntargets: [acme]\n');
    write(
      cwd,
      'roles/dintero.yaml',
      `${api.dintero}    files: [roles/**]\n    unmanaged: delete\n${rolesYaml([support])}`,
    );
    expect((await run(['plan', 'roles'])).stdout).toContain('- delete by hand');
    const part = await run(['plan', 'roles/dintero.yaml']);
    expect(part.stdout.replace(/\s+/g, ' ')).toContain(
      'only some of the role files were read: `roles/more.yaml` was not read',
    );
    expect(part.stdout).toContain('1 to create, 0 to update, 0 to delete');
  });

  it('keeps what is protected, does the rest and ends with 3', async () => {
    const { api, cwd, run, live } = await setUp();
    await run(['apply', '--yes']);
    const roles = 'roles:\n  - {name: support, protected: true, permissions: [read:accounts, admin:hooks]}\n';
    write(cwd, 'roles/dintero.yaml', api.dintero + roles);
    expect((await run(['plan'])).code).toBe(0);
    expect((await run(['plan', '--detailed-exitcode'])).code).toBe(2);
    const { code, stdout } = await run(['apply', '--yes']);
    expect(code).toBe(3);
    expect(stdout).toContain('the role is protected');
    expect(live()[0]?.scope).toEqual(['admin:hooks', 'read:accounts', 'read:checkout']);
    expect((await run(['plan'])).stdout).toContain('no changes · 0 unchanged · 1 withheld');
  });

  it('renames by `previously` with one update that keeps the id, and deletes by `ensure: absent`', async () => {
    const { api, cwd, run, live } = await setUp([support, { ...support, name: 'old' }]);
    await run(['apply', '--yes']);
    const id = live().find(({ name }) => name === 'support')?.id;
    api.sent();
    const roles = 'roles:\n  - {name: helpers, previously: [support]}\n  - {name: old, ensure: absent}\n';
    write(cwd, 'roles/dintero.yaml', api.dintero + roles);
    const { stdout } = await run(['plan']);
    expect(stdout).toContain('name: "support" → "helpers"');
    expect(stdout).toContain('- delete old');
    expect((await run(['apply', '--yes'])).code).toBe(0);
    expect(live().map((role) => [role.id, role.name, role.scope])).toEqual([[id, 'helpers', support.permissions]]);
  });

  it('reports each failed change with the words of the provider and does the others', async () => {
    const { run } = await setUp([support, { ...support, name: 'other' }], {
      intercept: ({ method, body }: { method: string; body: unknown }) =>
        method === 'POST' && (body as { name?: string }).name === 'other'
          ? { status: 403, body: { error: { message: 'token lacks admin:nothing' } } }
          : undefined,
    });
    const { code, stdout } = await run(['apply', '--yes', '--format', 'json']);
    expect(code).toBe(1);
    expect(expectDocument('outcome', stdout)).toMatchObject({
      targets: [
        {
          verified: true,
          outcomes: [
            {
              role: 'other',
              status: 'failed',
              error: { code: 'forbidden', message: expect.stringContaining('admin:nothing') },
            },
            { role: 'support', status: 'done' },
          ],
        },
      ],
      summary: { done: 1, failed: 1 },
    });
  });

  it('resolves a lost answer by looking: done where it took, failed where it did not', async () => {
    for (const [fault, status] of [
      ['drop-after', 'done'],
      ['drop', 'failed'],
    ] as const) {
      const { run, live } = await setUp([support], {
        intercept: ({ method, path }: { method: string; path: string }) =>
          method === 'POST' && path.endsWith('/roles') ? fault : undefined,
      });
      const { code, stdout } = await run(['apply', '--yes', '--format', 'json']);
      expect(JSON.parse(stdout)).toMatchObject({ targets: [{ outcomes: [{ status }] }] });
      expect(code).toBe(status === 'done' ? 0 : 1);
      expect(live().length).toBe(status === 'done' ? 1 : 0);
    }
  });

  it('an interrupt lets writes in flight finish, skips the rest and ends with 130', async () => {
    const interrupt = new AbortController();
    const roles = Array.from({ length: 30 }, (_, at) => ({ ...support, name: `role ${at}` }));
    let written = 0;
    const { run, live } = await setUp(roles, {
      latency: 5,
      onWrite: () => {
        written += 1;
        if (written === 3) interrupt.abort();
      },
    });
    const { code, stdout } = await run(['apply', '--yes', '--format', 'json'], { signal: interrupt.signal });
    expect(code).toBe(130);
    const { summary } = JSON.parse(stdout) as { summary: { done: number; skipped: number } };
    expect(summary.done + summary.skipped).toBe(30);
    expect(summary.skipped).toBeGreaterThan(0);
    expect(live().length).toBe(summary.done);
  });

  it('an interrupt between a record and its permissions leaves no role half made', async () => {
    const interrupt = new AbortController();
    const api = await remote({
      onWrite: (state) => {
        if (state.rocketchat.workspaces[workspace]?.roles.some(({ name }) => name === 'greeters')) interrupt.abort();
      },
    });
    const cwd = folder({
      'roles/chat.yaml': api.rocketchat + rolesYaml([{ name: 'greeters', permissions: ['create-c'] }]),
    });
    const world = { cwd, environment: api.environment, signal: interrupt.signal };
    const { code, stdout } = await rolesync(['apply', '--yes', '--format', 'json'], world);
    expect(JSON.parse(stdout)).toMatchObject({ targets: [{ outcomes: [{ role: 'greeters', status: 'done' }] }] });
    // All is written, but nobody looked.
    expect(JSON.parse(stdout)).toMatchObject({ targets: [{ verified: null, error: { code: 'interrupted' } }] });
    expect(code).toBe(130);
    const chat = api.sandbox.state.rocketchat.workspaces[workspace];
    const id = chat?.roles.find(({ name }) => name === 'greeters')?._id;
    expect(chat?.permissions.find(({ _id }) => _id === 'create-c')?.roles).toContain(id);
  });

  it('frees a name before another role takes it, where names are unique, and withholds a circle', async () => {
    const api = await remote();
    const chat = api.sandbox.state.rocketchat.workspaces[workspace];
    const stamps = {
      scope: 'Users',
      description: '',
      protected: false,
      mandatory2fa: false,
      _updatedAt: '2026-01-01T00:00:00.000Z',
    };
    for (const name of ['A', 'B', 'C', 'D']) chat?.roles.push({ _id: `id-${name}`, name, ...stamps });
    const roles =
      'roles:\n  - {name: B, id: id-A}\n  - {name: old-b, id: id-B, ensure: absent}\n  - {name: C, id: id-D}\n  - {name: D, id: id-C}\n';
    const cwd = folder({ 'roles/chat.yaml': api.rocketchat + roles });
    const { code, stdout } = await rolesync(['apply', '--yes'], { cwd, environment: api.environment });
    expect(code).toBe(3);
    expect(stdout).toContain('in a circle');
    const names = chat?.roles.filter(({ _id }) => _id.startsWith('id-')).map(({ _id, name }) => [_id, name]);
    expect(names).toEqual([
      ['id-A', 'B'],
      ['id-C', 'C'],
      ['id-D', 'D'],
    ]);
  });

  it('does not ask once it is interrupted', async () => {
    const interrupt = new AbortController();
    const { run, live } = await setUp([support], { onRequest: () => interrupt.abort() });
    const { code } = await run(['apply'], { answer: 'yes', signal: interrupt.signal });
    expect([code, live()]).toEqual([130, []]);
  });

  it('on a Community workspace withholds records, and sets the permissions of the roles that exist', async () => {
    const api = await remote();
    const chat = api.sandbox.state.rocketchat.workspaces[workspace];
    if (chat) chat.customRoles = false;
    const roles = [
      { name: 'moderator', permissions: [...heldBy('moderator'), 'create-c'].sort() },
      { name: 'greeters', permissions: ['create-c'] },
    ];
    function heldBy(role: string) {
      const rows = chat?.permissions.filter(
        ({ _id, roles: ids }) => ids.includes(role) && !_id.startsWith('change-setting-'),
      );
      return rows?.map(({ _id }) => _id) ?? [];
    }
    const cwd = folder({ 'roles/chat.yaml': api.rocketchat + rolesYaml(roles) });
    const { code, stdout } = await rolesync(['apply', '--yes'], { cwd, environment: api.environment });
    expect(code).toBe(3);
    expect(stdout).toMatch(/licen[cs]e/i);
    expect(heldBy('moderator')).toContain('create-c');
    expect(chat?.roles.some(({ name }) => name === 'greeters')).toBe(false);
  });

  it('tries no further record where a workspace that cannot tell its licence refused one; permissions are done', async () => {
    const { chat, declare, run, writes } = await beside();
    chat.workspace.customRoles = false;
    chat.workspace.older = true;
    chat.plant('lead', ['view-logs']);
    chat.plant('tester', ['view-logs']);
    declare(
      'rocketchat',
      `  - {name: greeters, permissions: [create-c]}
  - {name: lead, permissions: [create-c, view-logs]}
  - {name: tester, description: Tests}
`,
    );
    const { code, stdout } = await run(['apply', '--yes', '--format', 'json']);
    const { targets } = expectDocument('outcome', stdout) as Application;
    const outcomes = targets.flatMap((target) => target.outcomes.map(({ role, status }) => `${role} ${status}`));
    expect(outcomes).toEqual(['greeters failed', 'lead done', 'tester skipped']);
    expect([code, writes()]).toEqual([1, ['POST roles.create', 'POST permissions.update']]);
    expect(chat.row('create-c')).toContain('lead');
  });
});

describe('documents on standard output', () => {
  it('of plan, apply and validate are what the schemas say, errors included', async () => {
    const { api, cwd, run, plant } = await setUp([support]);
    plant('by hand');
    const withMore = `${api.dintero}    files: [roles/**]\n    unmanaged: delete\n${rolesYaml([support])}`;
    write(cwd, 'roles/dintero.yaml', withMore);
    const wrong = { DINTERO_CLIENT_ID: 'a', DINTERO_CLIENT_SECRET: 'b' };
    expectDocument('plan', (await run(['plan', '--format', 'json'])).stdout);
    expectDocument('plan', (await run(['plan', '--format', 'json'], { environment: wrong })).stdout);
    expectDocument('outcome', (await run(['apply', '--yes', '--format', 'json'])).stdout);
    expectDocument('problems', (await run(['validate', '--format', 'json'])).stdout);
    expectDocument('problems', (await run(['plan', '--format', 'json'], { environment: {} })).stdout);
    expectDocument('problems', (await run(['plan', '--format', 'json', '--target', 'x'])).stdout);
    expectDocument('problems', (await run(['apply', '--format', 'json'])).stdout);
    expectDocument('problems', (await run(['plan', '--format', 'json', '--nope'])).stdout);
  });
});
