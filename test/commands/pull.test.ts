import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { folder, rolesync, type World, write } from '../support/command.ts';
import { account, type Remote, remote, workspace } from '../support/remote.ts';
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

const support = `roles:
  # who answers
  - name: support
    description: Answers orders # short
    permissions:
      - admin:shopping # until May
      - read:accounts
`;

async function setUp(live: readonly Live[], roles = support) {
  const api = await remote();
  goLive(api, live);
  const cwd = folder({ 'roles/acme.yaml': api.dintero + roles });
  const run = (argv: readonly string[], world: Partial<World> = {}) =>
    rolesync(argv, { cwd, environment: api.environment, ...world });
  const read = (path = 'roles/acme.yaml') => readFileSync(`${cwd}/${path}`, 'utf8').replace(api.dintero, '');
  return { api, cwd, run, read };
}

const moved: readonly Live[] = [{ name: 'support', description: 'Answers', scope: ['read:accounts', 'read:billing'] }];

describe('pull', () => {
  it('edits what differs, shows it first, and ends with the message of a commit', async () => {
    const { api, run, read } = await setUp(moved);
    const { code, stdout, stderr } = await run(['pull', '--yes']);
    expect(code).toBe(0);
    expect(read()).toBe(`roles:
  # who answers
  - name: support
    description: Answers # short
    permissions:
      - read:accounts
      - read:billing
`);
    expect(stderr).toContain('--- a/roles/acme.yaml\n+++ b/roles/acme.yaml\n');
    expect(stderr).toContain('\n-      - admin:shopping # until May\n');
    expect(stdout).toBe(`Take over what is live in acme

support gains read:billing (see billing)
support loses admin:shopping (full control of shopping)
support: description is now "Answers"
`);
    expect(api.sent()).toEqual(['POST token', 'GET roles']);
    expect((await run(['plan', '--detailed-exitcode'])).code).toBe(0);
  });

  it('sends what a plan sends and writes to no provider, whatever is found', async () => {
    const gone = `${support}  - name: gone\n    permissions: [read:hooks]\n`;
    const { api, run } = await setUp([...moved, { name: 'new', scope: ['read:hooks'] }], gone);
    await run(['plan']);
    const planned = api.sent();
    await run(['pull', '--yes', '--adopt']);
    expect(api.sent()).toEqual(planned);
  });

  it('has nothing to do where the files say what is live', async () => {
    const { cwd, run } = await setUp([
      { name: 'support', description: 'Answers orders', scope: ['admin:shopping', 'read:accounts'] },
    ]);
    const before = statSync(`${cwd}/roles/acme.yaml`);
    const { code, stdout } = await run(['pull', '--yes']);
    expect([code, stdout]).toEqual([0, 'Nothing to take over: the files match what is live.\n']);
    expect(statSync(`${cwd}/roles/acme.yaml`).mtimeMs).toBe(before.mtimeMs);
  });

  it('needs --yes where there is no terminal, and then sends nothing', async () => {
    const { api, run, read } = await setUp(moved);
    const { code, stderr } = await run(['pull']);
    expect(code).toBe(1);
    expect(stderr).toContain('give --yes');
    expect(api.sent()).toEqual([]);
    expect(read()).toBe(support);
  });

  it('asks on a terminal, after the diff, and takes nothing but `yes`', async () => {
    const { run, read } = await setUp(moved);
    const no = await run(['pull'], { answer: 'y' });
    expect([no.code, read()]).toEqual([1, support]);
    expect(no.stderr).toContain('no file was written');
    const yes = await run(['pull'], { answer: 'yes' });
    expect(yes.code).toBe(0);
    expect(read()).toContain('read:billing');
  });

  it('writes nothing where a file changed while the person was reading', async () => {
    const { api, cwd, run, read } = await setUp(moved);
    const answer = () => {
      write(cwd, 'roles/acme.yaml', `${api.dintero}${support}# mine\n`);
      return 'yes';
    };
    const { code, stderr } = await run(['pull'], { answer });
    expect(code).toBe(1);
    expect(stderr).toContain('was changed in the meantime');
    expect(read()).toBe(`${support}# mine\n`);
    expect(readdirSync(`${cwd}/roles`)).toEqual(['acme.yaml']);
  });

  it('keeps the mode of a file, and a link a link', async () => {
    const { cwd, run } = await setUp(moved);
    chmodSync(`${cwd}/roles/acme.yaml`, 0o640);
    symlinkSync('roles/acme.yaml', `${cwd}/link.yaml`);
    const { code } = await run(['pull', '--yes', '--files', 'link.yaml']);
    expect(code).toBe(0);
    expect(statSync(`${cwd}/roles/acme.yaml`).mode & 0o777).toBe(0o640);
    expect(readFileSync(`${cwd}/link.yaml`, 'utf8')).toContain('read:billing');
    expect(readdirSync(cwd).sort()).toEqual(['link.yaml', 'roles']);
  });

  it.each([
    ['grants', '      - read:billing\n', 'admin:shopping', 'Answers orders'],
    ['revokes', '', undefined, 'Answers orders'],
    ['fields', '', 'admin:shopping', 'Answers #'],
  ])('takes only %s', async (only, added, kept, description) => {
    const { run, read } = await setUp(moved);
    expect((await run(['pull', '--yes', '--only', only])).code).toBe(0);
    expect(read().endsWith(`- read:accounts\n${added}`)).toBe(true);
    expect(read().includes('admin:shopping')).toBe(kept !== undefined);
    expect(read()).toContain(description);
  });

  it('takes only the roles that are named, and knows a typing mistake', async () => {
    const two = `${support}  - {name: audit, permissions: [read:hooks]}\n`;
    const { run, read } = await setUp([...moved, { name: 'audit', scope: ['read:hooks', 'read:billing'] }], two);
    expect((await run(['pull', '--yes', '--role', 'audit'])).code).toBe(0);
    expect(read()).toBe(two.replace('[read:hooks]', '[read:billing, read:hooks]'));
    const wrong = await run(['pull', '--yes', '--role', 'suport']);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('Did you mean `support`?')]);
  });

  it('reports a role that is not live and leaves it in the file', async () => {
    const { run, read } = await setUp([]);
    const { code, stdout, stderr } = await run(['pull', '--yes']);
    expect([code, stdout]).toEqual([0, 'Nothing was taken over.\n']);
    expect(stderr).toContain('acme · support (roles/acme.yaml:11): it is not live');
    expect(read()).toBe(support);
  });

  it('reports a live role with `ensure: absent`, and leaves the line', async () => {
    const absent = 'roles:\n  - name: support\n    ensure: absent\n';
    const { run, read } = await setUp(moved, absent);
    const { code, stderr } = await run(['pull', '--yes']);
    expect([code, read()]).toEqual([0, absent]);
    expect(stderr).toContain('`ensure: absent`, but it is live');
  });

  it('takes over the name of a pinned role, and leaves `previously`', async () => {
    const id = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
    const pinned = `roles:\n  - name: support\n    id: ${id}\n    previously: [helpdesk] # once\n`;
    const { run, read } = await setUp([{ id, name: 'desk', scope: ['read:hooks'] }], pinned);
    const { code, stdout } = await run(['pull', '--yes']);
    expect([code, read()]).toEqual([0, pinned.replace('name: support', 'name: desk')]);
    expect(stdout).toContain('support is now called desk');
  });

  it('takes over an earlier name, which is then no earlier one', async () => {
    const renamed = 'roles:\n  - name: support\n    previously:\n      - desk\n      - helpdesk\n';
    const { run, read } = await setUp([{ name: 'desk', scope: ['read:hooks'] }], renamed);
    expect((await run(['pull', '--yes'])).code).toBe(0);
    expect(read()).toBe('roles:\n  - name: desk\n    previously:\n      - helpdesk\n');
    expect((await run(['plan', '--detailed-exitcode'])).code).toBe(0);
  });

  it('does not take a name that another role of the files has', async () => {
    const id = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
    const pinned = `roles:\n  - name: support\n    id: ${id}\n  - name: desk\n    description: Other\n`;
    const { run, read } = await setUp([{ id, name: 'desk', scope: ['read:hooks'] }], pinned);
    const { code, stderr } = await run(['pull', '--yes']);
    expect([code, read()]).toEqual([3, pinned]);
    expect(stderr).toContain('`desk` (roles/acme.yaml:12) has or had that name');
  });

  it('skips what a file must not say, says so, and takes the rest', async () => {
    const { run, read } = await setUp([
      {
        name: 'support',
        description: 'An\u202eswers',
        scope: ['admin:shopping', 'read:accounts', 'e\u0301:x', 'read:hooks'],
      },
    ]);
    const { code, stderr } = await run(['pull', '--yes']);
    expect(code).toBe(3);
    expect(stderr).toContain('U+202E');
    expect(stderr).toContain('is not in Unicode normal form C');
    expect(read()).toBe(`${support}      - read:hooks\n`);
  });

  it('does not empty a role that must have a permission', async () => {
    const { run, read } = await setUp([{ name: 'support', description: 'Answers', scope: [] }]);
    const { code, stderr } = await run(['pull', '--yes']);
    expect(code).toBe(3);
    expect(stderr).toContain('it has no permissions left');
    expect(read()).toBe(support.replace('Answers orders', 'Answers'));
  });

  it('leaves what an anchor shares with another role, and takes the rest', async () => {
    const anchored = `roles:
  - name: support
    permissions: &some [admin:shopping, read:accounts]
  - name: audit
    permissions: *some
  - name: other
    permissions: [read:hooks]
`;
    const { run, read } = await setUp(
      [
        { name: 'support', scope: ['read:accounts'] },
        { name: 'audit', scope: ['admin:shopping', 'read:accounts'] },
        { name: 'other', scope: ['read:billing'] },
      ],
      anchored,
    );
    const { code, stderr } = await run(['pull', '--yes']);
    expect(code).toBe(3);
    expect(stderr).toContain('through the anchor `&some`');
    expect(read()).toBe(anchored.replace('[read:hooks]', '[read:billing]'));
  });

  it('prints one document with --format json', async () => {
    const { run } = await setUp(moved);
    const { stdout } = await run(['pull', '--yes', '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      formatVersion: 1,
      files: [{ file: 'roles/acme.yaml' }],
      taken: [
        { target: 'acme', action: 'update', role: 'support', grants: ['read:billing'], revokes: ['admin:shopping'] },
      ],
      left: [],
      errors: [],
      message: expect.stringContaining('support gains read:billing'),
    });
  });
});

