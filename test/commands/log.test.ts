/** The log of an apply: what was about to be written, what the provider answered, and what came of it. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, rolesync, write } from '../support/command.ts';
import { account, remote, rolesYaml } from '../support/remote.ts';

const support = { name: 'support', permissions: ['read:accounts'] };

async function dintero(options: Parameters<typeof remote>[0] = {}) {
  const api = await remote(options);
  const cwd = folder({ 'roles/a.yaml': api.dintero + rolesYaml([support]) });
  const run = (...argv: string[]) => rolesync(argv, { cwd, environment: api.environment });
  const lines = (file = 'apply.log') =>
    readFileSync(join(cwd, file), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { api, cwd, run, lines };
}

describe('apply --log', () => {
  it('holds a line before a write, one for its answer, and one after it, on disk before the request arrives', async () => {
    let before: readonly string[] = [];
    const { api, cwd, run, lines } = await dintero({
      intercept: ({ method, path }) => {
        if (method === 'POST' && path.endsWith('/roles')) {
          before = readFileSync(join(cwd, 'apply.log'), 'utf8').trim().split('\n');
        }
        return undefined;
      },
    });
    expect((await run('apply', '--yes', '--log', 'apply.log')).code).toBe(0);
    expect(before.map((line) => JSON.parse(line).event)).toEqual(['before']);
    const [first, answer, after] = lines();
    expect([first.event, answer.event, after.event]).toEqual(['before', 'answer', 'after']);
    expect(first).toMatchObject({
      role: 'support',
      action: 'create',
      effects: { grants: ['read:accounts'] },
      before: null,
      plan: expect.stringMatching(/^sha256:/),
      target: { name: 'acme', tenant: account },
    });
    expect(answer).toMatchObject({ target: 'acme', request: expect.stringMatching(/^POST http/), status: 200 });
    expect(after).toMatchObject({ status: 'done', id: expect.any(String) });
    const text = readFileSync(join(cwd, 'apply.log'), 'utf8');
    for (const secret of Object.values(api.environment)) expect(text).not.toContain(secret);
  });

  it('stops before the first write where it cannot be written, or is no log', async () => {
    const { api, cwd, run } = await dintero();
    mkdirSync(join(cwd, 'folder'));
    writeFileSync(join(cwd, 'notes.txt'), 'remember the milk\n');
    for (const file of ['folder', 'nowhere/apply.log', 'notes.txt', '/dev/full']) {
      const { code, stderr } = await run('apply', '--yes', '--log', file);
      expect([file, code]).toEqual([file, 1]);
      expect(stderr).toContain(file);
    }
    expect(api.sandbox.requests.filter(({ method, path }) => method !== 'GET' && path.endsWith('/roles'))).toEqual([]);
  });

  it('continues below a line that a killed run left half written', async () => {
    const { cwd, run, lines, api } = await dintero();
    await run('apply', '--yes', '--log', 'apply.log');
    appendFileSync(join(cwd, 'apply.log'), '{"at":"2026-11-24T12:00:00.000Z","event":"bef');
    write(cwd, 'roles/a.yaml', api.dintero + rolesYaml([{ ...support, permissions: ['read:checkout'] }]));
    expect((await run('apply', '--yes', '--log', 'apply.log')).code).toBe(0);
    expect(() => lines()).toThrow();
    expect(readFileSync(join(cwd, 'apply.log'), 'utf8').trim().split('\n')).toHaveLength(7);
  });
});
