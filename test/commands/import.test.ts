import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { folder, rolesync, type World, write } from '../support/command.ts';
import { account, company, type Remote, remote, workspace } from '../support/remote.ts';
import { issueDintero } from '../support/sandbox.ts';

const now = '2026-01-01T00:00:00.000Z';

interface Live {
  readonly id?: string;
  readonly name: string;
  readonly description?: string;
  readonly scope: readonly string[];
}

function goLive(api: Remote, roles: readonly Live[], tenant = account): void {
  const all = api.sandbox.state.dintero.accounts[tenant]?.roles ?? [];
  const made = roles.map((role, at) => ({
    id: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
    description: '',
    ...role,
    scope: [...role.scope],
    created_at: now,
    updated_at: now,
    created_by: 't',
  }));
  all.splice(0, all.length, ...made);
}

const baseUrlIn = (target: string) => /baseUrl: (.*)/.exec(target)?.[1] ?? '';

async function setUp(live: readonly Live[], files: (api: Remote) => Readonly<Record<string, string>> = () => ({})) {
  const api = await remote();
  goLive(api, live);
  const cwd = folder(files(api));
  const run = (argv: readonly string[], world: Partial<World> = {}) =>
    rolesync(argv, { cwd, environment: api.environment, ...world });
  const read = (path: string) => readFileSync(`${cwd}/${path}`, 'utf8');
  const fresh = ['import', 'acme', '--provider', 'dintero', '--account', account, '--base-url', baseUrlIn(api.dintero)];
  return { api, cwd, run, read, fresh };
}

const some: readonly Live[] = [
  { name: 'support', description: 'Answers orders', scope: ['read:accounts', 'admin:shopping', 'admin:accounts'] },
  { name: 'audit', description: 'Reads\nand reports', scope: ['read:billing'] },
];

const audit = `  - name: audit
    description: |
      Reads
      and reports
    permissions:
      - read:billing
`;
const support = `  - name: support
    description: Answers orders
    permissions:
      - admin:accounts
      - read:accounts
      - admin:shopping
`;