describe('pull --adopt', () => {
  it('adds what no file names, as the roles beside it are written', async () => {
    const { run, read } = await setUp([
      { name: 'support', description: 'Answers orders', scope: ['admin:shopping', 'read:accounts'] },
      { name: 'webhooks', scope: ['read:hooks', 'admin:hooks'] },
      { name: 'a: b', description: 'yes', scope: ['*.*'] },
      { name: '', scope: ['read:hooks'] },
    ]);
    expect((await run(['pull', '--yes'])).stdout).toContain('Nothing to take over');
    const { code, stdout } = await run(['pull', '--yes', '--adopt']);
    expect(code).toBe(0);
    expect(read()).toBe(`${support}  - name: "a: b"
    description: "yes"
    permissions:
      - "*.*"
  - name: webhooks
    permissions:
      - admin:hooks
      - read:hooks
`);
    expect(stdout).toContain('new role `webhooks` gets admin:hooks');
    expect((await run(['plan', '--detailed-exitcode'])).code).toBe(0);
  });

  it('skips roles that share a name, and a name that a reader cannot see', async () => {
    const { run, read } = await setUp(
      [
        { name: 'twin', scope: ['read:hooks'] },
        { name: 'twin', scope: ['read:billing'] },
        { name: 'zero\u200bwidth', scope: ['read:billing'] },
        { name: 'one', scope: ['read:hooks'] },
      ],
      'roles: []\n',
    );
    const { code, stderr } = await run(['pull', '--yes', '--adopt']);
    expect(code).toBe(3);
    expect(stderr).toContain('U+200B');
    expect(stderr.match(/another role has this name/g)).toHaveLength(2);
    expect(read()).toBe('roles:\n  - name: one\n    permissions:\n      - read:hooks\n');
  });
});

