/** Dangers that a pull request accepts by name, over the sandbox. */
import { describe, expect, it } from 'vitest';
import { folder, rolesync, write } from '../support/command.ts';
import { account, remote, workspace } from '../support/remote.ts';

describe('an acknowledgement in the role files', () => {
  it('turns the second factor off, and nothing else does', async () => {
    const api = await remote({});
    const roles = (more: string) => `${api.rocketchat}roles:\n  - name: auditor\n    permissions: [view-logs]\n${more}`;
    const cwd = folder({ 'roles/chat.yaml': roles('    mandatory2fa: true\n') });
    const run = (...argv: string[]) => rolesync(argv, { cwd, environment: api.environment });
    const live = () => api.sandbox.state.rocketchat.workspaces[workspace]?.roles.find(({ name }) => name === 'auditor');
    expect((await run('apply', '--yes')).code).toBe(0);
    write(cwd, 'roles/chat.yaml', roles('    mandatory2fa: false\n'));
    const held = await run('apply', '--yes');
    expect(held.code).toBe(3);
    expect(held.stdout).toMatch(/`acknowledge:\s+\[second-factor\]`/);
    expect(live()?.mandatory2fa).toBe(true);
    write(cwd, 'roles/chat.yaml', roles('    mandatory2fa: false\n    acknowledge: [second-factor]\n'));
    expect((await run('apply', '--yes')).code).toBe(0);
    expect(live()?.mandatory2fa).toBe(false);
  });

  it('deletes a role that somebody holds, named in a reviewed plan', async () => {
    const api = await remote({});
    const tenant = api.sandbox.state.dintero.accounts[account];
    if (tenant === undefined) throw new Error('no account');
    const cwd = folder({
      'roles/a.yaml': `${api.dintero}roles:\n  - name: support\n    permissions: [read:accounts]\n`,
    });
    const run = (...argv: string[]) => rolesync(argv, { cwd, environment: api.environment });
    await run('apply', '--yes');
    const role = tenant.roles.find(({ name }) => name === 'support');
    tenant.users.push({ id: 'u1', email: 'ada@example.com', name: 'Ada', roles: [{ id: role?.id ?? '' }] });
    const gone = `${api.dintero}roles:\n  - name: support\n    ensure: absent\n`;
    write(cwd, 'roles/a.yaml', gone);
    const held = await run('apply', '--yes');
    expect([held.code, role?.deleted_at]).toEqual([3, undefined]);
    expect(held.stdout).toContain('1 user holds the role');
    write(cwd, 'roles/a.yaml', `${gone}    acknowledge: [in-use]\n`);
    await run('plan', '--out', 'plan.json');
    expect((await run('apply', '--plan', 'plan.json')).code).toBe(0);
    expect(tenant.roles.find(({ name }) => name === 'support')?.deleted_at).toBeDefined();
  });

  it('is needed for the fourth delete of one run', async () => {
    const api = await remote({});
    const names = ['one', 'two', 'three', 'four'];
    const files = (more: string) => names.map((name) => `  - name: ${name}\n${more}`).join('');
    const cwd = folder({ 'roles/a.yaml': `${api.dintero}roles:\n${files('    permissions: [read:accounts]\n')}` });
    const run = (...argv: string[]) => rolesync(argv, { cwd, environment: api.environment });
    await run('apply', '--yes');
    write(cwd, 'roles/a.yaml', `${api.dintero}roles:\n${files('    ensure: absent\n')}`);
    const held = await run('plan', '--format', 'json');
    expect(JSON.parse(held.stdout).summary).toMatchObject({ delete: 0, withheld: 4 });
    write(
      cwd,
      'roles/a.yaml',
      `${api.dintero}roles:\n${files('    ensure: absent\n    acknowledge: [many-deletes]\n')}`,
    );
    expect((await run('apply', '--yes')).code).toBe(0);
  });
});
