import { describe, expect, it } from 'vitest';
import { folder, rolesync } from '../support/command.ts';
import { remote } from '../support/remote.ts';

async function setUp() {
  const api = await remote();
  const cwd = folder({
    'roles/dintero.yaml': api.dintero,
    'roles/rinne.yaml': api.rinne,
    'roles/rocketchat.yaml': api.rocketchat,
  });
  const run = (environment = {}, ...argv: string[]) =>
    rolesync(['validate', '--online', ...argv], { cwd, environment: { ...api.environment, ...environment } });
  return { api, run };
}

describe('validate --online', () => {
  it('signs in to each target, reads, writes nothing, and says what the identity may do', async () => {
    const { api, run } = await setUp();
    const { code, stdout } = await run();
    expect(stdout).toMatch(/✓ acme {2}signed in, reads \d+ roles?; unknown whether it may write: Dintero does not say/);
    expect(stdout).toMatch(/✓ \S+ {2}signed in, reads \d+ roles?; may write roles\n/);
    expect(code).toBe(0);
    expect(
      api.requestsSince().filter(({ method, path }) => method !== 'GET' && !/token|login|select/.test(path)),
    ).toEqual([]);
  });

  it('says what an identity lacks that can only read', async () => {
    const { api, run } = await setUp();
    const rinne = api.sandbox.state.rinne;
    const [user] = rinne.users;
    const now = '2026-01-01T00:00:00.000Z';
    const [some] = rinne.roles;
    if (user === undefined || some === undefined) throw new Error('no user');
    const reader = { ...some, id: 'reader', name: 'reader', permissions: ['role.list', 'role.edit'], created_at: now };
    rinne.roles.push(reader);
    rinne.users.splice(0, 1, { ...user, companies: user.companies.map((one) => ({ ...one, roles: ['reader'] })) });
    const rows = api.sandbox.state.rocketchat.workspaces['chat']?.permissions ?? [];
    const at = rows.findIndex(({ _id }) => _id === 'access-permissions');
    rows.splice(at, 1, { _id: 'access-permissions', roles: [], _updatedAt: now });
    const { code, stdout } = await run();
    expect(stdout).toContain('may write only some of it: the user lacks `role.create` and `role.delete`');
    expect(stdout).toContain('may not write roles: none of the roles of the user has `access-permissions`');
    expect(code).toBe(0);
  });

  it('ends with 1 if a target refuses the credentials, and reports the others', async () => {
    const { run } = await setUp();
    const { code, stdout } = await run({ RINNE_PASSWORD: 'wrong' }, '--format', 'json');
    expect(code).toBe(1);
    const { targets } = JSON.parse(stdout);
    expect(
      targets.map(({ provider, error }: { provider: string; error?: { code: string } }) => [provider, error?.code]),
    ).toEqual([
      ['dintero', undefined],
      ['rinne', 'auth'],
      ['rocketchat', undefined],
    ]);
    expect(stdout).not.toContain('wrong"');
  });

  it('sends nothing while a role file has a mistake', async () => {
    const { api } = await setUp();
    const cwd = folder({ 'roles/a.yaml': `${api.dintero}roles:\n  - nam: x\n` });
    const { code } = await rolesync(['validate', '--online'], { cwd, environment: api.environment });
    expect(code).toBe(1);
    expect(api.sent()).toEqual([]);
  });
});
