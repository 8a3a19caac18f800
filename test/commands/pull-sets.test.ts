/** Taking over what is live where sets, labels and exceptions say what a role may do. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { folder, rolesync, type World, write } from '../support/command.ts';
import { remote } from '../support/remote.ts';
import { issueDintero } from '../support/sandbox.ts';

const now = '2026-01-01T00:00:00.000Z';
const sets = `permissionSets:
  support-read: [read:accounts, read:billing]  # what everybody may see
  refunds:
    - set: support-read # all of it
    - write:checkout
`;
const support = `provider: dintero
targets: { labels: [retail] }
roles:
  - name: order support
    permissions: [set: refunds, admin:shopping] # ours
`;
const whole = ['admin:shopping', 'read:accounts', 'read:billing', 'write:checkout'];

type Live = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Three accounts with these roles live, and the files above. */
async function stage(live: Live, files: Readonly<Record<string, string>> = {}) {
  const api = await remote();
  const { dintero } = api.sandbox.state;
  const names = ['acme-no', 'bravo-se', 'delta-dk'];
  const environment: Record<string, string> = {};
  const targets = names.map((name, index) => {
    const tenant = `T1111222${index}`;
    const { path, auth } = issueDintero(dintero, tenant);
    const [id, secret] = [`DINTERO_ID_${index}`, `DINTERO_SECRET_${index}`];
    Object.assign(environment, { [id]: auth.clientId, [secret]: auth.clientSecret });
    const roles = dintero.accounts[tenant]?.roles ?? [];
    const own = Object.entries(live[name] ?? { 'order support': whole });
    for (const [at, [role, scope]] of own.entries()) {
      const stamps = { created_at: now, updated_at: now, created_by: 't', description: '' };
      roles.push({
        id: `00000000-0000-4000-8000-${String(index * 100 + at).padStart(12, '0')}`,
        name: role,
        scope: [...scope],
        ...stamps,
      });
    }
    return `  - name: ${name}\n    account: ${tenant}\n    labels: [retail]\n    baseUrl: ${api.sandbox.origin}${path}\n    auth: { clientId: "\${${id}}", clientSecret: "\${${secret}}" }\n`;
  });
  const all = {
    'roles/targets.yaml': `provider: dintero\ntargets:\n${targets.join('')}`,
    'roles/sets.yaml': sets,
    'roles/support.yaml': support,
    ...files,
  };
  const cwd = folder(all);
  const run = (argv: readonly string[], world: Partial<World> = {}) => rolesync(argv, { cwd, environment, ...world });
  const read = (path: string) => readFileSync(`${cwd}/${path}`, 'utf8');
  const changed = () =>
    Object.entries(all)
      .filter(([path, text]) => read(path) !== text)
      .map(([path]) => path);
  const plan = async (target: string) => (await run(['plan', '--detailed-exitcode', '--target', target])).code;
  return { cwd, run, read, changed, plan };
}

const without = (...gone: readonly string[]) => whole.filter((one) => !gone.includes(one));
const support_ = (permissions: readonly string[]) => ({ 'order support': permissions });
const why = ['--exception', '--reason', 'INC-7'];