describe('import of a target that no file defines', () => {
  it('writes what a person would, plans to nothing, and sends what a plan sends', async () => {
    const { api, run, read, fresh } = await setUp(some);
    const { code, stdout } = await run(fresh);
    expect(code).toBe(0);
    expect(
      read('roles/acme.yaml'),
    ).toBe(`# yaml-language-server: $schema=https://unpkg.com/rolesync/schemas/roles.schema.json
#
# Roles of a Dintero account. What a role omits keeps its live value.
# Live roles that no file names are listed in plans and left alone.
provider: dintero
auth: # environment variables; a secret is never written to a file
  clientId: \${DINTERO_CLIENT_ID}
  clientSecret: \${DINTERO_CLIENT_SECRET}
targets:
  - name: acme # what plans and commands call it
    account: ${account} # Ids that begin with T are test accounts, with P production.
    baseUrl: ${baseUrlIn(api.dintero)}
roles:
${audit}
${support}`);
    expect(stdout).toBe(`roles/acme.yaml: new, 2 roles of acme
Verified: the files match the live roles, and a plan finds nothing to do for them.
`);
    const sent = api.sent();
    expect(sent).toEqual(['POST token', 'GET roles']);
    const plan = await run(['plan', '--detailed-exitcode']);
    expect([plan.code, plan.stdout]).toEqual([0, expect.stringContaining('2 unchanged')]);
    expect(api.sent()).toEqual(sent);
  });

  it('keeps variables that it is given, and shows the way in its help', async () => {
    const { api, cwd, run, read } = await setUp([]);
    const environment = { ...api.environment, RINNE_COMPANY: company, RINNE_URL: baseUrlIn(api.rinne) };
    const help = (await run(['import', '--help'])).stdout;
    expect(help).toContain(
      "rolesync import acme-test --provider rinne --company '${RINNE_COMPANY}' --base-url https://",
    );
    const flags = ['--provider', 'rinne', '--company', '${RINNE_COMPANY}', '--base-url', '${RINNE_URL}'];
    expect((await run(['import', ...flags], { environment })).code).toBe(0);
    expect(readdirSync(`${cwd}/roles`)).toEqual(['rinne.yaml']);
    expect(read('roles/rinne.yaml')).toContain('    company: ${RINNE_COMPANY}\n    baseUrl: ${RINNE_URL}\n');
    const again = await run(['import', 'x', ...flags], { environment });
    expect(again.stderr).toContain('already is that company: rolesync import rinne');
  });

  it('finds the schema where rolesync is installed', async () => {
    const { cwd, run, read, fresh } = await setUp(some);
    write(cwd, 'node_modules/rolesync/schemas/roles.schema.json', '{}');
    expect((await run([...fresh, '--out', 'deep/er/'])).code).toBe(0);
    expect(read('deep/er/acme.yaml').split('\n')[0]).toBe(
      '# yaml-language-server: $schema=../../node_modules/rolesync/schemas/roles.schema.json',
    );
  });

  it('signs in with the variables that are set', async () => {
    const { run, read, fresh } = await setUp(some);
    const token = await run(fresh, { environment: { DINTERO_TOKEN: 'x' } });
    expect(token.stderr).not.toContain('DINTERO_CLIENT_ID');
    const none = await run(fresh, { environment: {} });
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringContaining('set DINTERO_CLIENT_ID and DINTERO_CLIENT_SECRET, or DINTERO_TOKEN'),
    ]);
    expect(() => read('roles/acme.yaml')).toThrow('ENOENT');
  });

  it('prints the file on standard output with --out -, and writes nothing', async () => {
    const { cwd, run, fresh } = await setUp(some);
    const { code, stdout, stderr } = await run([...fresh, '--out', '-']);
    expect(code).toBe(0);
    expect(parse(stdout)).toMatchObject({ provider: 'dintero', roles: [{ name: 'audit' }, { name: 'support' }] });
    expect(stderr).toContain('Verified: ');
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('gives each role a file of its own with --layout file-per-role', async () => {
    const { cwd, run, read, fresh } = await setUp([...some, { name: 'Audit', scope: ['read:hooks'] }]);
    expect((await run([...fresh, '--layout', 'file-per-role'])).code).toBe(0);
    expect(readdirSync(`${cwd}/roles`, { recursive: true }).sort()).toEqual([
      'acme',
      'acme.yaml',
      'acme/audit-2.yaml',
      'acme/audit.yaml',
      'acme/support.yaml',
    ]);
    expect(read('roles/acme.yaml')).not.toContain('roles:');
    expect(read('roles/acme/support.yaml')).toContain(`provider: dintero\ntargets: [acme]\nroles:\n${support}`);
    expect((await run(['plan', '--detailed-exitcode'])).stdout).toContain('3 unchanged');
  });

  it('overwrites nothing and then sends nothing', async () => {
    const { api, run, read, fresh } = await setUp(some, () => ({ 'other/mine.yaml': 'mine' }));
    const { code, stderr } = await run([...fresh, '--out', 'other/mine.yaml']);
    expect([code, read('other/mine.yaml')]).toEqual([1, 'mine']);
    expect(stderr).toContain('other/mine.yaml already exists');
    expect(api.sent()).toEqual([]);
  });

  it('knows the target that the files have for that place', async () => {
    const { api, run, fresh } = await setUp(some, (one) => ({ 'roles/a.yaml': one.dintero }));
    const { code, stderr } = await run(['import', 'other', ...fresh.slice(2)]);
    expect(code).toBe(1);
    expect(stderr).toContain('the target `acme` (roles/a.yaml:6) already is that account: rolesync import acme');
    expect(api.sent()).toEqual([]);
  });

  it.each([
    [['--account', account], '--account is for a new target'],
    [['--base-url', 'https://x.example'], '--base-url is for a new target'],
    [['--provider', 'dinter'], 'Did you mean `dintero`?'],
    [['--provider', 'dintero'], 'with --account, like --account T11112222'],
    [['--provider', 'dintero', '--account', '11112222'], 'an account id is `T` (test)'],
    [['--provider', 'rinne', '--company', 'c'], 'with --base-url, such as https://api-sandbox.rinne.com.br/core'],
    [['--provider', 'rinne', '--account', 'T11112222'], 'Rinne has companies: give --company, not --account'],
    [['a', 'b', '--provider', 'dintero', '--account', account], 'give one name'],
    [['--provider', 'dintero', '--account', account, '--layout', 'file-per-role', '--out', '-'], 'needs a folder'],
  ])('says what is wrong with %j', async (flags, message) => {
    const { api, run } = await setUp(some);
    const { code, stderr } = await run(['import', ...flags]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    expect(api.sent()).toEqual([]);
  });

  it('writes no file where the roles could not be read', async () => {
    const { cwd, run, fresh } = await setUp(some);
    const environment = { DINTERO_CLIENT_ID: 'wrong', DINTERO_CLIENT_SECRET: 'wrong' };
    const { code, stderr } = await run(fresh, { environment });
    expect([code, readdirSync(cwd)]).toEqual([1, []]);
    expect(stderr).toContain('no file was written');
  });

  it('defines a target that has no roles, and writes no empty list', async () => {
    const { run, read, fresh } = await setUp([]);
    expect((await run(fresh)).code).toBe(0);
    expect(read('roles/acme.yaml')).not.toContain('roles:');
  });

  it('leaves out what a file must not say, with ids and code points', async () => {
    const { run, read, fresh } = await setUp([
      { id: 'one', name: 'zero\u200bwidth', scope: ['read:hooks'] },
      { id: 'two', name: '', scope: ['read:hooks'] },
      { id: 'three', name: 'empty', scope: [] },
      { id: 'four', name: 'twin', scope: ['read:hooks'] },
      { id: 'five', name: 'twin', scope: ['read:billing'] },
      { id: 'six', name: 'foreign', scope: ['merchant.transaction.list'] },
      { id: 'seven', name: 'windows', description: 'a\r\nb', scope: ['read:hooks'] },
    ]);
    const { code, stderr } = await run(fresh);
    expect(code).toBe(3);
    const text = read('roles/acme.yaml');
    expect(text.slice(text.indexOf('roles:\n'))).toBe(`roles:
  # Another live role has this name too, so the id identifies this one.
  - name: twin
    id: five
    permissions:
      - read:billing

  # Its live description stays: it holds U+000D, which a reader cannot see.
  - name: windows
    permissions:
      - read:hooks

# Left out: id two, nameless: it has no name.
# Left out: id three, \`empty\`: it has no permissions, which a role file cannot express.
# Left out: id six, \`foreign\`: \`merchant.transaction.list\` is a permission of Rinne, but this file is for Dintero: a scope of Dintero is \`action:resource\`, like \`read:accounts\`.
# Left out: id four, \`twin\`: another live role has this name (id five), and a file can name only one of them; rename one of the two.
# Left out: id one, \`zero<U+200B>width\`: the name \`zero<U+200B>width\` holds U+200B, which a reader cannot see.
`);
    expect(stderr).toContain('left out: acme · (nameless) (id two): it has no name');
    expect((await run(['plan', '--detailed-exitcode'])).code).toBe(0);
  });
});

describe('import into files that are there', () => {
  it('adds no role to a file of exceptions', async () => {
    const exceptions =
      'provider: dintero\ntargets: [acme]\nexceptions:\n  - {role: support, add: [admin:accounts], reason: INC-1}\n';
    const { run, read } = await setUp(some, ({ dintero }) => ({
      'roles/targets.yaml': dintero.replace('    account', '    labels: [all]\n    account'),
      'roles/exceptions/acme.yaml': exceptions,
      'roles/support.yaml':
        'provider: dintero\ntargets: { labels: [all] }\nroles: [{name: support, permissions: [admin:shopping, read:accounts]}]\n',
    }));
    expect((await run(['import'])).code).toBe(0);
    expect(read('roles/exceptions/acme.yaml')).toBe(exceptions);
    expect(read('roles/targets.yaml')).toContain(audit);
  });

  it('adds in place, and every other byte stays', async () => {
    const original = (api: Remote) =>
      `\ufeff# mine\t \n${api.dintero}roles:\n  - name: audit # drifted\n    permissions:\n    - "read:accounts"\n\n# end`;
    const { api, cwd, run, read } = await setUp(some, (one) => ({ 'roles/a.yaml': original(one) }));
    const { code, stdout, stderr } = await run(['import']);
    expect(code).toBe(0);
    expect(read('roles/a.yaml')).toBe(original(api).replace('\n\n# end', `\n${support}\n# end`));
    expect(stdout).toContain('roles/a.yaml: 1 role of acme added\n');
    expect(stderr).toContain('\n+  - name: support\n');
    expect(readdirSync(`${cwd}/roles`)).toEqual(['a.yaml']);
    expect((await run(['plan'])).stdout).toContain('1 to update');
  });

  it('leaves the files alone with --layout file-per-role', async () => {
    const { api, cwd, run, read } = await setUp(some, (one) => ({ 'roles/a.yaml': one.dintero }));
    expect((await run(['import', '--layout', 'file-per-role'])).code).toBe(0);
    expect(read('roles/a.yaml')).toBe(api.dintero);
    expect(readdirSync(`${cwd}/roles/acme`).sort()).toEqual(['audit.yaml', 'support.yaml']);
    expect(read('roles/acme/support.yaml')).toContain(`targets: [acme]\nroles:\n${support}`);
  });

  it('has nothing to do the second time', async () => {
    const { cwd, run, fresh } = await setUp(some);
    await run(fresh);
    const { mtimeMs } = statSync(`${cwd}/roles/acme.yaml`);
    const { code, stdout } = await run(['import']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('Nothing to import')]);
    expect(statSync(`${cwd}/roles/acme.yaml`).mtimeMs).toBe(mtimeMs);
  });

  it('begins a new file where there is no telling where a role would go', async () => {
    const flow = (api: Remote) => `${api.dintero}roles: [] # none\n`;
    const { api, run, read } = await setUp(some, (one) => ({ 'roles/a.yaml': flow(one) }));
    expect((await run(['import'])).code).toBe(0);
    expect(read('roles/a.yaml')).toBe(flow(api));
    expect(read('roles/acme.yaml')).toContain(`provider: dintero\ntargets: [acme]\nroles:\n${audit}\n${support}`);
  });

  it('leaves no file behind where the files would have a mistake', async () => {
    const owned = (api: Remote) => `${api.dintero}    files: [roles/owned/*.yaml]\n`;
    const { cwd, run } = await setUp(some, (one) => ({ 'roles/a.yaml': owned(one) }));
    const { code, stderr } = await run(['import', '--out', 'roles/not-owned']);
    expect([code, readdirSync(cwd)]).toEqual([1, ['roles']]);
    expect(stderr).toContain('`audit` is for the target `acme`, whose roles may only be in the `files` of');
    expect(readdirSync(`${cwd}/roles`)).toEqual(['a.yaml']);
    expect((await run(['import'])).stdout).toContain('roles/owned/acme.yaml: new, 2 roles of acme');
  });

  it('leaves no file behind where one appeared in the meantime', async () => {
    const { cwd, run, api } = await setUp(some, (one) => ({ 'roles/a.yaml': one.dintero, 'roles/b.yaml': one.rinne }));
    api.sandbox.state.rinne.roles.splice(0);
    write(cwd, 'new', 'a file where a folder is to be');
    const { code, stderr } = await run(['import', 'acme', '--out', 'new/roles', '--layout', 'file-per-role']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('cannot be written (ENOTDIR)')]);
    expect(readdirSync(`${cwd}/roles`)).toEqual(['a.yaml', 'b.yaml']);
  });

  it('knows a typing mistake in the name of a target', async () => {
    const { run } = await setUp(some, (one) => ({ 'roles/a.yaml': one.dintero }));
    expect((await run(['import', 'acne'])).stderr).toContain('Did you mean `acme`?');
  });

  it('prints one document with --format json', async () => {
    const { run } = await setUp([...some, { id: 'two', name: '', scope: [] }], (one) => ({
      'roles/a.yaml': one.dintero,
    }));
    expect(JSON.parse((await run(['import', '--format', 'json'])).stdout)).toEqual({
      formatVersion: 1,
      files: [{ file: 'roles/a.yaml', created: false, targets: ['acme'], roles: ['audit', 'support'] }],
      left: [{ target: 'acme', id: 'two', role: '', reason: 'it has no name' }],
      builtIn: { acme: [] },
    });
  });
});

