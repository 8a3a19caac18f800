/** Whatever is live: it is written down exactly, or left out with its id, and then nothing is left to do. */
import { readFileSync, rmSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { folder, rolesync } from '../support/command.ts';
import { account, company, type Remote, remote, workspace } from '../support/remote.ts';
import { issueKeycloak } from '../support/sandbox.ts';

/** More of them on demand: `IMPORT_RUNS=500 npx vitest run test/commands/import.property.test.ts`. */
const runs = Number(process.env['IMPORT_RUNS'] ?? 30);

const fine = [
  'plain',
  'a: b',
  'a:b',
  ': x',
  "it's",
  '"q"',
  '"',
  "'",
  '# x',
  'x #y',
  'yes',
  'NO',
  'null',
  '~',
  'true',
  '1e3',
]
  .concat([
    '0x1',
    '1_000',
    '.5',
    '2020-01-01',
    '- dash',
    '-',
    '--',
    '---',
    '...',
    '?',
    '? x',
    '&a',
    '*a',
    '!t',
    '%x',
    '@x',
  ])
  .concat([
    '`g`',
    '{a',
    '[b',
    'c,d',
    ']',
    '}',
    '|',
    '>',
    '>-',
    '<<',
    '=',
    '\\n',
    '\\',
    '\\u200b',
    'ünï 🦉',
    '🏳️‍🌈'.slice(0, 2),
  ])
  .concat([
    '日本語',
    'a'.repeat(100),
    '__proto__',
    'constructor',
    'x:',
    'name: y',
    '$',
    '{{x}}',
    '../../etc',
    'a/b',
    'con',
    '~/x',
  ])
  .concat(['no\u00a0break']);
const forbidden = [
  '',
  ' lead',
  'trail ',
  '\ttab',
  'tab\tin',
  'two\nlines',
  'cr\rin',
  'crlf\r\n',
  'e\u0301',
  'bidi\u202e',
  'z\u200bw',
].concat(['\u2028', 'nul\u0001', 'bom\ufeff', '\u0085', 'soft\u00adhyphen', '${DINTERO_X}', '\ue000']);
const texts = [
  ...fine,
  ' lead',
  'trail ',
  'two\nlines',
  'two\n\nlines',
  'a\n  b',
  '\nstart',
  '  \n b',
  'end\n',
  'end\n\n',
  '- a\n- b',
].concat(['a: b\nc: d', 'trail \nnext', '# a\n# b', '---\nx', '\n', 'x'.repeat(400), 'word '.repeat(90)]);
const hidden = ['cr\rin', 'crlf\r\nin', 'bidi\u202e', 'z\u200bw', '\u2028'];
const permissions = {
  dintero: ['admin:shopping', 'read:accounts', 'admin:accounts', 'read:billing', 'write:accounts:/auth/mfa'],
  rinne: ['shopping.admin', 'account.list', 'billing.view', 'transaction.*'],
  rocketchat: ['manage-shopping', 'view-accounts', 'view-billing', 'edit-hooks'],
};
const odd = [
  'yes',
  'null',
  '1e3',
  '*.*',
  'a: b',
  '#x',
  "it's",
  'c,d',
  '[e]',
  '{f}',
  '- g',
  'h #i',
  '"j"',
  '&k',
  'é',
  '\\',
  '|',
];
type Name = keyof typeof permissions;
const scopesOf = (provider: Name) => [...permissions[provider], ...odd];

interface Live {
  readonly name: string;
  readonly description: string;
  readonly holds: readonly string[];
}

const lives = (provider: Name): fc.Arbitrary<readonly Live[]> =>
  fc.array(
    fc.record({
      name: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...fine) },
        { weight: 2, arbitrary: fc.constantFrom(...forbidden) },
        { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 20 }) },
      ),
      description: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom('', ...texts) },
        { weight: 1, arbitrary: fc.constantFrom(...hidden) },
        { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
      ),
      holds: fc.subarray(scopesOf(provider), { maxLength: 6 }),
    }),
    { maxLength: 8 },
  );

const id = (at: number) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;

