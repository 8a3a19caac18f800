/** The built command with nowhere to write to, and in the middle of answers that are no HTTP. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder } from '../support/command.ts';
import { account, remote, rolesYaml } from '../support/remote.ts';

const roles = ['one', 'two', 'three'].map((name) => ({ name, permissions: ['read:accounts'] }));

async function world() {
  const api = await remote();
  const cwd = folder({ 'roles/dintero.yaml': api.dintero + rolesYaml(roles) });
  const shell = (line: string) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
      const env = { ...api.environment, PATH: process.env['PATH'] ?? '' };
      const command = line.replaceAll('rolesync', `'${process.execPath}' '${resolve('dist/rolesync.js')}'`);
      execFile('/bin/sh', ['-c', command], { cwd, env }, (error, stdout, stderr) =>
        done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
  const live = () => api.sandbox.state.dintero.accounts[account]?.roles.map(({ name }) => name).sort();
  return { shell, live };
}

describe.skipIf(!existsSync('/dev/full'))('a disk that is full', () => {
  it.each([
    'rolesync validate',
    'rolesync plan',
    'rolesync plan --format json',
    'rolesync show plan.json',
    'rolesync --help',
  ])('ends `%s` with one line and 1', async (line) => {
    const { shell } = await world();
    await shell('rolesync plan --out plan.json');
    const { code, stderr } = await shell(`${line} > /dev/full`);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(
      'error: standard output cannot be written: there is no space left (ENOSPC)',
    );
    expect(stderr.trimEnd().split('\n').length).toBe(line.includes('plan -') || line.endsWith('plan') ? 2 : 1);
    expect(code).toBe(1);
  });

  it.each(['rolesync validate --nope', 'rolesync plan', 'rolesync show no.json'])(
    'under standard error ends `%s` with 1',
    async (line) => {
      const { shell } = await world();
      expect((await shell(`${line} 2> /dev/full`)).code).toBe(1);
      expect((await shell(`${line} > /dev/full 2>&1`)).code).toBe(1);
    },
  );

  it('does not stop an apply between its writes', async () => {
    const { shell, live } = await world();
    const { code } = await shell('rolesync apply --yes --verbose > /dev/full 2>&1');
    expect(code).toBe(1);
    expect(live()).toEqual(['one', 'three', 'two']);
  });

  it('is no matter where the reader of a pipe has gone', async () => {
    const { shell, live } = await world();
    const { stderr } = await shell('rolesync apply --yes | true');
    expect(stderr).not.toContain('cannot be written');
    expect(live()).toEqual(['one', 'three', 'two']);
  });
});