describe('import beside a plan', () => {
  it('sends what a plan sends, to every provider', async () => {
    const { api, run } = await setUp(some, (one) => ({
      'roles/a.yaml': one.dintero,
      'roles/b.yaml': one.rinne,
      'roles/c.yaml': one.rocketchat,
    }));
    await run(['plan']);
    const planned = [...api.sent()].sort();
    expect((await run(['import'])).code).toBe(0);
    expect([...api.sent()].sort()).toEqual(planned);
    expect(planned.length).toBeGreaterThan(5);
  });

  it('writes no secret down, wherever a provider gives it back', async () => {
    const { api, run, read, fresh } = await setUp(some);
    const secret = api.environment['DINTERO_CLIENT_SECRET'] ?? '';
    goLive(api, [
      { id: 'one', name: `x ${secret}`, scope: ['read:hooks'] },
      { id: 'two', name: 'told', description: `pass: ${secret}`, scope: ['read:hooks'] },
    ]);
    const { code, stdout, stderr } = await run(fresh);
    expect(code).toBe(3);
    const text = read('roles/acme.yaml');
    expect(text + stdout + stderr).not.toContain(secret);
    expect(text).toContain('# Left out: id one, `x [secret]`: it holds a secret of this run, which is hidden.');
    expect(text).toContain('  - name: told\n    permissions:\n');
  });

  it('writes no credentials down where they come from a map of secrets', async () => {
    const { api, run, read, fresh } = await setUp(some);
    const { DINTERO_CLIENT_ID: clientId, DINTERO_CLIENT_SECRET: clientSecret } = api.environment;
    const environment = { ROLESYNC_SECRETS: JSON.stringify({ acme: { clientId, clientSecret } }) };
    expect((await run(fresh, { environment })).code).toBe(0);
    expect(read('roles/acme.yaml')).toContain('provider: dintero\ntargets:\n  - name: acme #');
    expect((await run(['plan', '--detailed-exitcode'], { environment })).code).toBe(0);
  });

  it('adds to no file that chooses its targets by labels', async () => {
    const { api, run, read } = await setUp(some, (one) => ({
      'roles/a.yaml': `${one.dintero}    labels: [test]\n`,
      'roles/b.yaml':
        'provider: dintero\ntargets: {labels: [test]}\nroles:\n  - {name: audit, permissions: [read:billing]}\n',
    }));
    expect((await run(['import', 'ac*'])).stdout).toContain('roles/a.yaml: 1 role of acme added');
    expect(read('roles/a.yaml')).toBe(`${api.dintero}    labels: [test]\nroles:\n${support}`);
  });

  it('holds what is new against the catalogue with --strict', async () => {
    const { cwd, run, fresh } = await setUp([{ name: 'a', scope: ['read:hook'] }]);
    const { code, stderr } = await run([...fresh, '--strict']);
    expect([code, readdirSync(cwd)]).toEqual([1, []]);
    expect(stderr).toContain('`read:hook` is not among');
  });
});

