import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { environmentOf, removeTemporary, repository, temporary } from '../files/git-repository.ts';
import { folder, rolesync, write } from '../support/command.ts';

afterAll(removeTemporary);

const head = 'provider: dintero\nauth: {clientId: "${DINTERO_ID}", clientSecret: "${DINTERO_SECRET}"}\ntargets:\n';
const first = `${head}  - {name: acme, account: T11112222}\nroles:\n  - name: support\n    permissions:\n      - read:hooks\n`;

describe('explain', () => {
  it('says which line grants a permission, since when, by whom, and what it means', async () => {
    const repo = repository();
    const old = repo.commit({ 'roles/acme.yaml': first });
    write(repo.folder, 'roles/acme.yaml', `${first}      - admin:shopping\n`);
    const environment = environmentOf(repo.folder);
    const text = await rolesync(['explain', 'support'], { cwd: repo.folder, environment });
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^support {2}acme · roles\/acme\.yaml:6\n/);
    expect(text.stdout).toContain(
      'admin:shopping  admin: full control of shopping\n      roles/acme.yaml:9 · not committed yet\n',
    );
    expect(text.stdout).toMatch(/roles\/acme\.yaml:8 · since \d{4}-\d\d-\d\d · t ·/);
    const json = await rolesync(['explain', 'support', '--format', 'json'], { cwd: repo.folder, environment });
    const [role] = JSON.parse(json.stdout).roles;
    expect(role).toMatchObject({ name: 'support', targets: ['acme'], unknown: null });
    expect(role.permissions).toMatchObject([
      { permission: 'admin:shopping', source: { line: 9 }, origin: { commit: null } },
      {
        permission: 'read:hooks',
        class: 'read',
        source: { line: 8 },
        origin: { commit: old, author: 't', summary: 'change' },
      },
    ]);
  });

  it('does not say since when of a line that is older than what was cloned', async () => {
    const repo = repository();
    repo.commit({ 'roles/acme.yaml': first });
    repo.commit({ 'roles/acme.yaml': `${first}      - admin:shopping\n` });
    const cwd = `${temporary()}/clone`;
    repo.git('clone', '--quiet', '--depth', '1', `file://${repo.folder}`, cwd);
    const { stdout } = await rolesync(['explain', 'support'], { cwd, environment: environmentOf(cwd) });
    expect(stdout).toMatch(/acme\.yaml:8 · \d{4}-\d\d-\d\d or before/);
  });

  it('runs no filter that a repository names for its files', async () => {
    const repo = repository();
    repo.commit({ 'roles/acme.yaml': first, '.gitattributes': '*.yaml diff=evil\n' });
    repo.commit({ 'roles/acme.yaml': `${first}      - admin:shopping\n` });
    execFileSync('git', ['config', 'diff.evil.textconv', `touch ${repo.folder}/ran; cat`], { cwd: repo.folder });
    await rolesync(['explain', 'support'], { cwd: repo.folder, environment: environmentOf(repo.folder) });
    expect(execFileSync('ls', [repo.folder], { encoding: 'utf8' })).toBe('roles\n');
  });

  it('says so where there is no git repository', async () => {
    const cwd = temporary();
    write(cwd, 'roles/acme.yaml', first);
    const { code, stdout } = await rolesync(['explain', 'support'], { cwd, environment: environmentOf(cwd) });
    expect(code).toBe(0);
    expect(stdout).toContain('since when and by whom is not known: this folder is not in a git repository');
    expect(stdout).toContain('roles/acme.yaml:8');
  });

  it('knows a typing mistake', async () => {
    const cwd = folder({ 'roles/acme.yaml': first });
    const { code, stderr } = await rolesync(['explain', 'suport'], { cwd });
    expect([code, stderr]).toEqual([1, expect.stringContaining('Did you mean `support`?')]);
  });
});
