import { expect, it } from 'vitest';
import { folder, rolesync } from '../support/command.ts';
import { account, remote, rolesYaml } from '../support/remote.ts';

it('warns of a permission that may be a typo, but of none that a live role of the target holds', async () => {
  const api = await remote();
  const now = '2026-01-01T00:00:00.000Z';
  const live = { created_at: now, updated_at: now, created_by: 'test' };
  api.sandbox.state.dintero.accounts[account]?.roles.push({
    id: '00000000-0000-4000-8000-000000000001',
    name: 'other',
    scope: ['read:ledgers'],
    ...live,
  });
  const cwd = folder({
    'roles/dintero.yaml': api.dintero + rolesYaml([{ name: 'a', permissions: ['read:acounts', 'read:ledgers'] }]),
  });
  const run = (...argv: string[]) => rolesync(argv, { cwd, environment: api.environment });

  const offline = await run('validate');
  expect(offline.stdout + offline.stderr).toContain('`read:ledgers` is not among');
  for (const argv of [['plan'], ['apply', '--yes']]) {
    const { code, stderr } = await run(...argv);
    expect(code).toBe(0);
    expect(stderr).toContain('warning: `read:acounts` is not among');
    expect(stderr).not.toContain('read:ledgers` is not among');
  }
});