describe('import of several targets', () => {
  async function three(live: Readonly<Record<string, readonly Live[]>>, isTogether = true) {
    const api = await remote();
    const names = ['T11112222', 'T33334444', 'T55556666'];
    const environment: Record<string, string> = { ...api.environment };
    const definitions = names.map((tenant, at) => {
      const { path, auth } = issueDintero(api.sandbox.state.dintero, tenant);
      environment[`DINTERO_ID_${at}`] = auth['clientId'] ?? '';
      environment[`DINTERO_SECRET_${at}`] = auth['clientSecret'] ?? '';
      goLive(api, live[tenant] ?? [], tenant);
      const credentials = `{clientId: "\${DINTERO_ID_${at}}", clientSecret: "\${DINTERO_SECRET_${at}}"}`;
      return `  - {name: t${at}, account: ${tenant}, baseUrl: "${api.sandbox.origin}${path}", auth: ${credentials}}\n`;
    });
    const head = 'provider: dintero\ntargets:\n';
    const files = isTogether
      ? { 'roles/all.yaml': head + definitions.join('') }
      : Object.fromEntries(definitions.map((one, at) => [`roles/t${at}.yaml`, head + one]));
    const cwd = folder(files);
    const read = (path: string) => readFileSync(`${cwd}/${path}`, 'utf8');
    return { api, cwd, read, run: (...argv: string[]) => rolesync(argv, { cwd, environment }) };
  }
  const clerk = { name: 'clerk', scope: ['read:accounts'] };
  const lead = { name: 'lead', scope: ['admin:accounts'] };

  it('writes equal roles once, with the list of targets, and says so', async () => {
    const { api, cwd, run, read } = await three({
      T11112222: [clerk, lead],
      T33334444: [clerk, lead],
      T55556666: [clerk, { ...lead, scope: ['read:billing'] }],
    });
    const { code, stdout } = await run('import');
    expect(code).toBe(0);
    expect(stdout).toContain('\n1 of 2 roles is equal on all 3 targets, 1 differs: lead\n');
    expect(read('roles/all.yaml')).toMatch(/\nroles:\n {2}- name: clerk\n {4}permissions:\n {6}- read:accounts\n$/);
    expect(readdirSync(`${cwd}/roles`).sort()).toEqual(['all.yaml', 't0-and-t1.yaml', 't2.yaml']);
    expect(read('roles/t0-and-t1.yaml')).toContain('targets: [t0, t1]\nroles:\n  - name: lead\n');
    expect(api.sent().filter((line) => line === 'GET roles')).toHaveLength(3);
    const plan = await run('plan', '--detailed-exitcode');
    expect([plan.code, plan.stdout]).toEqual([0, expect.stringContaining('6 unchanged')]);
  });

  it('adds to the file of a target what is of that target alone', async () => {
    const { cwd, run, read } = await three({ T11112222: [clerk, lead], T33334444: [clerk], T55556666: [clerk] }, false);
    expect((await run('import')).stdout).toContain('roles/t0.yaml: 1 role of t0 added');
    expect(readdirSync(`${cwd}/roles`).sort()).toEqual(['t0-and-t1-and-t2.yaml', 't0.yaml', 't1.yaml', 't2.yaml']);
    expect(read('roles/t0.yaml')).toContain('- name: lead');
    expect((await run('plan', '--detailed-exitcode')).code).toBe(0);
  });

  it('adds nothing to a file that is for a target which was not read', async () => {
    const { run, read } = await three({ T11112222: [clerk], T33334444: [clerk], T55556666: [clerk] });
    const before = read('roles/all.yaml');
    expect((await run('import', 't0', 't1')).code).toBe(0);
    expect(read('roles/all.yaml')).toBe(before);
    expect(read('roles/t0-and-t1.yaml')).toContain('targets: [t0, t1]');
  });

  it('writes nothing where one of them could not be read, and says how to go on', async () => {
    const { api, cwd, run } = await three({ T11112222: [clerk] });
    delete api.sandbox.state.dintero.accounts['T55556666'];
    const { code, stderr } = await run('import');
    expect([code, readdirSync(`${cwd}/roles`)]).toEqual([1, ['all.yaml']]);
    expect(stderr).toContain('no file was written; to import from the others, name them');
  });

  it('needs a folder where one file is not enough', async () => {
    const { cwd, run } = await three({ T11112222: [clerk, lead], T33334444: [clerk] });
    const { code, stderr } = await run('import', '--out', '-');
    expect([code, stderr]).toEqual([1, expect.stringContaining('these roles need 2 files')]);
    expect((await run('import', '--out', 'new')).code).toBe(0);
    expect(readdirSync(`${cwd}/new`).sort()).toEqual(['t0-and-t1.yaml', 't0.yaml']);
  });
});

