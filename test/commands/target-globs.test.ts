/** `--target` with a glob, in the commands that take it. */
import { afterAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/plan.ts';
import { removeTemporary, repository } from '../files/git-repository.ts';
import { folder, rolesync } from '../support/command.ts';

afterAll(removeTemporary);

function platform(...names: readonly string[]): string {
  const targets = names.map((name, at) => `  - { name: ${name}, account: T0000000${at} }\n`).join('');
  return `provider: dintero
auth: { clientId: a, clientSecret: "\${DINTERO_CLIENT_SECRET}" }
targets:
${targets}roles:
  - { name: support, permissions: [read:accounts] }
`;
}

describe('--target with a glob', () => {
  it('plans all that match, and validates, explains and takes over just these', async () => {
    const cwd = folder({ 'roles/all.yaml': platform('acme-no', 'acme-se', 'bravo-no') });
    const run = (...argv: string[]) => rolesync(argv, { cwd });
    const planned = await run('plan', '--sandbox', '--target', 'acme-*', '--format', 'json');
    expect((JSON.parse(planned.stdout) as Plan).targets.map(({ name }) => name)).toEqual(['acme-no', 'acme-se']);
    expect((await run('validate', '--target', '*-no')).stdout).toBe('OK: 1 file, 2 targets, 2 roles\n');
    expect((await run('explain', 'support', '--target', '*-no')).stdout).toContain('support  acme-no, bravo-no ·');
    const pulled = await run('pull', 'bravo-*', '--sandbox', '--yes', '--format', 'json');
    expect(JSON.parse(pulled.stdout).left).toMatchObject([{ target: 'bravo-no', role: 'support', code: 'not-live' }]);
  });

  it('names what it could have meant, and sends nothing', async () => {
    const cwd = folder({ 'roles/all.yaml': platform('acme-no', 'acme-se') });
    const { code, stdout, stderr } = await rolesync(['plan', '--sandbox', '--target', 'amce-*'], { cwd });
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      'error: no target matches `amce-*`. Targets with similar names: `acme-no`, `acme-se`.\n',
    ]);
  });

  it('is no way to name the one target of `permissions`', async () => {
    const cwd = folder({ 'roles/all.yaml': platform('acme-no', 'acme-se') });
    const run = (target: string) => rolesync(['permissions', 'dintero', '--sandbox', '--target', target], { cwd });
    expect((await run('*-no')).code).toBe(0);
    expect(await run('acme-*')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('several targets match `acme-*`; give one'),
    });
  });

  it('reports safeguards of a target that the branch removes, if it matches', async () => {
    const repo = repository();
    repo.commit({ 'roles/all.yaml': platform('acme-no', 'acme-old', 'bravo-old') });
    repo.git('switch', '--quiet', '--create', 'branch');
    repo.commit({ 'roles/all.yaml': platform('acme-no') });
    const environment = repo.options.environment as Record<string, string>;
    const argv = ['plan', '--sandbox', '--base', 'main', '--target', 'acme-*', '--format', 'json'];
    const { stdout } = await rolesync(argv, { cwd: repo.folder, environment });
    expect((JSON.parse(stdout) as Plan).safeguards).toMatchObject([{ code: 'target-removed', target: 'acme-old' }]);
  });
});
