/** What a branch changes, apart from what differs already, and the safeguards that it moves. */
import { afterAll, describe, expect, it } from 'vitest';
import { isPlanned, type Plan, type PlannedTarget } from '../../src/core/plan.ts';
import { removeTemporary, repository } from '../files/git-repository.ts';
import { rolesync, type World } from '../support/command.ts';
import { account, remote, rolesYaml } from '../support/remote.ts';
import { expectDocument } from '../support/schema.ts';

afterAll(removeTemporary);

const support = { name: 'support', permissions: ['read:accounts', 'read:checkout'] };
const finance = { name: 'finance', permissions: ['read:receipts'] };

async function setUp() {
  const api = await remote();
  const repo = repository();
  const stored = api.sandbox.state.dintero.accounts[account]?.roles ?? [];
  for (const { name, permissions } of [support, finance]) {
    stored.push({ id: `id-${name}`, name, scope: permissions, created_at: '', updated_at: '', created_by: '' });
  }
  const file = (roles: Parameters<typeof rolesYaml>[0], head = api.dintero) => ({
    'roles/dintero.yaml': head + rolesYaml(roles),
  });
  repo.commit(file([support, finance]));
  repo.git('switch', '--quiet', '--create', 'branch');
  const run = (argv: readonly string[], world: Partial<World> = {}) =>
    rolesync(argv, {
      cwd: repo.folder,
      environment: { ...repo.options.environment, ...api.environment } as Record<string, string>,
      ...world,
    });
  const setLive = (name: string, scope: readonly string[]) => {
    const at = stored.findIndex((role) => role.name === name);
    stored[at] = { ...(stored[at] as (typeof stored)[number]), scope };
  };
  const planOf = async (...argv: string[]) => {
    const { stdout } = await run(['plan', '--format', 'json', ...argv]);
    return expectDocument('plan', stdout) as Plan;
  };
  return { api, repo, run, setLive, file, planOf };
}

function only(plan: Plan): PlannedTarget {
  const [target] = plan.targets;
  if (target === undefined || !isPlanned(target)) throw new Error(JSON.stringify(target));
  return target;
}

describe('plan --base', () => {
  it('tells drift from the branch in one role, for no further request', async () => {
    const { api, repo, run, setLive, file, planOf } = await setUp();
    setLive('support', ['read:accounts', 'admin:hooks']);
    repo.commit(file([{ ...support, permissions: ['read:accounts', 'read:checkout', 'read:billing'] }, finance]));
    api.sent();
    const plan = await planOf('--base', 'main');
    expect(api.sent()).toEqual(['POST token', 'GET roles']);
    expect(only(plan).changes).toMatchObject([
      { role: 'support', grants: ['read:billing', 'read:checkout'], revokes: ['admin:hooks'] },
    ]);
    expect(only(plan).changes[0]?.drift).toEqual([
      { kind: 'grant', permission: 'read:checkout' },
      { kind: 'revoke', permission: 'admin:hooks' },
    ]);
    const { stdout } = await run(['plan', '--base', 'main']);
    expect(stdout).toMatch(/\+ read:billing\n\s+\+ read:checkout \[drift\]\n\s+- admin:hooks \[drift\]/);
  });

  it('lets apply --plan do what the branch wants and hold the drift, until --include-drift', async () => {
    const { api, repo, run, setLive, file } = await setUp();
    setLive('support', ['read:accounts']);
    repo.commit(file([{ ...support, permissions: ['read:accounts', 'read:checkout', 'read:billing'] }, finance]));
    await run(['plan', '--base', 'main', '--out', 'plan.json']);
    const held = await run(['apply', '--plan', 'plan.json']);
    expect(held.code).toBe(3);
    expect(held.stdout).toContain('--include-drift');
    const scope = () => api.sandbox.state.dintero.accounts[account]?.roles[0]?.scope;
    expect(scope()).toEqual(['read:accounts', 'read:billing']);
    expect((await run(['apply', '--plan', 'plan.json', '--include-drift'])).code).toBe(0);
    expect(scope()).toEqual(['read:accounts', 'read:billing', 'read:checkout']);
  });

  it('says "no longer managed" of a branch that only deletes a role from a file', async () => {
    const { repo, run, file } = await setUp();
    repo.commit(file([support]));
    for (const format of ['text', 'markdown', 'github', 'html', 'json']) {
      const { code, stdout } = await run(['plan', '--base', 'main', '--format', format]);
      expect([format, code]).toEqual([format, 0]);
      expect(stdout).toContain('no longer managed');
    }
  });

  it('keeps what the base protects, even if the branch lifts the protection', async () => {
    const { repo, file, api, planOf } = await setUp();
    repo.git('switch', '--quiet', 'main');
    const guarded = `${api.dintero}roles:\n  - {name: support, permissions: [read:accounts, read:checkout], protected: true}\n`;
    repo.commit({ 'roles/dintero.yaml': guarded });
    repo.git('switch', '--quiet', '--create', 'lift');
    repo.commit(file([{ ...support, permissions: ['read:accounts'] }]));
    const plan = await planOf('--base', 'main');
    expect(only(plan)).toMatchObject({ changes: [], withheld: [{ revokes: ['read:checkout'], code: 'protected' }] });
    expect(plan.safeguards.map(({ code }) => code)).toContain('protection-lifted');
  });

  it('plans whole and says so where the base is missing', async () => {
    const { repo, run, file } = await setUp();
    repo.commit(file([{ ...support, permissions: ['read:accounts'] }, finance]));
    const { code, stdout, stderr } = await run(['plan', '--base', 'no-such-branch']);
    expect(code).toBe(0);
    expect(stderr).toContain('no-such-branch');
    expect(stdout).toContain('- read:checkout');
    expect(stdout).toContain('Safeguards moved');
  });
});

