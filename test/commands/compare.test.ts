/** `compare`: live roles of targets side by side, for the requests of an empty plan. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { folder, rolesync } from '../support/command.ts';
import { remote } from '../support/remote.ts';
import { issueDintero, type SandboxOptions } from '../support/sandbox.ts';

type Live = Readonly<Record<string, readonly string[] | { readonly scope: readonly string[]; readonly about: string }>>;

/** Accounts with these live roles; `live`: by name of the target, by name of the role, its permissions. */
async function platform(live: Readonly<Record<string, Live>>, options: SandboxOptions = {}) {
  const api = await remote(options);
  const { state, origin } = api.sandbox;
  const names = Object.keys(live);
  const secrets: Record<string, unknown> = {};
  const targets = names.map((name, at) => {
    const account = `T${10_000_000 + at}`;
    secrets[name] = issueDintero(state.dintero, account).auth;
    for (const [role, held] of Object.entries(live[name] ?? {})) {
      const { scope, about } = 'about' in held ? held : { scope: held, about: '' };
      const stamps = { created_at: '', updated_at: '', created_by: '' };
      // A name may stand twice: what follows a `#` tells the two apart here only.
      const stored = { id: `id-${role}`, name: role.replace(/#.*/, ''), description: about, scope, ...stamps };
      state.dintero.accounts[account]?.roles.push(stored);
    }
    return `  - { name: ${name}, account: ${account}, baseUrl: "${origin}/dintero/v1" }\n`;
  });
  const cwd = folder({
    'roles/all.yaml': `provider: dintero\ntargets:\n${targets.join('')}`,
    'roles/chat.yaml': api.rocketchat,
  });
  const environment = { ...api.environment, ROLESYNC_SECRETS: JSON.stringify(secrets) };
  const run = (...argv: string[]) => rolesync(['compare', ...argv], { cwd, environment });
  const json = async (...argv: string[]) => JSON.parse((await run(...argv, '--format', 'json')).stdout);
  return { api, run, json };
}

const support = ['read:accounts', 'read:billing'];

describe('compare TARGET TARGET', () => {
  const two = {
    'acme-no': {
      'order support': { scope: ['read:accounts', 'read:billing'], about: 'Administrate orders' },
      finance: ['read:receipts'],
      viewer: ['read:hooks'],
    },
    'bravo-se': {
      'order support': { scope: ['read:accounts', 'admin:shopping'], about: 'Look up orders' },
      audit: ['read:accounts'],
      viewer: ['read:hooks'],
    },
  };

  it('shows roles on one side only, and what differs by role', async () => {
    const { api, run } = await platform(two);
    api.sent();
    const { code, stdout } = await run('acme-no', 'bravo-se');
    expect(stdout).toBe(`acme-no and bravo-se  dintero

  audit  only on bravo-se
      read:accounts (see the account and who may use it)

  finance  only on acme-no
      read:receipts (see receipts)

  order support
      only acme-no: read:billing (see billing)
      only bravo-se: admin:shopping (full control of shopping)
      description: acme-no "Administrate orders", bravo-se "Look up orders"

3 roles differ, 1 is the same.
`);
    expect(code).toBe(0);
    expect([...api.sent()].sort()).toEqual(['GET roles', 'GET roles', 'POST token', 'POST token']);
  });

  it('keeps the order in which the targets are named, and is data with --format json', async () => {
    const { json } = await platform(two);
    expect(await json('bravo-se', 'acme-no')).toEqual({
      formatVersion: 1,
      provider: 'dintero',
      targets: ['bravo-se', 'acme-no'],
      comparison: {
        roles: [
          { role: 'audit', on: 'first', first: ['read:accounts'], second: [], fields: {} },
          { role: 'finance', on: 'second', first: [], second: ['read:receipts'], fields: {} },
          {
            role: 'order support',
            on: 'both',
            first: ['admin:shopping'],
            second: ['read:billing'],
            fields: { description: { first: 'Look up orders', second: 'Administrate orders' } },
          },
        ],
        same: 1,
        unclear: [],
      },
      errors: [],
    });
  });

  it('says that nothing differs, whatever the files want', async () => {
    const { run } = await platform({ 'acme-no': { support }, 'acme-se': { support } });
    expect((await run('acme-*')).stdout).toBe('acme-no and acme-se  dintero\n\nNo difference: 1 role on both.\n');
  });

  it('does not compare roles whose name does not tell which one is meant', async () => {
    const { run, json } = await platform({
      'acme-no': { support, 'support#2': ['read:hooks'] },
      'acme-se': { support },
    });
    const { code, stdout } = await run('acme-no', 'acme-se');
    expect([code, stdout]).toEqual([0, expect.stringContaining('not compared: acme-no has 2 roles called support')]);
    expect(stdout).toContain('No difference: 0 roles on both.');
    expect((await json('acme-no', 'acme-se')).comparison).toEqual({
      roles: [],
      same: 0,
      unclear: [{ target: 'acme-no', role: 'support', count: 2 }],
    });
  });

  it.each([
    [[], 'compare takes two targets, or --outliers for all; give two names'],
    [['acme-no'], 'compare takes two targets, or --outliers for all; these are 1'],
    [['acme-no', 'acme-no'], 'these are 1'],
    [['*'], 'these are 3'],
    [
      ['acme-no', 'chat'],
      'two providers have nothing in common: `acme-no` is one of dintero, `chat` is one of rocketchat',
    ],
    [['acme-no', 'acme-es'], 'there is no target `acme-es`. Did you mean `acme-se`?'],
  ])('of %j is refused before anything is sent', async (targets, message) => {
    const { api, run } = await platform({ 'acme-no': {}, 'acme-se': {} });
    api.sent();
    expect(await run(...targets)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(message) });
    expect(api.sent()).toEqual([]);
  });

  it('names a target that cannot be read, and compares nothing', async () => {
    const { run, json } = await platform(two, {
      intercept: ({ path }) =>
        path.includes('T10000001') ? { status: 403, body: { error: { message: 'no' } } } : undefined,
    });
    const { code, stdout } = await run('acme-no', 'bravo-se');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^not read: bravo-se \((auth|forbidden)\) /);
    expect(stdout).not.toContain('only');
    expect(await json('acme-no', 'bravo-se')).toMatchObject({ comparison: null, errors: [{ target: 'bravo-se' }] });
  });
});

