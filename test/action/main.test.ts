import { type ExecFileException, execFile } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGit } from '../../src/action/github/git.ts';
import { folder, write } from '../support/command.ts';
import { type Scene, scene } from './support.ts';

describe('a run', () => {
  it('with an input that does not fit ends in one error, and asks GitHub nothing', async () => {
    const at = await scene();
    const ran = await at.run({ mode: 'plan', event: 'push', payload: {}, inputs: { path: '--yes' } });
    expect(ran).toMatchObject({ code: 1, outputs: {} });
    expect(ran.errors).toHaveLength(1);
    expect(at.github.requests).toEqual([]);
  });

  it('hides its own token, and what the role files keep as secrets, before anything else', async () => {
    const at = await scene();
    const ran = await at.run({
      mode: 'validate',
      event: 'workflow_dispatch',
      payload: {},
      environment: {
        ROCKETCHAT_TOKEN: 'a-rocket-token',
        ROLESYNC_VAR_API_KEY: 'a-key-of-ours',
        ROLESYNC_VAR_REGION: 'europe',
      },
    });
    expect(ran.secrets).toContain('a-rocket-token');
    expect(ran.secrets).toContain('a-key-of-ours');
    expect(ran.secrets.some((one) => one.startsWith('ghs_'))).toBe(true);
    expect(ran.secrets).not.toContain('europe');
  });

  it('hides every value of ROLESYNC_SECRETS, and says nothing of a map that cannot be read', async () => {
    const at = await scene();
    const run = (map: string) =>
      at.run({
        mode: 'validate',
        event: 'workflow_dispatch',
        payload: {},
        environment: { ROLESYNC_SECRETS: map },
      });
    const map = 'acme: { clientId: an-id, clientSecret: a-secret }\nbravo: { token: a-token }\n';
    expect((await run(map)).secrets).toEqual(expect.arrayContaining(['an-id', 'a-secret', 'a-token']));
    const broken = await run(`${map}: {`);
    expect(broken.errors.join()).not.toContain('ROLESYNC_SECRETS');
  });

  it.each(['ACTIONS_RUNTIME_TOKEN', 'INPUT_GITHUB-TOKEN', 'GITHUB_TOKEN'])(
    'keeps %s from the role files, whoever wrote them',
    async (variable) => {
      const at = await scene(({ dintero }) => ({ 'roles/dintero.yaml': `${dintero}roles: []\n` }));
      const { dintero } = at.remote;
      at.open({ 'roles/dintero.yaml': `${dintero.replace('DINTERO_CLIENT_SECRET', variable)}roles: []\n` });
      const tokens = { ACTIONS_RUNTIME_TOKEN: 'a-runtime-token', GITHUB_TOKEN: 'a-runtime-token' };
      const ran = await at.plan(1, { environment: tokens });
      expect(ran.errors).toEqual(['the role files have mistakes']);
      expect(ran.log).not.toContain('a-runtime-token');
      expect(at.remote.sent()).toEqual([]);
    },
  );

  it('says what GitHub refused, and which permission to look at', async () => {
    const at = await scene();
    at.open({ 'README.md': 'x\n' });
    const ran = await at.plan(1, { permissions: { actions: 'read', contents: 'read' } });
    expect(ran.code).toBe(1);
    expect(ran.errors[0]).toMatch(/GitHub: reading the pull request failed with 40[34].*`permissions` of the job/s);
  });
});