describe('import of other providers', () => {
  it('leaves out built-in roles, settings that are so anyway, and ids of the tenant', async () => {
    const { api, run, read } = await setUp([], (one) => ({
      'roles/rinne.yaml': one.rinne,
      'roles/chat.yaml': one.rocketchat,
    }));
    const stamps = { created_at: now, updated_at: now };
    const role = {
      description: null,
      organization_id: null,
      permissions: ['user.list', 'transaction.list'],
      ...stamps,
    };
    api.sandbox.state.rinne.roles.push(
      { ...role, id: 'r1', name: 'own', company_id: company },
      { ...role, id: 'r2', name: 'other', company_id: company, organization_id: 'r1' },
    );
    const chat = api.sandbox.state.rocketchat.workspaces[workspace];
    const fixed = { protected: false, description: '', _updatedAt: now };
    chat?.roles.push(
      { ...fixed, _id: 'c1', name: 'host', scope: 'Users', mandatory2fa: false },
      { ...fixed, _id: 'c2', name: 'room', scope: 'Subscriptions', mandatory2fa: true },
    );
    const { code, stdout } = await run(['import']);
    expect(code).toBe(0);
    expect(read('roles/rinne.yaml')).toContain(`roles:
  - name: other
    inheritsFrom: r1
    permissions:
      - transaction.list
      - user.list

  - name: own
    permissions:
      - transaction.list
      - user.list
`);
    expect(read('roles/chat.yaml')).toContain(`roles:
  - name: host
    permissions: []

  - name: room
    scope: Subscriptions
    mandatory2fa: true
    permissions: []
`);
    expect(stdout).toMatch(/built-in roles of chat left out: .*moderator/);
    expect((await run(['plan', '--detailed-exitcode'])).code).toBe(0);
  });
});

