/** A plan that somebody reviewed, applied later: exactly what was seen, and nothing else. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/plan.ts';
import { folder, rolesync, type World, write } from '../support/command.ts';
import { account, remote, rolesYaml, workspace } from '../support/remote.ts';
import { expectDocument } from '../support/schema.ts';

const support = { name: 'support', permissions: ['read:accounts'] };
const finance = { name: 'finance', permissions: ['read:receipts'] };

async function setUp() {
  const api = await remote();
  const cwd = folder({});
  const stored = api.sandbox.state.dintero.accounts[account]?.roles ?? [];
  const plant = (name: string, scope: readonly string[]) =>
    stored.push({ id: `id-${name}`, name, scope, created_at: '', updated_at: '', created_by: '' });
  const setLive = (name: string, scope: readonly string[]) => {
    const at = stored.findIndex((role) => role.name === name);
    stored[at] = { ...(stored[at] as (typeof stored)[number]), scope };
  };
  const scopeOf = (name: string) => stored.find((role) => role.name === name && !role.deleted_at)?.scope;
  const declare = (roles: Parameters<typeof rolesYaml>[0], head = api.dintero) =>
    write(cwd, 'roles/dintero.yaml', head + rolesYaml(roles));
  const run = (argv: readonly string[], world: Partial<World> = {}) =>
    rolesync(argv, { cwd, environment: api.environment, ...world });
  const writes = () => api.requestsSince().filter(({ method, path }) => method !== 'GET' && !path.endsWith('/token'));
  plant('support', ['read:accounts']);
  plant('finance', ['read:receipts']);
  declare([support, finance]);
  return { api, cwd, run, declare, plant, setLive, scopeOf, stored, writes };
}

const wanted = [{ ...support, permissions: ['read:accounts', 'read:checkout'] }, finance];

describe('plan --out and apply --plan', () => {
  it('save what --format json prints, and apply it without a question', async () => {
    const { cwd, run, declare, scopeOf } = await setUp();
    declare(wanted);
    const { stdout } = await run(['plan', '--out', 'plan.json', '--format', 'json']);
    expect(readFileSync(join(cwd, 'plan.json'), 'utf8')).toBe(stdout);
    expectDocument('plan', stdout);
    const applied = await run(['apply', '--plan', 'plan.json', '--format', 'json']);
    expect(applied.code).toBe(0);
    expectDocument('outcome', applied.stdout);
    expect(scopeOf('support')).toEqual(['read:accounts', 'read:checkout']);
  });

  it('stop a role that was granted something by hand since: 3, the permission is named, and the rest is written', async () => {
    const { run, declare, setLive, scopeOf, writes } = await setUp();
    declare([...wanted.slice(0, 1), { ...finance, permissions: ['read:checkout'] }]);
    await run(['plan', '--out', 'plan.json']);
    setLive('support', ['read:accounts', 'admin:accounts']);
    writes();
    const { code, stdout } = await run(['apply', '--plan', 'plan.json']);
    expect(code).toBe(3);
    expect(writes().map(({ path }) => path.split('/').at(-1))).toEqual(['id-finance']);
    expect(stdout.replace(/\s+/g, ' ')).toContain('`admin:accounts` was granted on the live role since the review');
    expect(stdout).toMatch(/admin:accounts +· +· +yes/);
    expect(scopeOf('support')).toEqual(['read:accounts', 'admin:accounts']);
    expect(scopeOf('finance')).toEqual(['read:checkout']);
    expectDocument('outcome', (await run(['apply', '--plan', 'plan.json', '--format', 'json'])).stdout);
  });

  it('apply although an unmanaged role changed, and say so', async () => {
    const { run, declare, plant, setLive, scopeOf } = await setUp();
    plant('by hand', ['read:hooks']);
    declare(wanted);
    await run(['plan', '--out', 'plan.json']);
    setLive('by hand', ['admin:hooks']);
    const { code, stdout } = await run(['apply', '--plan', 'plan.json']);
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toContain('`by hand`, which no file names, changed since the review');
    expect(scopeOf('support')).toEqual(['read:accounts', 'read:checkout']);
  });

  it('apply two plans for two permissions of one role together', async () => {
    const { run, declare, scopeOf } = await setUp();
    declare(wanted);
    await run(['plan', '--out', 'a.json']);
    declare([{ ...support, permissions: ['read:accounts', 'read:billing'] }, finance]);
    await run(['plan', '--out', 'b.json']);
    declare([{ ...support, permissions: ['read:accounts', 'read:checkout', 'read:billing'] }, finance]);
    expect((await run(['apply', '--plan', 'a.json'])).code).toBe(3);
    expect(scopeOf('support')).toEqual(['read:accounts']);
    expect((await run(['apply', '--plan', 'a.json', '--plan', 'b.json'])).code).toBe(0);
    expect(scopeOf('support')).toEqual(['read:accounts', 'read:billing', 'read:checkout']);
  });

  it('hold what was merged without a review, and do the rest', async () => {
    const { run, declare, scopeOf } = await setUp();
    declare(wanted);
    await run(['plan', '--out', 'plan.json']);
    declare([...wanted.slice(0, 1), { ...finance, permissions: ['admin:accounts'] }]);
    const { code, stdout } = await run(['apply', '--plan', 'plan.json']);
    expect(code).toBe(3);
    expect(stdout).toContain('nobody reviewed this');
    expect([scopeOf('support'), scopeOf('finance')]).toEqual([['read:accounts', 'read:checkout'], ['read:receipts']]);
  });

  it('write nothing the second time, and say what is already done', async () => {
    const { run, declare, writes } = await setUp();
    declare(wanted);
    await run(['plan', '--out', 'plan.json']);
    await run(['apply', '--plan', 'plan.json']);
    writes();
    const { code, stdout } = await run(['apply', '--plan', 'plan.json']);
    expect([code, writes()]).toEqual([0, []]);
    expect(stdout).toContain('granting `read:checkout` is already done');
  });

  it('refuse a role that vanished since, instead of creating it again', async () => {
    const { run, declare, stored, writes } = await setUp();
    declare(wanted);
    await run(['plan', '--out', 'plan.json']);
    stored.splice(0, 1);
    writes();
    const { code, stdout } = await run(['apply', '--plan', 'plan.json']);
    expect([code, writes()]).toEqual([3, []]);
    expect(stdout).toContain('vanished since review');
  });

  it('delete unmanaged roles that the review showed', async () => {
    const { api, run, declare, plant, scopeOf } = await setUp();
    plant('by hand', ['read:hooks']);
    declare([support, finance], `${api.dintero}    files: [roles/**]\n    unmanaged: delete\n`);
    await run(['plan', '--out', 'plan.json']);
    expect((await run(['apply', '--plan', 'plan.json'])).code).toBe(0);
    expect(scopeOf('by hand')).toBeUndefined();
  });

  it.each([
    ['broken', (text: string) => text.slice(0, -40), 'not JSON'],
    ['not a plan', () => '{"formatVersion":2}', 'not a saved plan'],
    ['of version 1', (text: string) => text.replace('"formatVersion": 2', '"formatVersion": 1'), 'reads format 2'],
    ['of a later format', (text: string) => text.replace('"formatVersion": 2', '"formatVersion": 3'), 'plan format 3'],
    [
      'edited in its effects',
      (text: string) => text.replace(/"grants": \[\s*"read:checkout"\s*\]/, '"grants": []'),
      'was edited',
    ],
    ['edited in what will be', (text: string) => text.replaceAll('read:checkout', 'admin:accounts'), 'was edited'],
    ['edited in its target', (text: string) => text.replaceAll('"acme"', '"acme2"'), 'was edited'],
    ['edited in its digest', (text: string) => text.replace(/sha256:./, 'sha256:x'), 'not a saved plan'],
    [
      'holding a setting that no provider has',
      (text: string) => text.replaceAll('"settings": {}', '"settings": { "\\u001b[31mx": true }'),
      'not a saved plan',
    ],
    ['a list', () => '[]', 'not a saved plan'],
    ['empty', () => '', 'not JSON'],
  ])('refuse a file that is %s: 3, and no request', async (_what, edit, message) => {
    const { api, cwd, run, declare } = await setUp();
    declare(wanted);
    await run(['plan', '--out', 'plan.json']);
    writeFileSync(join(cwd, 'plan.json'), edit(readFileSync(join(cwd, 'plan.json'), 'utf8')));
    api.sent();
    const { code, stderr } = await run(['apply', '--plan', 'plan.json']);
    expect(stderr).toContain(message);
    expect([code, api.sent()]).toEqual([3, []]);
  });

  it('refuse a plan that could not read its target', async () => {
    const { run, declare, writes } = await setUp();
    declare(wanted);
    const wrong = { DINTERO_CLIENT_ID: 'a', DINTERO_CLIENT_SECRET: 'wrong-secret' };
    expect((await run(['plan', '--out', 'plan.json'], { environment: wrong })).code).toBe(1);
    writes();
    const { code, stderr } = await run(['apply', '--plan', 'plan.json']);
    expect([code, writes()]).toEqual([3, []]);
    expect(stderr).toContain('could not read the target');
  });

  it('refuse a plan of another tenant or of the embedded sandbox, by file and by digest', async () => {
    const { api, run, declare, writes } = await setUp();
    declare(wanted);
    const plan = (await run(['plan', '--out', 'real.json', '--format', 'json'])).stdout;
    await run(['plan', '--sandbox', '--out', 'sandbox.json']);
    declare(wanted, api.dintero.replace(account, 'T22223333'));
    const state = api.sandbox.state.dintero.accounts;
    state['T22223333'] = structuredClone(state[account] ?? { clients: [], roles: [], users: [] });
    writes();
    for (const approval of [
      ['--plan', 'real.json'],
      ['--plan', 'sandbox.json'],
      ['--approve', (JSON.parse(plan) as Plan).digest],
    ]) {
      const { code, stderr } = await run(['apply', ...approval]);
      expect([code, writes()]).toEqual([3, []]);
      expect(stderr).toContain('not applied');
    }
  });

  it('hold no secret in any file or output', async () => {
    const { api, cwd, run, declare } = await setUp();
    declare(wanted);
    const planned = await run(['plan', '--out', 'plan.json', '--verbose']);
    const applied = await run(['apply', '--plan', 'plan.json', '--verbose']);
    const everything = JSON.stringify([planned, applied, readFileSync(join(cwd, 'plan.json'), 'utf8')]);
    for (const name of ['DINTERO_CLIENT_SECRET', 'RINNE_PASSWORD', 'ROCKETCHAT_TOKEN']) {
      expect(everything).not.toContain(api.environment[name]);
    }
    expect(everything).not.toMatch(/bearer|authorization/i);
  });

  it('leave what stood there when a plan cannot be saved, and say why', async () => {
    const { run } = await setUp();
    const { code, stderr } = await run(['plan', '--out', 'no/such/folder/plan.json']);
    expect(code).toBe(1);
    expect(stderr).toContain('no/such/folder/plan.json: no such file or folder');
  });

  it('do not go together with --yes or --approve, and --include-drift needs --plan', async () => {
    const { run } = await setUp();
    expect((await run(['apply', '--yes', '--plan', 'x'])).code).toBe(1);
    expect((await run(['apply', '--yes', '--include-drift'])).stderr).toContain('--include-drift needs --plan');
  });
});

describe('apply --approve', () => {
  it('writes exactly the plan of that digest', async () => {
    const { run, declare, scopeOf } = await setUp();
    declare(wanted);
    const { digest } = JSON.parse((await run(['plan', '--format', 'json'])).stdout) as Plan;
    expect((await run(['apply', '--approve', digest])).code).toBe(0);
    expect(scopeOf('support')).toEqual(['read:accounts', 'read:checkout']);
  });

  it('of any other digest ends with 3, writes nothing and prints the current plan', async () => {
    const { run, declare, setLive, writes } = await setUp();
    declare(wanted);
    const { digest } = JSON.parse((await run(['plan', '--format', 'json'])).stdout) as Plan;
    setLive('finance', ['admin:hooks']);
    writes();
    const { code, stderr } = await run(['apply', '--approve', digest]);
    expect([code, writes()]).toEqual([3, []]);
    expect(stderr).toContain('- admin:hooks');
  });

  it.each(['sha256:', 'sha256:abc', `sha256:${'0'.repeat(63)}`, `sha256:${'A'.repeat(64)}`, '0'.repeat(64)])(
    'takes no prefix and nothing else than 64 hex digits: %s',
    async (digest) => {
      const { api, run } = await setUp();
      const { code } = await run(['apply', '--approve', digest]);
      expect([code, api.sent()]).toEqual([3, []]);
    },
  );
});

describe('the digest', () => {
  it('is the same however the files are split and the keys ordered, and an approval fits', async () => {
    const { api, cwd, run, declare } = await setUp();
    declare([
      { ...support, permissions: ['read:checkout', 'read:accounts'] },
      { name: 'new', permissions: ['read:billing'] },
    ]);
    const digestOf = async () => (JSON.parse((await run(['plan', '--format', 'json'])).stdout) as Plan).digest;
    const digest = await digestOf();
    write(cwd, 'roles/dintero.yaml', `roles:\n  - permissions: [read:billing]\n    name: new\n${api.dintero}`);
    const named = 'targets: [acme]\nprovider: dintero\n';
    write(
      cwd,
      'roles/support/a.yaml',
      `${named}roles:\n  - {permissions: [read:accounts, read:checkout], name: support}\n`,
    );
    expect(await digestOf()).toBe(digest);
    expect((await run(['apply', '--approve', digest])).code).toBe(0);
  });
});

describe('a plan made with a read-only identity', () => {
  it('equals one made with the identity that writes, and apply judges its conditions', async () => {
    const api = await remote();
    const chat = api.sandbox.state.rocketchat.workspaces[workspace];
    chat?.users.push({ _id: 'reader', username: 'reader', tokens: ['reader-token'], roles: ['user'] });
    if (chat) chat.customRoles = false;
    const file =
      api.rocketchat +
      rolesYaml([
        { name: 'greeters', permissions: ['create-c'] },
        { name: 'guest', permissions: ['create-c'] },
      ]);
    const cwd = folder({ 'roles/chat.yaml': file });
    const reader = { ROCKETCHAT_USER_ID: 'reader', ROCKETCHAT_TOKEN: 'reader-token' };
    const read = await rolesync(['plan', '--format', 'json', '--out', 'plan.json'], { cwd, environment: reader });
    const wrote = await rolesync(['plan', '--format', 'json'], { cwd, environment: api.environment });
    expect(read.code).toBe(0);
    const timeless = (text: string) => ({ ...(JSON.parse(text) as Plan), at: '', checksum: '' });
    expect(timeless(read.stdout)).toEqual(timeless(wrote.stdout));
    expect(read.stdout).toContain('the licence of the workspace includes');
    const { code, stdout } = await rolesync(['apply', '--plan', 'plan.json'], { cwd, environment: api.environment });
    expect(code).toBe(3);
    expect(stdout).toMatch(/withheld:[\s\S]*custom role cannot be created/);
    expect(chat?.permissions.find(({ _id }) => _id === 'create-c')?.roles).toContain('guest');
  });
});