describe('what a set gives and was revoked live', () => {
  const revoked = { 'acme-no': support_(without('read:billing')) };

  it('is left, with both ways and how many targets the set would change', async () => {
    const { run, changed } = await stage(revoked);
    const { code, stdout, stderr } = await run(['pull', '--yes', '--format', 'json']);
    expect([code, changed()]).toEqual([3, []]);
    expect(JSON.parse(stdout).left).toEqual([
      {
        target: 'acme-no',
        role: 'order support',
        source: { file: 'roles/support.yaml', line: 4, column: 5 },
        code: 'set',
        reason:
          '`read:billing`: the set refunds → support-read (roles/sets.yaml:2) gives it: take it out on this target with --exception --reason TEXT, or out of the set with --sets (this also changes 2 targets)',
      },
    ]);
    expect(stderr).toContain('not taken over: acme-no · order support (roles/support.yaml:4): `read:billing`');
  });

  it('becomes an exception of that target, in a new file', async () => {
    const { cwd, run, read, changed, plan } = await stage(revoked);
    const { code, stdout, stderr } = await run(['pull', '--yes', ...why]);
    expect(code).toBe(0);
    expect(changed()).toEqual([]);
    expect(
      read('roles/exceptions/acme-no.yaml'),
    ).toBe(`# yaml-language-server: $schema=https://unpkg.com/rolesync/schemas/roles.schema.json
#
# How roles on this target differ from their own files.
provider: dintero
targets: [acme-no]
exceptions:
  - role: order support
    without: [read:billing]
    reason: INC-7
`);
    expect(stderr).toContain('+++ b/roles/exceptions/acme-no.yaml');
    expect(stderr).not.toContain('also changes');
    expect(stdout).toContain('order support loses read:billing');
    expect(readdirSync(`${cwd}/roles/exceptions`)).toEqual(['acme-no.yaml']);
    expect([await plan('acme-no'), await plan('bravo-se')]).toEqual([0, 0]);
  });

  it('is taken out of the set with --sets, which says first who else changes', async () => {
    const { run, read, changed, plan } = await stage(revoked);
    const seen: string[] = [];
    const refused = await run(['pull', '--sets'], {
      answer: () => {
        seen.push('asked');
        return 'no';
      },
    });
    expect([refused.code, seen, changed()]).toEqual([1, ['asked'], []]);
    const { code, stdout, stderr } = await run(['pull', '--yes', '--sets', '--format', 'json', 'acme-no']);
    expect(code).toBe(0);
    expect(stderr.indexOf('this also changes 2 targets: order support loses read:billing (bravo-se, delta-dk)')).toBe(
      0,
    );
    expect(JSON.parse(stdout)).toMatchObject({
      left: [],
      alsoChanges: [
        { target: 'bravo-se', role: 'order support', gains: [], loses: ['read:billing'], fields: [] },
        { target: 'delta-dk' },
      ],
    });
    expect(changed()).toEqual(['roles/sets.yaml']);
    expect(read('roles/sets.yaml')).toBe(sets.replace('[read:accounts, read:billing]', '[read:accounts]'));
    expect([await plan('acme-no'), await plan('bravo-se')]).toEqual([0, 2]);
  });

  it('is not taken out of the set where another role of that target would change', async () => {
    const audit =
      'provider: dintero\ntargets: [acme-no]\nroles:\n  - name: audit\n    permissions: [set: support-read]\n';
    const { run, changed } = await stage(
      { 'acme-no': { ...support_(without('read:billing')), audit: ['read:accounts', 'read:billing'] } },
      { 'roles/audit.yaml': audit },
    );
    const { code, stderr } = await run(['pull', '--yes', '--sets']);
    expect([code, changed()]).toEqual([3, []]);
    expect(stderr).toContain('after these edits `audit` in `acme-no` would not be what the files say');
  });

  it('is removed from the set for all roles of the target that lost it, and from a list of their own', async () => {
    const audit =
      'provider: dintero\ntargets: [acme-no]\nroles:\n  - name: audit\n    permissions:\n      - read:billing # also\n      - set: support-read\n';
    const lost = { 'acme-no': { ...support_(without('read:billing')), audit: ['read:accounts'] } };
    const { run, read, changed, plan } = await stage(lost, { 'roles/audit.yaml': audit });
    const { code, stderr } = await run(['pull', '--yes', '--sets']);
    expect([stderr.includes('not taken over'), code]).toEqual([false, 0]);
    expect(changed()).toEqual(['roles/sets.yaml', 'roles/audit.yaml']);
    expect(read('roles/audit.yaml')).toBe(audit.replace('      - read:billing # also\n', ''));
    expect(await plan('acme-no')).toBe(0);
  });

  it('stays where a set would be left with nothing', async () => {
    const one = 'permissionSets:\n  refunds: [write:checkout]\n';
    const audit = 'provider: dintero\ntargets: [bravo-se]\nroles:\n  - {name: audit, permissions: [set: refunds]}\n';
    const { run, changed } = await stage(
      {
        'acme-no': support_(['admin:shopping']),
        'bravo-se': { ...support_(['admin:shopping', 'write:checkout']), audit: ['write:checkout'] },
        'delta-dk': support_(['admin:shopping', 'write:checkout']),
      },
      { 'roles/sets.yaml': one, 'roles/audit.yaml': audit },
    );
    const { code, stderr } = await run(['pull', '--yes', '--sets', 'acme-no']);
    expect([code, changed()]).toEqual([3, []]);
    expect(stderr).toContain('hold no permission');
  });
});

