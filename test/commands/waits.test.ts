/** What a person sees and can do while a run waits for a provider. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { folder, rolesync } from '../support/command.ts';
import { remote, rolesYaml } from '../support/remote.ts';

const role = { name: 'support', permissions: ['read:accounts'] };

/** A provider that asks, once, to be left alone for that many seconds. */
async function busy(seconds: string, always = false) {
  let refused = 0;
  const api = await remote({
    intercept: ({ path }) => {
      if (!path.endsWith('/auth/roles') || (refused > 0 && !always)) return undefined;
      refused += 1;
      return { status: 429, headers: { 'retry-after': seconds }, body: {} };
    },
  });
  const cwd = folder({ 'roles/dintero.yaml': api.dintero + rolesYaml([role]) });
  const host = new URL(api.sandbox.origin).host;
  return { api, cwd, host, environment: api.environment };
}

describe('a wait', () => {
  it('is shown in one line while it lasts', async () => {
    const { cwd, host, environment } = await busy('2');
    const { code, stderr } = await rolesync(['plan'], { cwd, environment });
    expect(code).toBe(0);
    expect(stderr.match(/^waiting .*$/gm)).toEqual([`waiting 2 s for ${host} (rate limit)`]);
  });

  it('is not shown where it is short', async () => {
    const { cwd, environment } = await busy('1');
    expect((await rolesync(['plan'], { cwd, environment })).stderr).not.toContain('waiting');
  });

  it('is not begun where --max-wait does not allow it, and the message says so', async () => {
    const { api, cwd, environment } = await busy('100');
    const { code, stderr, stdout } = await rolesync(['plan', '--max-wait', '90s'], { cwd, environment });
    expect(code).toBe(1);
    expect(stdout).toContain('asks to wait 100 s, and `--max-wait` leaves');
    expect(stderr).not.toContain('waiting');
    expect(api.sent()).toEqual(['POST token', 'GET roles']);
  });

  it.each(['', '0s', '10', '-1s', '1d', '25h', '1.5m', 'x', '99999999999s'])(
    '--max-wait %j is a mistake',
    async (text) => {
      const { api, cwd, environment } = await busy('0');
      const { code, stderr } = await rolesync(['plan', '--max-wait', text], { cwd, environment });
      expect(code).toBe(1);
      expect(stderr).toContain('such as 90s, 10m or 1h');
      expect(api.sent()).toEqual([]);
    },
  );
});

describe('a process that is told to end', () => {
  async function waiting(): Promise<{ child: ChildProcess; requests: () => number; sees: () => string }> {
    const { api, cwd, environment } = await busy('100', true);
    const child = spawn(process.execPath, [resolve('dist/rolesync.js'), 'plan'], { cwd, env: environment });
    onTestFinished(() => void child.kill('SIGKILL'));
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    while (!stderr.includes('waiting 100 s')) await once(child.stderr, 'data');
    return { child, requests: () => api.requestsSince().length, sees: () => stderr };
  }

  it.each(['SIGINT', 'SIGTERM'] as const)('by %s ends its wait and sends nothing more', async (signal) => {
    const { child, requests } = await waiting();
    expect(requests()).toBe(2);
    child.kill(signal);
    const [code] = await once(child, 'exit');
    expect(code).toBe(130);
    expect(requests()).toBe(0);
  });

  it.each([
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGTERM'],
  ] as const)('twice (%s, %s) does not wait for a write in flight', async (first, second) => {
    let release: (() => void) | undefined;
    const reached = new Promise<void>((resolveReached) => {
      release = resolveReached;
    });
    const api = await remote({
      intercept: ({ method, path }) => {
        if (method !== 'POST' || !path.endsWith('/auth/roles')) return undefined;
        release?.();
        return new Promise(() => undefined);
      },
    });
    const cwd = folder({ 'roles/dintero.yaml': api.dintero + rolesYaml([role]) });
    const child = spawn(process.execPath, [resolve('dist/rolesync.js'), 'apply', '--yes'], {
      cwd,
      env: api.environment,
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    child.stdout.resume();
    child.stderr.resume();
    await reached;
    const ended = once(child, 'exit');
    child.kill(first);
    // Two signals that come at once may be taken for one.
    await Promise.race([ended, new Promise((later) => setTimeout(later, 200))]);
    expect(child.exitCode).toBeNull();
    child.kill(second);
    expect(await ended).toEqual([130, null]);
  });
});