describe('the way to an import', () => {
  it('is shown in a plan, beside the roles that no file names', async () => {
    const { run } = await setUp([...some, { name: '', scope: [] }], (one) => ({
      'roles/a.yaml': one.dintero,
      'roles/b.yaml': one.rinne,
    }));
    const { stdout } = await run(['plan']);
    expect(stdout).toContain('audit, support (rolesync import acme)\n');
    // Roles of the provider's own alone are none to import.
    expect(stdout).toContain('3 live roles that no file names: admin, merchant-admin, user\n');
  });

  it.each([
    ['plan', 'stderr', '`roles` does not exist'],
    ['validate', 'stdout', '`roles` does not exist'],
    ['import', 'stderr', '`roles` does not exist'],
    ['explain x', 'stderr', '`roles` does not exist'],
    ['plan empty', 'stderr', '`empty` has none'],
  ] as const)('is shown where there are no role files: %s', async (line, stream, what) => {
    const { run, cwd } = await setUp([]);
    write(cwd, 'empty/README.md', 'x');
    const printed = await run(line.split(' '));
    expect(printed.code).toBe(1);
    expect(printed[stream]).toContain(`There are no role files here: ${what}.\n\n  rolesync init`);
    expect(printed[stream]).toContain('rolesync import --provider NAME');
    expect(printed[stream]).not.toContain('1:1');
  });

  it('does not hide another mistake', async () => {
    const { run } = await setUp([], () => ({ 'roles/a.yaml': 'provider: x' }));
    expect((await run(['validate', 'roles', 'rolse'])).stdout).toContain('rolse:1:1  rolse cannot be read');
  });
});
