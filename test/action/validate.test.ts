import { describe, expect, it } from 'vitest';
import { rolesync } from '../support/command.ts';
import { repositoryPayload, type Scene, scene } from './support.ts';

const roles = (name: string) => `roles: [{name: ${name}, permissions: [admin:shopping]}]\n`;

function start(): Promise<Scene> {
  return scene(({ dintero }) => ({ 'roles/dintero.yaml': dintero + roles('support') }));
}

function group(at: Scene, sha: string) {
  return {
    action: 'checks_requested',
    merge_group: { head_sha: sha, head_ref: 'refs/heads/gh-readonly-queue/main/pr-1-abc', base_ref: 'refs/heads/main' },
    repository: repositoryPayload(at.github.state),
  };
}

describe('validate', () => {
  it('checks the role files of a merge group, on its own commit, without a provider or a comment', async () => {
    const at = await start();
    const sha = at.origin.commit(
      { 'roles/more.yaml': 'provider: nobody\n' },
      { branch: 'gh-readonly-queue/main/pr-1-abc' },
    );
    at.origin.push('gh-readonly-queue/main/pr-1-abc');
    const ran = await at.run({ mode: 'validate', event: 'merge_group', payload: group(at, sha), sha: at.tip() });
    expect(ran.code).toBe(1);
    expect(ran.log).toContain('::error file=roles/more.yaml,line=1,col=');
    expect(at.remote.sent()).toEqual([]);
    expect(at.github.state.comments).toEqual([]);
  });

  it('is green for a merge group whose role files are fine', async () => {
    const at = await start();
    const ran = await at.run({ mode: 'validate', event: 'merge_group', payload: group(at, at.tip()) });
    expect(ran).toMatchObject({ code: 0, errors: [] });
  });

  it('says that a merge group is gone', async () => {
    const at = await start();
    const ran = await at.run({ mode: 'validate', event: 'merge_group', payload: group(at, 'a'.repeat(40)) });
    expect(ran.errors[0]).toContain('is gone');
  });

  it.each([
    'refs/heads/main',
    'refs/heads/gh-readonly-queue/x --upload-pack=evil',
    '--upload-pack=evil',
    'refs/heads/gh-readonly-queue/a:refs/heads/main',
  ])('fetches no ref that is not of a merge queue: %s', async (head_ref) => {
    const at = await start();
    const payload = { merge_group: { head_sha: 'a'.repeat(40), head_ref } };
    const ran = await at.run({ mode: 'validate', event: 'merge_group', payload });
    expect(ran.errors[0]).toContain('cannot be read');
  });

  it('reads the merge result of a fork as blobs: what its own commit says about files that it does not change plays no part', async () => {
    const at = await start();
    const old = at.tip();
    at.open(
      { 'roles/other.yaml': `provider: dintero\ntargets: [acme]\n${roles('other')}` },
      { fork: 'mallory', from: old },
    );
    at.pushMain({ 'roles/late.yaml': `provider: dintero\ntargets: [acme]\n${roles('other')}` });
    at.refresh(1);
    const ran = await at.plan(1);
    expect(ran.code).toBe(1);
    expect(ran.log).toContain('::error file=roles/');
    expect(ran.log).toContain('other');
  });

  it('needs no environment and no permission but to read', async () => {
    const at = await start();
    at.open({ 'README.md': 'hello\n' }, { fork: 'mallory' });
    const none = Object.fromEntries(Object.keys(at.remote.environment).map((name) => [name, null]));
    const payload = { pull_request: { number: 1, head: { sha: at.github.state.pulls[0]?.head.sha } } };
    const ran = await at.run({
      mode: 'validate',
      event: 'pull_request_target',
      payload,
      inputs: { environment: '' },
      environment: none,
      permissions: { contents: 'read', pull_requests: 'read' },
    });
    expect(ran).toMatchObject({ code: 0, errors: [] });
    expect(at.github.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('checks what is checked out for any other event', async () => {
    const at = await start();
    at.pushMain({ 'roles/more.yaml': 'provider: nobody\n' });
    const ran = await at.run({ mode: 'validate', event: 'workflow_dispatch', payload: {} });
    expect(ran.code).toBe(1);
  });

  it('shows no workflow command that a role file brings', async () => {
    const at = await start();
    at.open(
      { 'roles/dintero.yaml': `${at.remote.dintero}"::add-mask::x ##[add-mask]y\\n::error::z": 1\n` },
      { fork: 'mallory' },
    );
    const ran = await at.plan(1);
    expect(ran.code).toBe(1);
    const [commands, lines] = [/^\s*::/, /^(?!\s*::)/].map((kind) =>
      ran.log.split('\n').filter((line) => kind.test(line)),
    );
    expect(commands).toEqual([
      expect.stringMatching(/^::error file=roles\/dintero\.yaml,line=9,col=1,title=unknown-key::- `/),
    ]);
    expect(lines?.join('\n')).not.toContain('##[');
  });
});

describe('rolesync validate --rev', () => {
  it('checks the files of a revision, and nothing of the working tree', async () => {
    const at = await start();
    const cwd = at.origin.checkout(at.tip());
    const bad = at.origin.commit({ 'roles/more.yaml': 'provider: nobody\n' }, { branch: 'bad' });
    at.origin.push('bad');
    const environment = { PATH: process.env['PATH'] ?? '', HOME: cwd };
    const fresh = at.origin.checkout(bad);
    const ask = async (folder: string, ...flags: readonly string[]) =>
      (await rolesync(['validate', ...flags], { cwd: folder, environment })).code;
    expect(await ask(fresh)).toBe(1);
    expect(await ask(fresh, '--rev', at.tip())).toBe(0);
    expect(await ask(fresh, '--rev', 'HEAD')).toBe(1);
  });

  it('says which revision is not there', async () => {
    const at = await start();
    const cwd = at.origin.checkout(at.tip());
    const environment = { PATH: process.env['PATH'] ?? '', HOME: cwd };
    const { code, stderr } = await rolesync(['validate', '--rev', 'nowhere'], { cwd, environment });
    expect(code).toBe(1);
    expect(stderr).toContain('there is no revision `nowhere`');
  });
});