describe('what happened on some targets of a role', () => {
  const more = { 'acme-no': support_([...whole, 'read:hooks']) };

  it('is left, with both ways', async () => {
    const { run, changed } = await stage(more);
    const { code, stderr } = await run(['pull', '--yes']);
    expect([code, changed()]).toEqual([3, []]);
    expect(stderr).toContain(
      '`read:hooks`: the role is for `bravo-se`, `delta-dk` too, where this did not change; --shared edits it for all of them, --exception --reason TEXT makes it an exception of this target',
    );
  });

  it('is edited for all with --shared, which says first who else changes', async () => {
    const { run, read, changed } = await stage(more);
    const { code, stderr } = await run(['pull', '--yes', '--shared']);
    expect([code, changed()]).toEqual([0, ['roles/support.yaml']]);
    expect(stderr).toContain('this also changes 2 targets: order support gains read:hooks (bravo-se, delta-dk)');
    expect(read('roles/support.yaml')).toContain('[set: refunds, admin:shopping, read:hooks] # ours');
  });

  it('is added to the exceptions that the target has, beside those and in their manner', async () => {
    const own =
      'provider: dintero\ntargets: [acme-no]\nexceptions: # of acme\n\n  - role: order support\n    add:\n      - read:receipts\n    reason: INC-1 # long\n# end\n';
    const live = {
      'acme-no': support_([...without('write:checkout', 'admin:shopping'), 'read:hooks', 'read:receipts']),
    };
    const { cwd, run, read, changed, plan } = await stage(live, { 'roles/acme/except.yaml': own });
    const { code, stderr } = await run(['pull', '--yes', ...why]);
    expect([stderr.includes('not taken over'), code]).toEqual([false, 0]);
    expect(changed()).toEqual(['roles/acme/except.yaml']);
    expect(read('roles/acme/except.yaml')).toBe(
      own.replace(
        '# end\n',
        `  - role: order support
    add:
      - read:hooks
    without:
      - admin:shopping
      - write:checkout
    reason: INC-7
# end
`,
      ),
    );
    expect(existsSync(`${cwd}/roles/exceptions`)).toBe(false);
    expect([await plan('acme-no'), await plan('bravo-se')]).toEqual([0, 0]);
  });

  it('is an edit of the role where it happened on all that the edit would change', async () => {
    const exception =
      'provider: dintero\ntargets: [bravo-se]\nexceptions:\n  - {role: order support, add: [read:hooks], reason: INC-1}\n';
    const hooks = support_([...whole, 'read:hooks']);
    const { run, changed, plan } = await stage(
      { 'acme-no': hooks, 'bravo-se': hooks, 'delta-dk': hooks },
      { 'roles/exceptions/bravo-se.yaml': exception },
    );
    expect((await run(['pull', '--yes'])).code).toBe(0);
    expect(changed()).toEqual(['roles/support.yaml']);
    expect([await plan('acme-no'), await plan('bravo-se'), await plan('delta-dk')]).toEqual([0, 0, 0]);
  });

  it('is written where the `files` of the target allow it, or nowhere', async () => {
    const stageWith = async (files: string) => {
      const staged = await stage(more);
      const targets = staged.read('roles/targets.yaml');
      const first = targets.replace('    labels', `    files: [roles/support.yaml, ${files}]\n    labels`);
      write(staged.cwd, 'roles/targets.yaml', first);
      return staged;
    };
    const inside = await stageWith('"roles/acme/**"');
    expect((await inside.run(['pull', '--yes', ...why])).code).toBe(0);
    expect(readdirSync(`${inside.cwd}/roles/acme/exceptions`)).toEqual(['acme-no.yaml']);
    expect(await inside.plan('acme-no')).toBe(0);
    const nowhere = await stageWith('roles/other.yaml');
    const { code, stderr } = await nowhere.run(['pull', '--yes', ...why]);
    expect(code).toBe(3);
    expect(stderr).toContain('leave no place for a file of exceptions');
    expect(existsSync(`${nowhere.cwd}/roles/exceptions`)).toBe(false);
  });

  it('is not added where a set does not let exceptions add it', async () => {
    const guarded = sets.replace(
      '  support-read: [read:accounts, read:billing]',
      '  support-read: { permissions: [read:accounts, read:billing], exceptionsMayNotAdd: [read] }',
    );
    const { cwd, run } = await stage(more, { 'roles/sets.yaml': guarded });
    const { code, stderr } = await run(['pull', '--yes', ...why]);
    expect([code, existsSync(`${cwd}/roles/exceptions`)]).toEqual([3, false]);
    expect(stderr).toContain('does not let exceptions add');
  });
});

