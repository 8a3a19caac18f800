import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { folder, rolesync, type World } from '../support/command.ts';
import { account, remote } from '../support/remote.ts';
import { workflowErrors } from '../workflows/parser.ts';

const action = `acme/rolesync@${'a1'.repeat(20)}`;
const dintero = ['init', 'acme', '--provider', 'dintero', '--account', 'T11112222'];
const ci = ['--action', action, '--branch', 'trunk', '--owners', '@acme/access'];

function setUp(files: Readonly<Record<string, string>> = {}) {
  const cwd = folder(files);
  return {
    cwd,
    run: (argv: readonly string[], world: Partial<World> = {}) => rolesync(argv, { cwd, ...world }),
    read: (path: string) => readFileSync(`${cwd}/${path}`, 'utf8'),
    all: () =>
      readdirSync(cwd, { recursive: true, withFileTypes: true, encoding: 'utf8' })
        .filter((one) => one.isFile())
        .map((one) => `${one.parentPath}/${one.name}`.slice(cwd.length + 1))
        .sort(),
  };
}

describe('init', () => {
  it('writes the start, and says what to do next', async () => {
    const { run, read, all } = setUp();
    const { code, stdout } = await run([...dintero, ...ci]);
    expect(code).toBe(0);
    expect(all()).toEqual([
      '.github/CODEOWNERS',
      '.github/workflows/roles-apply.yml',
      '.github/workflows/roles-drift.yml',
      '.github/workflows/roles-plan.yml',
      '.vscode/extensions.json',
      'roles/acme.yaml',
    ]);
    expect(read('.github/CODEOWNERS')).toBe('/roles/    @acme/access\n/.github/  @acme/access\n');
    expect(read('roles/acme.yaml')).toContain('targets:\n  - name: acme #');
    expect(stdout).toContain('created roles/acme.yaml\n');
    expect(stdout.slice(stdout.indexOf('Next:'))).toBe(`Next:
1. Set DINTERO_CLIENT_ID and DINTERO_CLIENT_SECRET in this shell, then see what they may do: rolesync validate --online
2. Write the live roles to files: rolesync import acme (to write the first role yourself: rolesync help files)
3. Commit, then create the identities, environments and branch rules, step by step: docs/ci.md of rolesync
`);
    expect((await run(['validate'])).stdout).toBe('OK: 1 file, 1 target, 0 roles\n');
  });

  it('names its next steps as it was called: what npx runs is not on the path', async () => {
    const { run } = setUp();
    const { stdout } = await run(dintero, { environment: { npm_command: 'exec' } });
    expect(stdout.match(/(?:npx )?rolesync (?:validate|import|help|init)\b/g)).toEqual([
      'npx rolesync validate',
      'npx rolesync import',
      'npx rolesync help',
      'npx rolesync init',
    ]);
  });

  it.each(['plan', 'apply', 'drift'])('fills in the workflow that is published: %s', async (name) => {
    const { run, read } = setUp();
    await run([...dintero, ...ci]);
    const text = read(`.github/workflows/roles-${name}.yml`);
    expect(workflowErrors(`roles-${name}.yml`, text)).toEqual([]);
    expect(text).not.toMatch(/OWNER|Copy to|Replace|KEYCLOAK_|RINNE_|ROCKETCHAT_|\[main\]/);
    // Nothing but what is filled in, and the lines that said so, differs.
    const published = readFileSync(`docs/workflows/roles-${name}.yml`, 'utf8');
    const kept = (one: string) => one.split('\n').filter((line) => !/uses: \w+\/rolesync@|branches: \[/.test(line));
    const gone = kept(published).filter((line) => !kept(text).includes(line));
    const wanted = /^#(?: |$)|^ +(?:KEYCLOAK|RINNE|ROCKETCHAT)_/;
    expect(gone.filter((line) => !wanted.test(line))).toEqual([]);
    expect(
      kept(text)
        .slice(1)
        .filter((line) => !kept(published).includes(line)),
    ).toEqual([]);
    expect(text.match(/rolesync@(\S+)/g)?.every((one) => action.endsWith(one))).toBe(true);
    expect(text).toContain('DINTERO_CLIENT_SECRET: ${{ secrets.DINTERO_CLIENT_SECRET }}');
  });

  it('allows the host that gets credentials in the workflows, and names it in the next steps', async () => {
    const { run, read } = setUp();
    const flags = ['init', 'chat', '--provider', 'rocketchat', '--base-url', 'https://chat.acme.example'];
    const { stdout } = await run([...flags, ...ci]);
    for (const name of ['plan', 'apply', 'drift'])
      expect(read(`.github/workflows/roles-${name}.yml`)).toContain('\n          allow-hosts: chat.acme.example\n');
    expect(stdout).toContain('rolesync import chat --allow-host chat.acme.example ');
  });

  it('passes the secrets of a provider that the published workflows do not name', async () => {
    const { run, read } = setUp();
    const flags = ['init', '--provider', 'keycloak', '--realm', 'shop', '--base-url', 'https://sso.acme.example'];
    expect((await run([...flags, ...ci])).code).toBe(0);
    for (const name of ['plan', 'apply', 'drift']) {
      const text = read(`.github/workflows/roles-${name}.yml`);
      expect(workflowErrors(name, text)).toEqual([]);
      expect(text.match(/secrets\.\w+/g)?.filter((one) => !one.includes('KEYCLOAK_CLIENT_'))).toEqual([]);
      expect(text).toMatch(/ {8}env:\n {10}KEYCLOAK_CLIENT_ID: \$\{\{ secrets\.KEYCLOAK_CLIENT_ID \}\}\n/);
    }
  });

  it('overwrites nothing, and says what it kept', async () => {
    const mine = { CODEOWNERS: '* @me\n', '.github/workflows/roles-plan.yml': 'mine\n' };
    const { run, read, all } = setUp(mine);
    const { code, stdout } = await run([...dintero, ...ci]);
    expect([code, read('CODEOWNERS'), read('.github/workflows/roles-plan.yml')]).toEqual([0, '* @me\n', 'mine\n']);
    expect(stdout).toContain('kept .github/workflows/roles-plan.yml: it already exists\n');
    expect(stdout).toContain('kept CODEOWNERS: add these lines if they are missing\n/roles/    @acme/access\n');
    expect(all()).not.toContain('.github/CODEOWNERS');
    const files = all().map((path) => [path, read(path)]);
    const again = await run([...dintero, ...ci]);
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringContaining('kept roles/acme.yaml: it already defines acme'),
    ]);
    expect(all().map((path) => [path, read(path)])).toEqual(files);
  });

  it('asks on a terminal for what is missing, and for nothing else', async () => {
    const { run, all, read } = setUp();
    const answers = ['dintero', 'T11112222', '', action, '', ''];
    const { code } = await run(['init'], { answer: () => answers.shift() ?? 'too many questions' });
    expect([code, answers]).toEqual([0, []]);
    expect(all()).toContain('roles/dintero-t11112222.yaml');
    expect(all()).not.toContain('.github/CODEOWNERS');
    expect(read('.github/workflows/roles-plan.yml')).toContain('branches: [main]');
    const more = setUp();
    expect((await more.run([...dintero, ...ci], { answer: () => 'no question is left' })).code).toBe(0);
  });

  it.each([
    [[], 'say which provider, with --provider: dintero, keycloak, rinne, rocketchat'],
    [['--provider', 'rinne', '--company', 'c'], 'with --base-url'],
    [[...dintero.slice(1), '--action', 'acme/rolesync@v1'], 'not a pinned action'],
    [[...dintero.slice(1), '--action', action, '--branch', 'a b'], 'not a plain branch name'],
    [[...dintero.slice(1), '--owners', 'access\n* @evil'], 'are not owners'],
  ])('writes nothing where something is wrong: %j', async (flags, message) => {
    const { run, all } = setUp();
    const { code, stderr } = await run(['init', ...flags]);
    expect([code, stderr, all()]).toEqual([1, expect.stringContaining(message), []]);
  });

  it('is followed by an import that adds to its file', async () => {
    const api = await remote();
    const baseUrl = /baseUrl: (.*)/.exec(api.dintero)?.[1] ?? '';
    const { cwd, run, read } = setUp();
    await run([...dintero, '--base-url', baseUrl]);
    const begun = read('roles/acme.yaml');
    const role = { id: 'r', name: 'audit', description: '', scope: ['read:hooks'], created_by: 't' };
    const stamp = '2026-01-01T00:00:00.000Z';
    api.sandbox.state.dintero.accounts[account]?.roles.splice(0, 99, { ...role, created_at: stamp, updated_at: stamp });
    expect((await run(['import'], { environment: api.environment })).code).toBe(0);
    expect(read('roles/acme.yaml')).toBe(`${begun}roles:\n  - name: audit\n    permissions:\n      - read:hooks\n`);
    expect(existsSync(`${cwd}/.github`)).toBe(false);
  });
});
