/** What comparable tools got wrong; each is shown not to happen here. */
import { chmodSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Application } from '../../src/core/outcome.ts';
import { isPlanned, type Plan } from '../../src/core/plan.ts';
import { folder, rolesync, write } from '../support/command.ts';
import { account, remote, rolesYaml, workspace } from '../support/remote.ts';
import type { SandboxOptions } from '../support/sandbox.ts';

const support = { name: 'support', description: 'Answers', permissions: ['read:accounts', 'read:checkout'] };

async function dintero(roles: readonly (typeof support)[], options: SandboxOptions = {}) {
  const api = await remote(options);
  const cwd = folder({ 'roles/dintero.yaml': api.dintero + rolesYaml(roles) });
  const run = (...argv: string[]) => rolesync(argv, { cwd, environment: api.environment });
  const declare = (next: readonly (typeof support)[]) =>
    write(cwd, 'roles/dintero.yaml', api.dintero + rolesYaml(next));
  const live = () => api.sandbox.state.dintero.accounts[account]?.roles.filter((role) => !role.deleted_at) ?? [];
  return { api, cwd, run, declare, live };
}

describe('lessons from comparable tools', () => {
  it('an unknown flag ends with 1, suggests the right one and sends nothing', async () => {
    const { api, run } = await dintero([support]);
    const { code, stderr, stdout } = await run('apply', '--yse');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('--yes');
    const json = await run('plan', '--format', 'json', '--dryrun');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'config' } });
    expect(api.sent()).toEqual([]);
  });

  it('an unknown command ends with 1 and suggests the right one', async () => {
    const { run } = await dintero([support]);
    const { code, stderr } = await run('paln');
    expect(code).toBe(1);
    expect(stderr).toContain('plan');
  });

  it('no permission that a role has before and after is ever missing in between', async () => {
    const seen: string[][] = [];
    const { run, declare } = await dintero([support], {
      onWrite: (state) => seen.push(...(state.dintero.accounts[account]?.roles ?? []).map((role) => [...role.scope])),
    });
    await run('apply', '--yes');
    declare([{ ...support, permissions: ['read:accounts', 'admin:hooks'] }]);
    expect((await run('apply', '--yes')).code).toBe(0);
    expect(seen.length).toBe(2);
    expect(seen.every((scopes) => scopes.includes('read:accounts'))).toBe(true);
  });

  it('a rejected update leaves the role as it was', async () => {
    const { run, declare, live } = await dintero([support], {
      intercept: ({ method }) =>
        method === 'PUT' ? { status: 400, body: { error: { message: 'unknown scope' } } } : undefined,
    });
    await run('apply', '--yes');
    declare([{ ...support, permissions: ['admin:hooks'] }]);
    const { code, stdout } = await run('apply', '--yes');
    expect(code).toBe(1);
    expect(stdout).toContain('unknown scope');
    expect(live().map(({ scope }) => scope)).toEqual([['read:accounts', 'read:checkout']]);
  });

  it('a server that silently drops a permission is caught', async () => {
    const { run, stateOf } = await droppingServer();
    const { code, stdout } = await run('apply', '--yes', '--format', 'json');
    expect(code).toBe(1);
    const [target] = (JSON.parse(stdout) as Application).targets;
    expect(target).toMatchObject({ verified: false, outcomes: [{ status: 'failed' }] });
    expect(target?.outcomes[0]?.error?.message).toContain('`admin:hooks` is still missing');
    expect(stateOf()).toEqual([['read:accounts']]);
  });

  async function droppingServer() {
    const setUp = await dintero([{ ...support, permissions: ['admin:hooks', 'read:accounts'] }], {
      onWrite: (state) => {
        const roles = state.dintero.accounts[account]?.roles ?? [];
        for (const [at, role] of roles.entries())
          roles[at] = { ...role, scope: role.scope.filter((one) => one !== 'admin:hooks') };
      },
    });
    return { ...setUp, stateOf: () => setUp.live().map(({ scope }) => scope) };
  }

  it('an unreadable file stops the run before anything is sent', async () => {
    const { api, cwd, run } = await dintero([support]);
    write(cwd, 'roles/broken.yaml', 'roles: [');
    expect((await run('apply', '--yes')).code).toBe(1);
    write(cwd, 'roles/broken.yaml', '');
    chmodSync(`${cwd}/roles/broken.yaml`, 0);
    expect((await run('apply', '--yes')).code).toBe(1);
    expect(api.sent()).toEqual([]);
  });

  it('no read fault ever becomes a create or a delete', async () => {
    const faults = [
      { status: 500, body: {} },
      { status: 403, body: { error: { message: 'no' } } },
      { status: 200, body: '<html>' },
      { status: 200, body: {} },
      { status: 200, body: [{ id: 7 }] },
      { status: 200, body: [null] },
      { status: 204, body: '' },
      { status: 302, body: '' },
      'drop',
    ] as const;
    const everyone = Array.from({ length: 130 }, (_, at) => ({ ...support, name: `role ${at}` }));
    const { api, cwd, run } = await dintero(everyone, { intercept: () => fault() });
    let armed: { readonly page: number; readonly fault: (typeof faults)[number] } | undefined;
    let page = 0;
    function fault() {
      const request = api?.sandbox.requests.length;
      return request !== undefined && armed !== undefined && ++page === armed.page + 1 ? armed.fault : undefined;
    }
    expect((await run('apply', '--yes')).code).toBe(0);
    write(
      cwd,
      'roles/dintero.yaml',
      api.dintero.replace(
        '  - name: acme',
        '  - name: acme\n    files: [roles/**]\n    limits: { deletes: 200 }\n    unmanaged: delete',
      ) + rolesYaml([support]),
    );
    const clean = JSON.parse((await run('plan', '--format', 'json')).stdout) as Plan;
    expect(clean.summary).toMatchObject({ create: 1, delete: 130 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...faults), fc.constantFrom(0, 1, 2), async (which, at) => {
        page = 0;
        armed = { page: at, fault: which };
        const { stdout, code } = await run('plan', '--format', 'json');
        const plan = JSON.parse(stdout) as Plan;
        // A dropped or refused read that is repeated may succeed; then the plan is the clean one.
        if (isPlanned(plan.targets[0] as Plan['targets'][number])) expect(plan.digest).toBe(clean.digest);
        else expect([code, plan.summary.create, plan.summary.delete]).toEqual([1, 0, 0]);
      }),
      { numRuns: 27 },
    );
  }, 60_000);

  it('a run over a subfolder deletes nothing that is declared next door, and neither does a renamed file', async () => {
    const { api, cwd, run, live } = await dintero([support]);
    await run('apply', '--yes');
    const target = api.dintero.replace(
      '  - name: acme',
      '  - name: acme\n    files: [roles/acme/**]\n    unmanaged: delete',
    );
    const roles = `provider: dintero\ntargets: [acme]\n${rolesYaml([support])}`;
    rmSync(join(cwd, 'roles/dintero.yaml'));
    write(cwd, 'roles/targets/dintero.yaml', target);
    write(cwd, 'roles/acme/support.yaml', roles);
    const part = await run('plan', 'roles/targets', '--out', 'part.json');
    expect(part.stdout.replace(/\s+/g, ' ')).toContain('`roles/acme/support.yaml` was not read');
    expect(part.stderr).toContain('deletes nothing here');
    await run('apply', 'roles/targets', '--plan', 'part.json');
    renameSync(join(cwd, 'roles/acme/support.yaml'), join(cwd, 'roles/acme/support.YAML'));
    api.sent();
    for (const path of ['roles', 'roles/targets']) {
      const { code, stderr } = await run('plan', path);
      expect(code).toBe(1);
      expect(stderr).toContain('looks like a role file but is not read');
    }
    expect(api.sent()).toEqual([]);
    expect(live().map(({ name }) => name)).toEqual(['support']);
  });

  it('two targets that reach one account by two hosts of the provider do not undo each other', async () => {
    const cwd = folder({});
    const target = (name: string, url: string) =>
      `provider: dintero\nauth: { token: "\${DINTERO_TOKEN}" }\ntargets: [{ name: ${name}, account: T11112222, baseUrl: "${url}" }]\n`;
    write(cwd, 'roles/a.yaml', target('a', '${DINTERO_A}'));
    write(cwd, 'roles/b.yaml', target('b', '${DINTERO_B}'));
    const environment = {
      ...{ DINTERO_TOKEN: 'x', DINTERO_A: 'https://api.dintero.com/v1', DINTERO_B: 'https://checkout.dintero.com/v1/' },
      // Nothing would be there to answer.
      HTTPS_PROXY: 'http://127.0.0.1:1',
    };
    const { code, stderr } = await rolesync(['plan'], { cwd, environment });
    expect(code).toBe(1);
    expect(stderr.replace(/\s+/g, ' ')).toContain('`b` points to the same place as `a`');
  });

  it('a role that no file names is left alone and shown', async () => {
    const { api, run, live } = await dintero([support]);
    const stamps = { created_at: '', updated_at: '', created_by: '' };
    api.sandbox.state.dintero.accounts[account]?.roles.push({
      id: 'x-1',
      name: 'by hand',
      scope: ['admin:hooks'],
      ...stamps,
    });
    const { stdout } = await run('plan');
    expect(stdout).toContain('1 live role that no file names: by hand');
    await run('apply', '--yes');
    expect(live().find(({ id }) => id === 'x-1')?.scope).toEqual(['admin:hooks']);
  });

  it('drift in a role whose file did not change is repaired', async () => {
    const { api, run, live } = await dintero([support]);
    await run('apply', '--yes');
    const roles = api.sandbox.state.dintero.accounts[account]?.roles ?? [];
    roles[0] = { ...(roles[0] as (typeof roles)[number]), scope: ['read:accounts', 'admin:accounts'] };
    expect((await run('plan')).stdout).toContain('- admin:accounts');
    await run('apply', '--yes');
    expect(live()[0]?.scope).toEqual(['read:accounts', 'read:checkout']);
  });

  it('an unknown key in a file is an error', async () => {
    const { api, cwd, run } = await dintero([support]);
    write(cwd, 'roles/dintero.yaml', `${api.dintero}roles:\n  - name: support\n    permisions: [read:accounts]\n`);
    const { code, stderr } = await run('plan');
    expect(code).toBe(1);
    expect(stderr).toMatch(/roles\/dintero\.yaml:\d+:5.*did you mean `permissions`/i);
  });

  it('one apply converges, of a role and its permissions, on every provider', async () => {
    const api = await remote();
    const cwd = folder({
      'roles/dintero.yaml': api.dintero + rolesYaml([support]),
      'roles/rinne.yaml': api.rinne + rolesYaml([{ ...support, permissions: ['user.list', 'user.*'] }]),
      'roles/chat.yaml': api.rocketchat + rolesYaml([{ ...support, permissions: ['create-c'] }]),
    });
    const run = (...argv: string[]) => rolesync(argv, { cwd, environment: api.environment });
    expect((await run('apply', '--yes')).code).toBe(0);
    const { code, stdout } = await run('plan', '--detailed-exitcode');
    expect(stdout).toContain('no changes');
    expect(code).toBe(0);
  });

  it('1 and 2 are never confused: a target that cannot be read is 1, also with --detailed-exitcode', async () => {
    const { run } = await dintero([support]);
    expect((await run('plan')).code).toBe(0);
    expect((await run('plan', '--detailed-exitcode')).code).toBe(2);
    const { cwd } = await dintero([support]);
    const wrong = { DINTERO_CLIENT_ID: 'a', DINTERO_CLIENT_SECRET: 'b' };
    expect((await rolesync(['plan', '--detailed-exitcode'], { cwd, environment: wrong })).code).toBe(1);
  });

  it('the exit code does not depend on the format', async () => {
    const { run } = await dintero([support]);
    for (const argv of [
      ['plan', '--detailed-exitcode'],
      ['plan', '--target', 'nobody'],
      ['apply'],
      ['plan', 'nowhere'],
    ]) {
      const [text, json] = [await run(...argv), await run(...argv, '--format', 'json')];
      expect([argv, json.code]).toEqual([argv, text.code]);
      expect(() => JSON.parse(json.stdout)).not.toThrow();
    }
  });

  it('a failed permissions.update leaves nothing revoked that was not granted', async () => {
    const states: (readonly string[])[] = [];
    const api = await remote({
      onWrite: (state) => {
        const rows = state.rocketchat.workspaces[workspace]?.permissions ?? [];
        states.push(rows.filter(({ roles }) => roles.includes('moderator')).map(({ _id }) => _id));
      },
    });
    const chat = api.sandbox.state.rocketchat.workspaces[workspace];
    const held = chat?.permissions.filter(({ roles }) => roles.includes('moderator')).map(({ _id }) => _id) ?? [];
    const plain = held.filter((id) => !id.startsWith('change-setting-'));
    const wanted = [...plain.slice(1), 'create-c'];
    const cwd = folder({ 'roles/chat.yaml': api.rocketchat + rolesYaml([{ name: 'moderator', permissions: wanted }]) });
    expect((await rolesync(['apply', '--yes'], { cwd, environment: api.environment })).code).toBe(0);
    expect(states.length).toBeGreaterThan(0);
    for (const state of states) expect(plain.slice(1).filter((id) => !state.includes(id))).toEqual([]);
  });
});
