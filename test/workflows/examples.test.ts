import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Ended, makeHome, repository, sandbox } from './example-stage.ts';

const { home, path } = makeHome();

const script = resolve('docs/examples/roles.sh');

function run(argv: readonly string[], cwd: string, variables: Readonly<Record<string, string>>): Ended {
  const [program = '', ...rest] = argv;
  const env = { PATH: path, HOME: home, ...variables };
  const { status, stdout, stderr } = spawnSync(program, rest, { cwd, env, encoding: 'utf8' });
  return { code: status, out: `${stdout}${stderr}` };
}

describe('docs/examples/roles.sh', () => {
  it('plans a branch, applies what was reviewed after the merge, and then finds no drift', async () => {
    const { variables, writes } = await sandbox();
    const { clone, git } = repository();
    const roles = (...argv: readonly string[]) => run(['sh', script, ...argv], clone, variables);
    const plan = join(home, 'plan.json');

    const planned = roles('plan', plan);
    expect(planned.out).toContain('create receipt viewer');
    expect(planned.code).toBe(0);
    const reviewed = run(['sh', script, 'review', plan], clone, {});
    expect(reviewed.out).toContain('create receipt viewer');
    expect(writes()).toBe(0);

    expect(roles('apply', plan)).toEqual({ code: 1, out: 'roles.sh: check main out first\n' });
    git('checkout', '--quiet', 'main');
    git('merge', '--quiet', '--no-ff', 'support');
    expect(roles('drift').code).toBe(2);
    expect(writes()).toBe(0);

    const applied = roles('apply', plan);
    expect(applied.out).toContain('receipt viewer');
    expect(applied.code).toBe(0);
    // An update and a creation at Dintero, two creations at Rinne.
    expect(writes()).toBe(4);
    expect(roles('drift').code).toBe(0);
    expect(roles('apply', plan).code).toBe(0);
    expect(writes()).toBe(0);
  });

  it('writes only what the plans show that it is given, and takes several', async () => {
    const { variables, writes } = await sandbox();
    const { clone, git, commit } = repository();
    const roles = (...argv: readonly string[]) => run(['sh', script, ...argv], clone, variables);
    const [one, two] = [join(home, 'one two.json'), join(home, 'two.json')];
    expect(roles('plan', one).code).toBe(0);
    git('checkout', '--quiet', 'main');
    git('merge', '--quiet', '--no-ff', 'support');
    const text = readFileSync(join(clone, 'roles/dintero.yaml'), 'utf8');
    commit(
      { 'roles/dintero.yaml': `${text}\n  - name: auditor\n    permissions: [read:accounts]\n` },
      { branch: 'more' },
    );
    expect(roles('plan', two, 'more').out).toContain('create auditor');
    git('checkout', '--quiet', 'main');
    git('merge', '--quiet', '--ff-only', 'more');

    writes();
    expect(roles('apply', one).code).toBe(3);
    expect(writes()).toBe(4);
    expect(roles('apply', one, two).code).toBe(0);
    expect(writes()).toBe(1);
  });

  it('plans no branch that lacks commits of the default branch, and applies no file that is not committed', () => {
    const { clone, git, commit } = repository();
    const roles = (...argv: readonly string[]) => run(['sh', script, ...argv], clone, {});
    git('checkout', '--quiet', 'main');
    commit({ 'README.md': 'newer' }, { branch: 'main' });
    const behind = roles('plan', join(home, 'behind.json'), 'support');
    expect(behind).toEqual({ code: 1, out: 'roles.sh: support lacks commits of main: merge main into it first\n' });
    commit({ 'README.md': 'newest' });
    spawnSync('sh', ['-c', 'echo "# mine" >> roles/dintero.yaml'], { cwd: clone });
    expect(roles('apply', 'plan.json').out).toBe('roles.sh: roles/ has changes that are not committed\n');
    expect(roles().code).toBe(1);
  });
});