describe('a role of several targets', () => {
  async function two(here: readonly string[], there: readonly string[]) {
    const api = await remote();
    const other = issueDintero(api.sandbox.state.dintero, 'T33334444');
    goLive(api, [{ name: 'support', scope: here }]);
    goLive(api, [{ name: 'support', scope: there }], 'T33334444');
    const targets = api.dintero.replace(
      'targets:\n',
      `targets:\n  - name: other\n    account: T33334444\n    baseUrl: ${api.sandbox.origin}${other.path}\n    auth: {clientId: "\${DINTERO_ID}", clientSecret: "\${DINTERO_SECRET}"}\n`,
    );
    const roles =
      'provider: dintero\ntargets: [acme, other]\nroles:\n  - name: support\n    permissions: [read:hooks]\n';
    const cwd = folder({ 'roles/targets.yaml': targets, 'roles/both.yaml': roles });
    const environment = {
      ...api.environment,
      DINTERO_ID: other.auth.clientId,
      DINTERO_SECRET: other.auth.clientSecret,
    };
    const read = () => readFileSync(`${cwd}/roles/both.yaml`, 'utf8').split('permissions: ')[1];
    return { run: (...argv: string[]) => rolesync(argv, { cwd, environment }), read };
  }
  const more = ['read:billing', 'read:hooks'];

  it('is edited where the same happened on all of them', async () => {
    const { run, read } = await two(more, more);
    expect((await run('pull', '--yes')).code).toBe(0);
    expect(read()).toBe('[read:billing, read:hooks]\n');
  });

  it.each([
    ['it did not happen on the other', [], ['read:hooks']],
    ['the other was not read', ['acme'], more],
  ])('is not edited silently where %s', async (_, chosen, there) => {
    const { run, read } = await two(more, there);
    const { code, stderr } = await run('pull', '--yes', ...chosen);
    expect([code, read()]).toEqual([3, '[read:hooks]\n']);
    expect(stderr).toContain('the role is for `other` too');
    expect(stderr).toContain('--shared');
  });

  it('is edited with --shared, and then the plan of the other says so', async () => {
    const { run, read } = await two(more, ['read:hooks']);
    expect((await run('pull', '--yes', '--shared', 'acme')).code).toBe(0);
    expect(read()).toBe('[read:billing, read:hooks]\n');
    expect((await run('plan', '--detailed-exitcode', '--target', 'acme')).code).toBe(0);
    expect((await run('plan', '--target', 'other')).stdout).toContain('+ read:billing');
  });
});

describe('Rocket.Chat', () => {
  it('has its fields and an empty list taken over', async () => {
    const api = await remote();
    const chat = api.sandbox.state.rocketchat.workspaces[workspace];
    chat?.roles.push({
      _id: 'r1',
      name: 'host',
      scope: 'Users',
      description: '',
      protected: false,
      mandatory2fa: true,
      _updatedAt: now,
    });
    const roles =
      'roles:\n  - name: host\n    mandatory2fa: false # for now\n    permissions:\n      - create-c\n      # end\n';
    const cwd = folder({ 'roles/chat.yaml': api.rocketchat + roles });
    const run = (...argv: string[]) => rolesync(argv, { cwd, environment: api.environment });
    await run('plan');
    const planned = api.sent();
    expect((await run('pull', '--yes')).code).toBe(0);
    expect(api.sent()).toEqual(planned);
    expect(readFileSync(`${cwd}/roles/chat.yaml`, 'utf8').replace(api.rocketchat, '')).toBe(
      'roles:\n  - name: host\n    mandatory2fa: true # for now\n    permissions: []\n      # end\n',
    );
    expect((await run('plan', '--detailed-exitcode')).code).toBe(0);
  });
});
