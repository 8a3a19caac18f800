/** Several machines plan and apply the parts of one run: together they do what one would do, and what one leaves out is told. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, rolesync, write } from '../support/command.ts';
import { remote } from '../support/remote.ts';
import { issueDintero } from '../support/sandbox.ts';
import { expectDocument } from '../support/schema.ts';

const accounts = Array.from({ length: 9 }, (_, at) => `T1000000${at}`);

async function stage() {
  const { sandbox, environment, requestsSince } = await remote();
  const { state, origin } = sandbox;
  const client = { clientId: 'one', clientSecret: 'sandbox-secret-for-all', scopes: ['admin:accounts'] };
  for (const account of accounts) {
    issueDintero(state.dintero, account);
    state.dintero.accounts[account]?.clients.splice(0, 1, client);
  }
  const targets = accounts.map(
    (account) => `  - {name: ${account}, account: ${account}, baseUrl: ${origin}/dintero/v1}\n`,
  );
  const roles = (permission: string) => `provider: dintero
auth: {clientId: "\${DINTERO_CLIENT_ID}", clientSecret: "\${DINTERO_CLIENT_SECRET}"}
targets:
${targets.join('')}roles:
  - {name: support, permissions: [${permission}]}
`;
  const cwd = folder({ 'roles/all.yaml': roles('read:hooks') });
  const variables = { ...environment, DINTERO_CLIENT_ID: client.clientId, DINTERO_CLIENT_SECRET: client.clientSecret };
  return {
    cwd,
    declare: (permission: string) => write(cwd, 'roles/all.yaml', roles(permission)),
    run: (argv: readonly string[], more: Readonly<Record<string, string>> = {}) =>
      rolesync(argv, { cwd, environment: { ...variables, ...more } }),
    planOf: (name: string) => JSON.parse(readFileSync(join(cwd, name), 'utf8')) as { digest: string },
    /** Accounts that were asked anything since the last call. */
    asked: () => [...new Set(requestsSince().map(({ path }) => path.split('/')[2] ?? ''))].sort(),
    created: () => accounts.filter((account) => (state.dintero.accounts[account]?.roles.length ?? 0) > 0),
  };
}

const parts = ['1/3', '2/3', '3/3'] as const;

describe('parts of a run', () => {
  it('ask each account once between them, and merge into the plan of the whole', async () => {
    const { run, planOf, asked } = await stage();
    const by: string[][] = [];
    for (const [at, part] of parts.entries()) {
      const { code, stdout } = await run(['plan', '--shard', part, '--out', `${at}.json`]);
      expect(code).toBe(0);
      expect(stdout).toContain(`Plan: incomplete, only part ${at + 1} of 3`);
      by.push(asked());
    }
    expect(by.flat().sort()).toEqual(accounts);
    const merged = await run(['merge', '2.json', '0.json', '1.json', '--out', 'merged.json', '--format', 'json']);
    expect([merged.code, merged.stderr, asked()]).toEqual([0, '', []]);
    expectDocument('plan', merged.stdout);
    await run(['plan', '--out', 'whole.json']);
    expect(planOf('merged.json').digest).toBe(planOf('whole.json').digest);
  });

  it('are applied part by part with the merged plan', async () => {
    const { run, created, asked } = await stage();
    for (const [at, part] of parts.entries()) await run(['plan', '--shard', part, '--out', `${at}.json`]);
    await run(['merge', '0.json', '1.json', '2.json', '--out', 'merged.json']);
    asked();
    for (const part of parts) {
      const before = created();
      expect((await run(['apply', '--shard', part, '--plan', 'merged.json'])).code).toBe(0);
      expect(created().filter((one) => !before.includes(one))).toEqual(asked());
    }
    expect(created()).toEqual(accounts);
    expect((await run(['plan', '--detailed-exitcode'])).code).toBe(0);
  });

  it('leave a plan that is incomplete, never one without changes, where one has died', async () => {
    const { run, cwd, created } = await stage();
    await run(['apply', '--yes']);
    for (const [at, part] of parts.entries()) await run(['plan', '--shard', part, '--out', `${at}.json`]);
    rmSync(join(cwd, '1.json'));
    const { code, stdout, stderr } = await run(['merge', '0.json', '2.json', '--out', 'merged.json']);
    expect([code, created().length]).toEqual([1, 9]);
    expect(stdout).toContain('Plan: incomplete, part 2 of 3 is missing');
    expect(stdout).not.toContain('no changes');
    expect(stderr).toBe('error: part 2 of 3 is missing: plan again what failed, and merge anew\n');
    const comment = await run(['merge', '0.json', '2.json', '--format', 'markdown']);
    expect(comment.stdout).toContain('### Incomplete, part 2 of 3 is missing');
    await run(['plan', '--shard', '2/3', '--out', '1.json']);
    expect((await run(['merge', 'merged.json', '1.json'])).stdout).toContain('Plan: no changes');
  });

  it('do not fit together where the files or the values of variables differ', async () => {
    const { run, declare } = await stage();
    await run(['plan', '--shard', '1/2', '--out', '0.json']);
    declare('read:accounts');
    await run(['plan', '--shard', '2/2', '--out', '1.json']);
    const { code, stderr } = await run(['merge', '0.json', '1.json']);
    expect(code).toBe(1);
    expect(stderr).toContain('0.json and 1.json do not belong together');
  });

  it('are one where all targets of a host stay together', async () => {
    const { run, asked } = await stage();
    const by: number[] = [];
    for (const part of parts) {
      await run(['plan', '--shard', part, '--shard-by', 'host']);
      by.push(asked().length);
    }
    expect(by.sort()).toEqual([0, 0, 9]);
  });

  it.each(['0/3', '4/3', '1', '1/0', '1/1001', 'a/b', '1/3/5'])('are counted from 1: %s is refused', async (part) => {
    const { run, asked } = await stage();
    const { code, stderr } = await run(['plan', '--shard', part]);
    expect([code, asked()]).toEqual([1, []]);
    expect(stderr).toContain('A part of at most 1000 is expected, such as 1/4 or 4/4.');
  });
});