describe('compare --outliers', () => {
  const orders = { scope: ['read:accounts', 'read:billing', 'read:receipts'], about: 'Administrate orders' };
  const most = { 'order support': orders, finance: ['read:billing'], viewer: ['read:hooks'] };
  const without = { ...most, 'order support': { ...orders, scope: ['read:accounts', 'read:receipts'] } };
  const odd: Readonly<Record<string, Live>> = {
    'acme-no': without,
    'bravo-se': without,
    'delta-dk': without,
    'shop-50': { ...most, 'order support': { ...orders, about: 'Look up orders' } },
    'shop-99': { ...most, 'left over': ['admin:accounts'] },
  };
  const many = ['acme-no', 'bravo-se', 'delta-dk', ...Array.from({ length: 197 }, (_, at) => `shop-${at}`)];

  it('says of two hundred targets what most have and who does not, for the requests of an empty plan', async () => {
    const { api, run } = await platform(Object.fromEntries(many.map((name) => [name, odd[name] ?? most])));
    api.sent();
    const { code, stdout } = await run('--outliers', '--files', 'roles/all.yaml');
    expect(code).toBe(0);
    expect(api.sent()).toHaveLength(400);
    const [, shown] =
      /```console\n\$ rolesync compare --outliers\n(.*?)```/s.exec(readFileSync('docs/many-targets.md', 'utf8')) ?? [];
    expect(stdout).toBe(shown);
    expect(stdout).toContain(
      "order support · read:billing: 197 of 200 have it; acme-no, bravo-se,\n    delta-dk don't",
    );
  });

  it('counts among those that have the role', async () => {
    const { run } = await platform({ a: { support }, b: { support: ['read:accounts'] }, c: { support }, d: {} });
    const { stdout } = await run('--outliers', '?');
    expect(stdout).toContain("support: 3 of 4 have this role; d doesn't\n");
    expect(stdout).toContain("support · read:billing: 2 of 3 with this role have it; b doesn't\n");
    expect(stdout).toContain('1 role differs somewhere, 0 are the same everywhere.');
  });

  it('takes a tie apart, and is data with --format json', async () => {
    const { run, json } = await platform({
      a: { support },
      b: { support: ['read:accounts'] },
      c: { support: ['read:accounts'] },
      d: { support },
    });
    const { stdout } = await run('--outliers', '?');
    expect(stdout).toContain("support · read:billing: 2 of 4 have it: a, d; 2 don't: b, c\n");
    expect(await json('--outliers', '?')).toEqual({
      formatVersion: 1,
      providers: [
        {
          provider: 'dintero',
          targets: ['a', 'b', 'c', 'd'],
          outliers: [
            {
              role: 'support',
              kind: 'permission',
              name: 'read:billing',
              groups: [
                { value: true, targets: ['a', 'd'] },
                { value: false, targets: ['b', 'c'] },
              ],
            },
          ],
          same: 0,
          unclear: [],
        },
      ],
      errors: [],
    });
  });

  it('takes the targets with a label', async () => {
    const targets = ['a', 'b', 'c'].map(
      (name, at) => `  - { name: ${name}, account: T0000000${at}, labels: [${at < 2 ? 'retail' : 'no'}] }\n`,
    );
    const cwd = folder({ 'roles/all.yaml': `provider: dintero\ntargets:\n${targets.join('')}` });
    const run = (...argv: string[]) => rolesync(['compare', '--sandbox', '--label', 'retail', ...argv], { cwd });
    expect((await run('--outliers')).stdout).toContain('dintero  2 targets');
    expect((await run()).stdout).toContain('a and b  dintero');
    expect((await run('a', 'c')).stderr).toContain('these are 1');
  });

  it('takes providers one by one, and names targets that cannot be read', async () => {
    const { run } = await platform(
      { a: { support }, b: { support }, c: { support } },
      { intercept: ({ path }) => (path.includes('T10000002') ? { status: 403, body: {} } : undefined) },
    );
    const { code, stdout } = await run('--outliers');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^dintero {2}2 targets\n\nNo difference: 1 role on both targets\.\n/);
    expect(stdout).toContain('rocketchat  1 target\n\nchat is the only target: there is nothing to compare it with.\n');
    expect(stdout).toMatch(/not read: c \(\w+\) /);
  });
});
