import { describe, expect, it } from 'vitest';
import { folder, rolesync } from '../support/command.ts';
import { account, remote } from '../support/remote.ts';

describe('permissions', () => {
  it('lists those with a word, in words, and reads nothing', async () => {
    const { code, stdout } = await rolesync(['permissions', 'dintero', 'HOOK'], { cwd: '/' });
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'admin:hooks  admin · full control of subscription hooks',
      'read:hooks  read · see subscription hooks',
    ]);
    expect(stdout).toContain('docs.dintero.com');
  });

  it('has what the roles of a target hold, in the requests of one list', async () => {
    const api = await remote();
    const now = '2026-01-01T00:00:00.000Z';
    const stamps = { description: '', created_at: now, updated_at: now, created_by: 't' };
    const id = '00000000-0000-4000-8000-000000000000';
    api.sandbox.state.dintero.accounts[account]?.roles.push({ id, name: 'one', scope: ['read:orders'], ...stamps });
    const cwd = folder({ 'roles/acme.yaml': api.dintero });
    const world = { cwd, environment: api.environment };
    const argv = ['permissions', 'dintero', '--target', 'acme', '--format', 'json'];
    const { permissions } = JSON.parse((await rolesync(argv, world)).stdout);
    expect(api.sent()).toEqual(['POST token', 'GET roles']);
    const of = (name: string) => permissions.find(({ permission }: { permission: string }) => permission === name);
    expect(of('read:orders')).toMatchObject({ sources: ['role'], roles: ['one'] });
    expect(of('read:hooks')).toMatchObject({ sources: ['catalogue'], roles: [] });
    const wrong = await rolesync(['permissions', 'rinne', '--target', 'acme'], world);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('belongs to dintero, not to rinne')]);
  });

  it("has Rocket.Chat's own list", async () => {
    const api = await remote();
    const chat = Object.values(api.sandbox.state.rocketchat.workspaces)[0];
    chat?.permissions.push({ _id: 'app-of-mine', roles: [], _updatedAt: '2026-01-01T00:00:00.000Z' });
    const cwd = folder({ 'roles/chat.yaml': api.rocketchat });
    const argv = ['permissions', 'rocketchat', 'of-mine', '--target', 'chat'];
    const { stdout } = await rolesync(argv, { cwd, environment: api.environment });
    expect(stdout).toContain('app-of-mine  unknown · not in the catalogue\n1 permission of ');
    expect(api.sent()).toHaveLength(2);
  });
});
