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
      { permission: 'admin:shopping', ways: [{ kind: 'own', source: { line: 9 }, origin: { commit: null } }] },
      {
        permission: 'read:hooks',
        class: 'read',
        ways: [
          {
            kind: 'own',
            source: { file: 'roles/acme.yaml', line: 8 },
            origin: { commit: old, author: 't', summary: 'change' },
          },
        ],
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

const many = {
  'roles/targets.yaml': `provider: dintero
auth: {clientId: "\${DINTERO_ID}", clientSecret: "\${DINTERO_SECRET}"}
targets:
  - { name: acme-no, account: T11112222, labels: [retail] }
  - { name: bravo-se, account: T11112223, labels: [retail] }
  - { name: delta-dk, account: T11112224, labels: [retail] }
`,
  'roles/sets.yaml': `permissionSets:
  support-read:
    - read:accounts
    - read:billing
    - read:checkout
  refunds:
    - set: support-read
    - write:checkout
`,
  'roles/support.yaml': `provider: dintero
targets: { labels: [retail] }
roles:
  - name: order support
    permissions:
      - set: refunds
      - read:checkout
    without: [read:billing]
`,
  'roles/exceptions/acme-no.yaml': `provider: dintero
targets: [acme-no]
exceptions:
  - role: order support
    add: [read:receipts]
    until: 2026-12-31
    reason: INC-42
    owner: acme
  - role: order support
    without: [write:checkout]
    reason: law
`,
};
const day = (text: string) => () => Date.parse(`${text}T10:00:00Z`);

describe('explain, through sets and exceptions', () => {
  it('tells every way a permission comes by, and who put each line there', async () => {
    const repo = repository();
    const old = repo.commit(many);
    write(
      repo.folder,
      'roles/sets.yaml',
      many['roles/sets.yaml'].replace('    - read:checkout\n', '    - read:checkout # again\n'),
    );
    const world = { cwd: repo.folder, environment: environmentOf(repo.folder), now: day('2026-12-01') };
    const { code, stdout } = await rolesync(['explain', 'order support', '--format', 'json'], world);
    expect(code).toBe(0);
    const { formatVersion, roles } = JSON.parse(stdout);
    expect(formatVersion).toBe(1);
    expect(roles.map(({ targets }: { targets: unknown }) => targets)).toEqual([['acme-no'], ['bravo-se', 'delta-dk']]);
    const [acme, others] = roles;
    const ways = Object.fromEntries(
      others.permissions.map(({ permission, ways: all }: { permission: string; ways: unknown }) => [permission, all]),
    );
    expect(ways).toMatchObject({
      'read:accounts': [
        {
          kind: 'set',
          sets: ['refunds', 'support-read'],
          source: { file: 'roles/sets.yaml', line: 3 },
          origin: { commit: old },
        },
      ],
      'read:checkout': [
        { kind: 'own', sets: [], source: { file: 'roles/support.yaml', line: 7 }, origin: { commit: old } },
        { kind: 'set', source: { file: 'roles/sets.yaml', line: 5 }, origin: { commit: null } },
      ],
      'write:checkout': [{ sets: ['refunds'], source: { line: 8 } }],
    });
    expect(others).toMatchObject({
      without: [{ permission: 'read:billing', exception: null, source: { file: 'roles/support.yaml', line: 8 } }],
      ended: [],
      differs: null,
    });
    expect(acme.permissions).toContainEqual(
      expect.objectContaining({
        permission: 'read:receipts',
        ways: [
          expect.objectContaining({
            kind: 'exception',
            until: '2026-12-31',
            reason: 'INC-42',
            owner: 'acme',
            source: { file: 'roles/exceptions/acme-no.yaml', line: 4 },
          }),
        ],
      }),
    );
    expect(acme.without).toContainEqual(
      expect.objectContaining({ permission: 'write:checkout', exception: { reason: 'law', owner: null } }),
    );
    expect(acme.differs).toEqual({
      from: ['bravo-se', 'delta-dk'],
      more: ['read:receipts'],
      less: ['write:checkout'],
    });
  });

  it('says it in words, and what has ended on the day that is asked for', async () => {
    const world = { cwd: folder(many), environment: {}, now: day('2026-12-31') };
    const now = await rolesync(['explain', 'order support'], world);
    expect(now.stdout).toContain('      set refunds → support-read · roles/sets.yaml:3\n');
    expect(now.stdout).toContain('      roles/support.yaml:7\n      set refunds → support-read · roles/sets.yaml:5\n');
    expect(now.stdout).toContain('  Taken out by `without`:\n\n  read:billing  read: see billing\n');
    expect(now.stdout).toContain('      exception (law) · roles/exceptions/acme-no.yaml:10\n');
    const unwrapped = now.stdout.replaceAll(/\n +/g, ' ');
    expect(unwrapped).toContain('exception until 2026-12-31 (INC-42; acme) · roles/exceptions/acme-no.yaml:4\n');
    expect(unwrapped).toContain(
      'differs by exceptions from what it may do on 2 other targets: also read:receipts; not write:checkout',
    );
    expect(now.stdout).not.toContain('has ended');
    const after = await rolesync(['explain', 'order support', '--at', '2027-01-01', '--target', 'acme-no'], world);
    expect(after.stdout).toContain(
      'because its exception has ended:\n\n  read:receipts  read: see receipts\n      exception until 2026-12-31 (INC-42) · roles/exceptions/acme-no.yaml:4',
    );
    expect(after.stdout.replaceAll(/\n +/g, ' ')).toContain(
      'differs by exceptions from what it may do on 2 other targets: not write:checkout',
    );
    const none = await rolesync(['explain', 'order support', '--at', '2027-02-30'], world);
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('not a day of the calendar')]);
  });

  it('counts the targets that are too many to read', async () => {
    const targets = Array.from({ length: 200 }, (_, at) => `  - {name: t${at}, account: T${10_000_000 + at}}\n`);
    const cwd = folder({
      'roles/all.yaml': `${head}${targets.join('')}roles: [{name: support, permissions: [read:hooks]}]\n`,
    });
    const { stdout } = await rolesync(['explain', 'support'], { cwd });
    expect(stdout).toMatch(/^support {2}t0, t1, t10, t100, t101 and 195 more · roles\/all\.yaml:\d+\n/);
  });
});