describe('what an exception or `without` decides', () => {
  const exception = (lines: string) =>
    `provider: dintero\ntargets: [acme-no]\nexceptions:\n  - role: order support\n    reason: INC-1\n${lines}`;

  it.each([
    ['what an exception adds', [], '    add: [read:hooks]\n', whole, 'exception', 'acme.yaml:4 (INC-1) adds it'],
    [
      'what an exception takes out',
      [],
      '    without: [write:checkout]\n',
      whole,
      'without',
      '`without` of an exception (INC-1) takes it out (roles/acme.yaml:6)',
    ],
    [
      'what an exception gave until yesterday',
      [],
      '    add: [read:hooks]\n    until: 2026-12-31\n',
      [...whole, 'read:hooks'],
      'ended',
      'its exception ended on 2026-12-31 (roles/acme.yaml:4), and apply revokes it',
    ],
  ] as const)('stays as it is: %s', async (_, flags, lines, live, left, words) => {
    const { run, changed } = await stage({ 'acme-no': support_(live) }, { 'roles/acme.yaml': exception(lines) });
    const world = { now: () => Date.parse('2027-01-01T10:00:00Z') };
    for (const more of [flags, ['--shared'], why, ['--sets']]) {
      const { code, stdout } = await run(['pull', '--yes', '--format', 'json', ...more], world);
      expect(JSON.parse(stdout).left).toEqual([
        expect.objectContaining({ code: left, reason: expect.stringContaining(words) }),
      ]);
      expect([code, changed()]).toEqual([left === 'ended' ? 0 : 3, []]);
    }
  });

  it('stays as it is: what `without` of the role takes out', async () => {
    const barred = `${support.trimEnd()}\n    without: [read:billing]\n`;
    const { run, changed } = await stage({ 'acme-no': support_(whole) }, { 'roles/support.yaml': barred });
    const { code, stderr } = await run(['pull', '--yes', 'acme-no', ...why]);
    expect([code, changed()]).toEqual([3, []]);
    expect(stderr).toContain('`without` of the role takes it out (roles/support.yaml:6)');
  });
});

describe('the flags', () => {
  it.each([
    [['--exception'], 'give --reason TEXT'],
    [['--exception', '--reason', ' '], 'give --reason TEXT'],
    [['--exception', '--reason', 'a\u202eb'], 'U+202E'],
    [['--reason', 'x'], '--reason needs --exception'],
    [['--exception', '--reason', 'x', '--sets'], 'give one of --exception and --sets'],
  ])('refuse %j before anything is read', async (flags, words) => {
    const { code, stderr } = await rolesync(['pull', '--yes', ...flags], { cwd: folder({}) });
    expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
  });
});
