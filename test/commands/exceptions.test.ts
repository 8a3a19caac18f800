/** Exceptions over their last day, over the sandbox and with the clock handed in. */
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { folder, rolesync, write } from '../support/command.ts';
import { account, remote } from '../support/remote.ts';

const day = (text: string) => () => Date.parse(`${text}T10:00:00Z`);
const exception = `provider: dintero
targets: [acme-test]
exceptions:
  - role: support
    add: [read:receipts]
    until: 2026-12-31
    reason: INC-42
`;

async function stage() {
  const api = await remote({});
  const name = /name: ([\w-]+)/.exec(api.dintero)?.[1] ?? '';
  const cwd = folder({
    'roles/a.yaml': `${api.dintero}roles:\n  - name: support\n    permissions: [set: base, write:checkout]\n  - name: audit\n    permissions: [read:accounts]\n`,
    'roles/sets.yaml': 'permissionSets: { base: [read:accounts] }\n',
    'roles/exceptions/a.yaml': exception.replace('acme-test', name),
  });
  const run = (today: string, ...argv: string[]) =>
    rolesync(argv, { cwd, environment: api.environment, now: day(today) });
  const held = (role: string) =>
    api.sandbox.state.dintero.accounts[account]?.roles.find((one) => one.name === role)?.scope?.toSorted();
  return { cwd, run, held };
}

const change = (stdout: string) => JSON.parse(stdout).targets[0].changes[0];

describe('an exception with an end', () => {
  it('is granted with its reason, and holds through its last day', async () => {
    const { run, held } = await stage();
    const planned = await run('2026-12-01', 'plan', '--format', 'json');
    const support = JSON.parse(planned.stdout).targets[0].changes.find(
      ({ role }: { role: string }) => role === 'support',
    );
    expect(support.via).toEqual([
      expect.objectContaining({ effect: 'grant', permission: 'read:accounts', kind: 'set', sets: ['base'] }),
      expect.objectContaining({
        permission: 'read:receipts',
        kind: 'exception',
        until: '2026-12-31',
        reason: 'INC-42',
      }),
    ]);
    expect((await run('2026-12-31', 'apply', '--yes')).code).toBe(0);
    expect(held('support')).toEqual(['read:accounts', 'read:receipts', 'write:checkout']);
    expect((await run('2026-12-31', 'plan', '--detailed-exitcode')).code).toBe(0);
  });

  it('is revoked the day after, which is neither drift nor anything that a branch brings', async () => {
    const { cwd, run } = await stage();
    await run('2026-12-31', 'apply', '--yes');
    const after = await run('2027-01-01', 'plan', '--base-dir', cwd, '--format', 'json');
    expect(change(after.stdout)).toMatchObject({
      role: 'support',
      revokes: ['read:receipts'],
      drift: [],
      via: [{ effect: 'revoke', permission: 'read:receipts', kind: 'end', until: '2026-12-31', reason: 'INC-42' }],
    });
    expect((await run('2026-12-31', 'plan', '--at', '2027-01-01', '--detailed-exitcode')).code).toBe(2);
    expect((await run('2026-12-31', 'plan', '--detailed-exitcode')).code).toBe(0);
  });

  it('is known for ended although the branch has removed it', async () => {
    const { cwd, run } = await stage();
    await run('2026-12-31', 'apply', '--yes');
    cpSync(`${cwd}/roles`, `${cwd}/base/roles`, { recursive: true });
    rmSync(`${cwd}/roles/exceptions`, { recursive: true });
    const planned = await run('2027-01-01', 'plan', '--base-dir', 'base', '--format', 'json');
    expect(change(planned.stdout)).toMatchObject({ drift: [], via: [{ kind: 'end', permission: 'read:receipts' }] });
    const earlier = await run('2026-12-31', 'plan', '--base-dir', 'base', '--format', 'json');
    expect(change(earlier.stdout)).toMatchObject({ drift: [], via: [{ kind: 'exception', effect: 'revoke' }] });
  });

  it('is revoked with --include-ended and no plan, and nothing else is', async () => {
    const { cwd, run, held } = await stage();
    await run('2026-12-31', 'apply', '--yes');
    write(
      cwd,
      'roles/a.yaml',
      (await import('node:fs'))
        .readFileSync(`${cwd}/roles/a.yaml`, 'utf8')
        .replace('[read:accounts]\n', '[read:accounts, admin:hooks]\n'),
    );
    const ended = await run('2027-01-01', 'apply', '--include-ended');
    expect(ended.code).toBe(3);
    expect(held('support')).toEqual(['read:accounts', 'write:checkout']);
    expect(held('audit')).toEqual(['read:accounts']);
    expect(ended.stdout).toContain('nobody reviewed this');
  });

  it('is revoked with a reviewed plan of another role only if --include-ended says so', async () => {
    const { cwd, run, held } = await stage();
    await run('2026-12-31', 'apply', '--yes');
    const before = readFileSync(`${cwd}/roles/a.yaml`, 'utf8');
    write(cwd, 'roles/a.yaml', before.replace('[read:accounts]\n', '[read:accounts, read:hooks]\n'));
    await run('2026-12-31', 'plan', '--out', 'plan.json');
    expect((await run('2027-01-01', 'apply', '--plan', 'plan.json')).code).toBe(3);
    expect(held('support')).toContain('read:receipts');
    expect(held('audit')).toContain('read:hooks');
    expect((await run('2027-01-01', 'apply', '--plan', 'plan.json', '--include-ended')).code).toBe(0);
    expect(held('support')).not.toContain('read:receipts');
  });

  it('warns seven days before, in validate and in plan', async () => {
    const { run } = await stage();
    expect((await run('2026-12-24', 'validate')).stdout).toContain('ends on 2026-12-31 (in 7 days)');
    expect((await run('2026-12-23', 'validate')).stdout).not.toContain('ends on');
    expect((await run('2026-12-01', 'validate', '--at', '2026-12-31')).stdout).toContain('ends on 2026-12-31 (today)');
    expect((await run('2027-01-01', 'plan')).stderr).toContain('ended on 2026-12-31');
  });

  it('is not planned for a day that is none, nor saved for another day', async () => {
    const { run } = await stage();
    const none = await run('2026-12-01', 'plan', '--at', '2026-02-30');
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('not a calendar day')]);
    const saved = await run('2026-12-01', 'plan', '--at', '2026-12-31', '--out', 'plan.json');
    expect([saved.code, saved.stderr]).toEqual([1, expect.stringContaining('omit --at or --out')]);
  });
});

describe('--label', () => {
  it('takes only targets with every label, and says which label is meant', async () => {
    const api = await remote({});
    const files = {
      'roles/a.yaml': `${api.dintero.replace(/(- name: [\w-]+\n)/, '$1    labels: [no, retail]\n')}roles:\n  - name: support\n    permissions: [read:accounts]\n`,
    };
    const cwd = folder(files);
    const run = (...argv: string[]) => rolesync(argv, { cwd, environment: api.environment });
    expect((await run('plan', '--label', 'no', '--label', 'retail', '--detailed-exitcode')).code).toBe(2);
    const wrong = await run('plan', '--label', 'retial');
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('Did you mean `retail`?')]);
  });
});
