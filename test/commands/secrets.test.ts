/** What a run shows of its secrets where a provider gives them back: nothing, in data as in errors. */
import { describe, expect, it } from 'vitest';
import { isPlanned, type Plan } from '../../src/core/plan.ts';
import { folder, rolesync } from '../support/command.ts';
import { account, remote, rolesYaml } from '../support/remote.ts';

const support = { name: 'support', permissions: ['read:accounts'] };

async function leaky(
  leak: (secret: string) => { readonly name?: string; readonly description?: string; readonly id?: string },
) {
  const api = await remote();
  const secret = api.environment['DINTERO_CLIENT_SECRET'] ?? '';
  const cwd = folder({ 'roles/dintero.yaml': api.dintero + rolesYaml([support]) });
  const roles = api.sandbox.state.dintero.accounts[account]?.roles ?? [];
  const times = { created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z', created_by: 'x' };
  const leaked = { name: 'support', description: 'as it was', id: 'role-1', ...leak(secret) };
  roles.push({ ...leaked, scope: ['read:billing'], ...times });
  const run = (...argv: string[]) => rolesync(argv, { cwd, environment: api.environment });
  return { api, secret, run, roles };
}

describe('a live role with a secret of the run', () => {
  it('in its description is shown without it, and keeps it when other things are written', async () => {
    const { run, secret, roles } = await leaky((text) => ({ description: `key: ${text}!` }));
    const planned = await run('plan', '--format', 'json');
    expect(planned.stdout + planned.stderr).not.toContain(secret);
    const [target] = (JSON.parse(planned.stdout) as Plan).targets;
    expect(target !== undefined && isPlanned(target) ? target.changes : []).toMatchObject([
      { action: 'update', before: { description: 'key: [secret]!' }, after: { description: 'key: [secret]!' } },
    ]);
    const applied = await run('apply', '--yes');
    expect(applied.code).toBe(0);
    expect(applied.stdout + applied.stderr).not.toContain(secret);
    expect(roles[0]).toMatchObject({ description: `key: ${secret}!`, scope: ['read:accounts'] });
    expect((await run('plan', '--detailed-exitcode')).code).toBe(0);
  });

  it('in the name of an unmanaged role is listed without it, cut or not', async () => {
    for (const cut of [0, 3]) {
      const { run, secret } = await leaky((text) => ({ name: `of ${text.slice(cut)}` }));
      const { stdout, stderr } = await run('plan', '--format', 'json');
      expect(stdout + stderr).not.toContain(secret.slice(cut));
      expect(stdout).toContain('of [secret]');
    }
  });

  it('in its id is an error of the target', async () => {
    const { run, secret } = await leaky((text) => ({ id: text }));
    const { code, stdout, stderr } = await run('plan', '--format', 'json');
    expect(code).toBe(1);
    expect(stdout + stderr).not.toContain(secret);
    expect(stdout).toContain('a secret of this run in its id');
  });
});

describe('an error that quotes a secret', () => {
  it.each([
    ['whole', (secret: string) => secret],
    ['in hex', (secret: string) => Buffer.from(secret).toString('hex')],
    [
      'in its Basic header, cut',
      (secret: string, client: string) => Buffer.from(`${client}:${secret}`).toString('base64').slice(4, -6),
    ],
    ['cut', (secret: string) => secret.slice(2, -2)],
  ])('%s is shown without it', async (_name, write) => {
    let echo = '';
    const api = await remote({
      intercept: ({ path }) =>
        path.endsWith('/auth/roles')
          ? { status: 400, body: { error: { message: `${'x'.repeat(285)} ${echo}` } } }
          : undefined,
    });
    echo = write(api.environment['DINTERO_CLIENT_SECRET'] ?? '', api.environment['DINTERO_CLIENT_ID'] ?? '');
    const cwd = folder({ 'roles/dintero.yaml': api.dintero + rolesYaml([support]) });
    const { stdout } = await rolesync(['plan', '--format', 'json'], { cwd, environment: api.environment });
    expect(stdout).toContain('[secret]');
    expect(stdout).not.toContain(echo.slice(0, 8));
  });
});
