import { describe, expect, it } from 'vitest';
import type { SetEnvironment } from '../github/makers.ts';
import { type Scene, scene } from './support.ts';

async function start(environment?: SetEnvironment): Promise<Scene> {
  const at = await scene(({ dintero }) => ({ 'roles/dintero.yaml': `${dintero}roles: []\n` }));
  if (environment === undefined) at.github.removeEnvironment('roles-plan');
  else at.github.setEnvironment('roles-plan', environment);
  at.open({ 'roles/dintero.yaml': `${at.remote.dintero}roles: [{name: support, permissions: [admin:shopping]}]\n` });
  return at;
}

const open: Readonly<Record<string, readonly [SetEnvironment | undefined, string]>> = {
  'is missing': [undefined, 'does not exist'],
  'is open to every branch': [{ branches: 'all' }, 'is open to every branch'],
  'is open to every protected branch': [{ branches: 'protected' }, 'is open to every protected branch'],
  'has a pattern beside the default branch': [
    { branches: ['main', 'release/*'] },
    'more than the default branch: branch `release/*`',
  ],
  'has a pattern that covers the default branch': [{ branches: ['*'] }, 'more than the default branch: branch `*`'],
  'is open to tags': [{ branches: ['main'], tags: ['v*'] }, 'more than the default branch: tag `v*`'],
  'takes a tag named as the default branch': [
    { branches: [], tags: ['main'] },
    'more than the default branch: tag `main`',
  ],
  'is open to another branch only': [{ branches: ['trunk'] }, 'more than the default branch: branch `trunk`'],
  'is open to no branch': [{ branches: [] }, 'open to no branch'],
};

describe('an environment', () => {
  it.each(Object.keys(open))('that %s ends the run with instructions, before any secret is used', async (what) => {
    const [environment, words] = open[what] ?? [undefined, ''];
    const at = await start(environment);
    const ran = await at.plan(1);
    expect(ran.code).toBe(1);
    expect(ran.errors).toHaveLength(1);
    expect(ran.errors[0]).toContain(words);
    expect(ran.errors[0]).toContain('https://github.com/acme/roles/settings/environments');
    expect(ran.errors[0]).toContain('exactly one rule: the branch `main`');
    expect(at.remote.sent()).toEqual([]);
    expect(ran.outputs['artifact-name']).toBeUndefined();
    expect(at.comments(1)[0]).toContain('settings/environments');
    const head = at.github.state.pulls[0]?.head.sha ?? '';
    expect(at.statuses(head)).toEqual(['failure: No plan: see the run']);
  });

  it('of exactly the default branch lets the run go on', async () => {
    const at = await start({ branches: ['main'] });
    expect((await at.plan(1)).code).toBe(0);
  });

  it('has to be named', async () => {
    const at = await start({ branches: ['main'] });
    const ran = await at.plan(1, { inputs: { environment: '' } });
    expect(ran.code).toBe(1);
    expect(ran.errors[0]).toContain('`environment`');
    expect(at.remote.sent()).toEqual([]);
  });

  it('that the token may not read ends the run, and says which permission', async () => {
    const at = await start({ branches: ['main'] });
    const ran = await at.plan(1, { permissions: { contents: 'read', pull_requests: 'write', statuses: 'write' } });
    expect(ran.code).toBe(1);
    expect(ran.errors[0]).toMatch(/`actions: read`|`permissions` of the job/);
    expect(at.remote.sent()).toEqual([]);
  });
});