function put(api: Remote, provider: Name, roles: readonly Live[]): void {
  const stamps = { created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z' };
  const { dintero, rinne, rocketchat } = api.sandbox.state;
  const own = roles.map(({ name, description }, at) => ({ id: id(at), name, description }));
  if (provider === 'dintero') {
    const all = dintero.accounts[account]?.roles ?? [];
    const more = { created_by: 't', ...stamps };
    all.splice(0, all.length, ...own.map((role, at) => ({ ...role, scope: [...(roles[at]?.holds ?? [])], ...more })));
  } else if (provider === 'rinne') {
    const built = rinne.roles.filter((role) => !role.id.startsWith('00000000'));
    const more = { company_id: company, organization_id: null, ...stamps };
    const made = own.map((role, at) => ({ ...role, permissions: [...(roles[at]?.holds ?? [])], ...more }));
    rinne.roles.splice(0, rinne.roles.length, ...built, ...made);
  } else {
    const chat = rocketchat.workspaces[workspace];
    if (chat === undefined) throw new Error('no workspace');
    const built = chat.roles.filter(({ _id }) => !_id.startsWith('00000000'));
    const more = { scope: 'Users', protected: false, mandatory2fa: false, _updatedAt: stamps.updated_at } as const;
    const made = own.map(({ id: _id, ...role }) => ({ _id, ...role, ...more }));
    chat.roles.splice(0, chat.roles.length, ...built, ...made);
    const scopes = scopesOf('rocketchat');
    const rest = chat.permissions.filter(({ _id }) => !scopes.includes(_id));
    const rows = scopes.map((_id) => ({
      _id,
      roles: roles.flatMap(({ holds }, at) => (holds.includes(_id) ? [id(at)] : [])),
      _updatedAt: stamps.updated_at,
    }));
    chat.permissions.splice(0, chat.permissions.length, ...rest, ...rows);
  }
}

interface Written {
  readonly name: string;
  readonly description?: string;
  readonly permissions: readonly string[];
}

describe.each(['dintero', 'rinne', 'rocketchat'] as const)('%s', (provider) => {
  it('writes every live role down exactly, or leaves it out with its id', { timeout: 600_000 }, async () => {
    const api = await remote();
    const cwd = folder({});
    const run = (...argv: string[]) => rolesync(argv, { cwd, environment: api.environment });
    const baseUrl = /baseUrl: (.*)/.exec(api[provider])?.[1] ?? '';
    const tenant = { dintero: ['--account', account], rinne: ['--company', company], rocketchat: [] }[provider];
    const check = async (all: readonly Live[], layout: string) => {
      // Where names are unique the API itself refuses a second one.
      const roles = all.filter(
        ({ name }, at) => provider !== 'rocketchat' || all.findIndex((one) => one.name === name) === at,
      );
      put(api, provider, roles);
      rmSync(`${cwd}/roles`, { recursive: true, force: true });
      const imported = await run(
        'import',
        'x',
        '--provider',
        provider,
        ...tenant,
        '--base-url',
        baseUrl,
        '--layout',
        layout,
      );
      expect(imported.stderr).not.toContain('error');
      expect([0, 3]).toContain(imported.code);
      const plan = await run('plan', '--detailed-exitcode', '--format', 'json');
      expect(plan.code).toBe(0);
      const file = readFileSync(`${cwd}/roles/x.yaml`, 'utf8');
      const files = JSON.parse(plan.stdout).targets[0];
      const left = roles.filter((_, at) => file.includes(`# Left out: id ${id(at)}, `));
      const kept = roles.filter((role) => !left.includes(role));
      expect(files.unchanged).toBe(kept.length);
      expect(imported.code).toBe(left.length === 0 ? 0 : 3);
      for (const { name, holds } of left) {
        const isTwin = roles.filter((one) => one.name === name).length > 1;
        const isEmpty = provider !== 'rocketchat' && holds.length === 0;
        const isBad = name !== name.trim() || name !== name.normalize('NFC') || name === '' || name.includes('${');
        const isUnseen = /[\p{C}\p{Zl}\p{Zp}\p{DI}]/u.test(name);
        expect([name, isTwin || isEmpty || isBad || isUnseen]).toEqual([name, true]);
      }
      if (layout !== 'one-file') return;
      const written: readonly Written[] = parse(file).roles ?? [];
      const text = (value: string) => value.replace(/\n$/, '');
      expect(written.map(({ name }) => name).sort()).toEqual(kept.map(({ name }) => name).sort());
      for (const one of written) {
        const live = kept.find(({ name }) => name === one.name);
        expect([...one.permissions].sort()).toEqual([...(live?.holds ?? [])].sort());
        if (one.description === undefined) continue;
        // Of a block the last line break is no part of the text.
        expect([live?.description, text(live?.description ?? '')]).toContain(text(one.description));
      }
    };
    const layouts = fc.constantFrom('one-file', 'one-file', 'file-per-role');
    await fc.assert(fc.asyncProperty(lives(provider), layouts, check), { numRuns: runs });
  });
});

describe('keycloak', () => {
  it('writes every role of the realm down, or leaves it out with its id', { timeout: 600_000 }, async () => {
    const api = await remote();
    const { state, origin } = api.sandbox;
    const { path, auth } = issueKeycloak(state.keycloak, 'acme');
    const environment = { KEYCLOAK_CLIENT_ID: auth.clientId, KEYCLOAK_CLIENT_SECRET: auth.clientSecret };
    const all = state.keycloak.realms['acme']?.roles ?? [];
    const born = [...all];
    const cwd = folder({});
    const run = (...argv: string[]) => rolesync(argv, { cwd, environment });
    const tenant = ['--realm', 'acme', '--base-url', origin + path];
    const check = async (lived: readonly Live[], held: readonly number[]) => {
      const taken = new Set(born.map(({ name }) => name));
      const roles = lived.filter(
        ({ name }, at) => name !== '' && !taken.has(name) && lived.findIndex((one) => one.name === name) === at,
      );
      // Each holds some of those after it, so that there is no circle.
      const made = roles.map(({ name, description }, at) => ({
        id: id(at),
        name,
        description,
        composites: held.filter((other) => other > at && other < roles.length).map(id),
        attributes: {},
      }));
      all.splice(0, all.length, ...born, ...made);
      rmSync(`${cwd}/roles`, { recursive: true, force: true });
      const imported = await run('import', 'x', '--provider', 'keycloak', ...tenant);
      expect(imported.stderr).not.toContain('error');
      const plan = await run('plan', '--detailed-exitcode', '--format', 'json');
      expect(plan.code).toBe(0);
      const file = readFileSync(`${cwd}/roles/x.yaml`, 'utf8');
      const left = roles.filter((_, at) => file.includes(`# Left out: id ${id(at)}, `));
      expect(JSON.parse(plan.stdout).targets[0].unchanged).toBe(roles.length - left.length);
      expect(imported.code).toBe(left.length === 0 ? 0 : 3);
    };
    const some = fc.uniqueArray(fc.nat(7));
    await fc.assert(fc.asyncProperty(lives('dintero'), some, check), { numRuns: runs });
  });
});