describe('plan --rev', () => {
  it('reads a revision and not the working tree, and the same plan has the same digest', async () => {
    const { repo, file, planOf } = await setUp();
    const commit = repo.commit(file([{ ...support, permissions: ['read:accounts'] }, finance]));
    const fromDisk = await planOf();
    repo.git('switch', '--quiet', 'main');
    expect(only(await planOf()).changes).toEqual([]);
    const fromGit = await planOf('--rev', commit);
    expect(fromGit.digest).toBe(fromDisk.digest);
    expect(only(fromGit).changes).toMatchObject([{ revokes: ['read:checkout'] }]);
  });

  it('refuses what is no revision, and an option in its place', async () => {
    const { api, run } = await setUp();
    for (const rev of ['nope', '--output=/tmp/x', '']) {
      const { code, stderr } = await run(['plan', `--rev=${rev}`]);
      expect([code, stderr === '']).toEqual([1, false]);
    }
    expect(api.sent()).toEqual([]);
  });
});

describe('plan --trust', () => {
  it('does not contact a host to which the trusted revision does not send the credentials', async () => {
    const { api, repo, run, file, planOf } = await setUp();
    const other = await remote();
    repo.commit(file([support, finance], api.dintero.replace(api.sandbox.origin, other.sandbox.origin)));
    const plan = await planOf('--trust', 'main', '--base', 'main');
    expect(plan.targets).toMatchObject([
      {
        error: {
          code: 'untrusted',
          message: expect.stringContaining(`new destination for DINTERO_CLIENT_ID: ${other.sandbox.origin}`),
        },
      },
    ]);
    expect(other.sent()).toEqual([]);
    const { code, stdout } = await run(['plan', '--trust', 'main']);
    expect(code).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toContain('new destination for DINTERO_CLIENT_SECRET');
    expect((await run(['plan', '--trust', 'main', '--detailed-exitcode'])).code).toBe(2);
  });

  it('neither sends nor shows a variable that a branch puts into the path', async () => {
    const { api, repo, run, file } = await setUp();
    const head = api.dintero.replace(/baseUrl: (.*)/, 'baseUrl: $1/${DINTERO_SIGNING}');
    repo.commit(file([support, finance], head));
    const environment = { ...repo.options.environment, ...api.environment, DINTERO_SIGNING: 'value-of-signing' };
    for (const format of ['text', 'json', 'markdown']) {
      const ran = await run(['plan', '--trust', 'main', '--format', format], {
        environment: environment as Record<string, string>,
      });
      expect(ran.stdout.replace(/\s+/g, ' ')).toContain('new destination for');
      expect(ran.stdout + ran.stderr).not.toContain('value-of-signing');
    }
    expect(api.sent()).toEqual([]);
    expect((await run(['validate'])).code).toBe(0);
  });

  it('contacts what it knows, and a trusted revision that is missing ends the run', async () => {
    const { api, run, planOf } = await setUp();
    expect(only(await planOf('--trust', 'main')).changes).toEqual([]);
    api.sent();
    expect((await run(['plan', '--trust', 'gone'])).code).toBe(1);
    expect(api.sent()).toEqual([]);
  });
});

describe('every format', () => {
  it('has the same exit code, and show prints a saved plan without any request', async () => {
    const { api, repo, run, file } = await setUp();
    repo.commit(file([{ ...support, permissions: ['read:accounts', 'admin:accounts'] }]));
    await run(['plan', '--base', 'main', '--out', 'plan.json']);
    api.sent();
    const formats = ['text', 'json', 'markdown', 'github', 'html'];
    const shown = await Promise.all(
      formats.map((format) => run(['show', 'plan.json', '--format', format, '--detailed-exitcode'])),
    );
    expect(shown.map(({ code }) => code)).toEqual([2, 2, 2, 2, 2]);
    expect(api.sent()).toEqual([]);
    const { digest } = JSON.parse(shown[1]?.stdout ?? '') as Plan;
    for (const { stdout } of shown) expect(stdout).toContain(digest);
    for (const { stdout } of [shown[0], shown[2], shown[3], shown[4]].flatMap((one) => one ?? [])) {
      expect(stdout).toContain('admin:accounts');
    }
  });

  it('of a plan that anybody edited is refused', async () => {
    const { repo, run, file } = await setUp();
    repo.commit(file([{ ...support, permissions: ['read:accounts'] }]));
    const { stdout } = await run(['plan', '--format', 'json']);
    repo.commit({ 'plan.json': stdout.replaceAll('read:checkout', 'read:billing') });
    const { code, stderr } = await run(['show', 'plan.json', '--format', 'markdown']);
    expect(code).toBe(1);
    expect(stderr).toContain('was edited');
  });
});