describe('the bundle', () => {
  /** dist/action.js alone in a folder, as GitHub runs it; `npm test` has built it. */
  async function bundle(at: Scene, environment: Readonly<Record<string, string>>, into = '') {
    const root = folder({ 'package.json': '{"type":"module"}', 'event.json': '{}', output: '', summary: '' });
    copyFileSync('dist/action.js', join(root, 'action.js'));
    const given = {
      ...{ PATH: process.env['PATH'] ?? '', HOME: root, GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/roles' },
      ...{
        GITHUB_SHA: at.tip(),
        GITHUB_RUN_ID: '1',
        GITHUB_RUN_ATTEMPT: '1',
        GITHUB_EVENT_NAME: 'workflow_dispatch',
        RUNNER_TEMP: root,
      },
      ...{ GITHUB_EVENT_PATH: join(root, 'event.json'), GITHUB_API_URL: at.github.url },
      ...{ GITHUB_OUTPUT: join(root, 'output'), GITHUB_STEP_SUMMARY: join(root, 'summary') },
      ...{ GITHUB_WORKSPACE: at.origin.checkout(at.tip()), INPUT_MODE: 'validate' },
    };
    const { error, stdout } = await new Promise<{ error: ExecFileException | null; stdout: string }>((resolve) => {
      const done = (failed: ExecFileException | null, out: string) => resolve({ error: failed, stdout: out });
      const command = `'${process.execPath}' action.js ${into}`;
      execFile('/bin/sh', ['-c', command], { cwd: root, env: { ...given, ...environment } }, done);
    });
    return { code: error === null ? 0 : error.code, stdout };
  }

  it('needs nothing beside it, and ends green where the role files are fine', async () => {
    const at = await scene(({ dintero }) => ({ 'roles/dintero.yaml': `${dintero}roles: []\n` }));
    const { code, stdout } = await bundle(at, { DINTERO_CLIENT_SECRET: 'line one\nline two' });
    expect(stdout).toBe(`::add-mask::line one%0Aline two\nThe role files of ${at.tip()} are valid.\n`);
    expect(code).toBe(0);
  });

  it.skipIf(!existsSync('/dev/full'))('ends red with one line where its log cannot be written', async () => {
    const at = await scene(({ dintero }) => ({ 'roles/dintero.yaml': `${dintero}roles: []\n` }));
    const { code, stdout } = await bundle(at, { DINTERO_CLIENT_SECRET: 'a-secret' }, '2>&1 > /dev/full');
    expect(stdout).toBe('error: the log cannot be written: there is no space left (ENOSPC)\n');
    expect(code).toBe(1);
  });

  it('ends red with an annotation for a mistake, and for an input that does not fit', async () => {
    const at = await scene(({ dintero }) => ({ 'roles/dintero.yaml': `${dintero}rolls: []\n` }));
    expect(await bundle(at, {})).toMatchObject({ code: 1, stdout: expect.stringMatching(/^::error file=roles/) });
    expect(await bundle(at, { INPUT_MODE: 'no' })).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^::error::/),
    });
  });
});

describe('git', () => {
  /** A git that writes down how it was called. */
  function recorder() {
    const root = folder({});
    const log = join(root, 'calls');
    write(root, 'git', `#!/bin/sh\n{ printf 'ARGS %s\\n' "$*"; /usr/bin/env; } >> '${log}'\n`);
    chmodSync(join(root, 'git'), 0o755);
    const environment = {
      PATH: `${root}:/usr/bin:/bin`,
      HOME: root,
      DINTERO_CLIENT_SECRET: 'do-not-pass-on',
      https_proxy: 'http://proxy:1',
    };
    const git = createGit({ workspace: root, serverUrl: 'https://github.com', token: 'ghs_abcdef' }, environment);
    return { git, calls: () => (existsSync(log) ? readFileSync(log, 'utf8') : '') };
  }

  const credentials = Buffer.from('x-access-token:ghs_abcdef').toString('base64');

  it('gets the token for a fetch in its environment, for this server only, and never as an argument', () => {
    const { git, calls } = recorder();
    git.fetch('+refs/pull/1/merge:refs/rolesync/merge');
    expect(calls()).toContain('GIT_CONFIG_KEY_0=http.https://github.com/.extraheader');
    expect(calls()).toContain(`GIT_CONFIG_VALUE_0=AUTHORIZATION: basic ${credentials}`);
    expect(calls()).toContain('https_proxy=http://proxy:1');
    expect(
      calls()
        .split('\n')
        .filter((line) => line.startsWith('ARGS'))
        .join(),
    ).not.toMatch(/ghs_abcdef|basic/);
    expect(calls()).not.toContain('do-not-pass-on');
  });

  it('gets no secret at all to read', () => {
    const { git, calls } = recorder();
    git.ask('rev-parse', 'HEAD');
    expect(calls()).toContain('rev-parse HEAD');
    expect(calls()).not.toMatch(/do-not-pass-on|extraheader|basic/);
  });
});
