/** Credentials of many targets in one map: each target has its own, and no branch brings them anywhere else. */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { isPlanned, type Plan } from '../../src/core/plan.ts';
import { removeTemporary, repository } from '../files/git-repository.ts';
import { folder, rolesync, write } from '../support/command.ts';
import { remote } from '../support/remote.ts';
import { issueDintero, type SandboxOptions } from '../support/sandbox.ts';

afterAll(removeTemporary);

interface Client {
  readonly name: string;
  readonly account: string;
  readonly auth: { readonly clientId: string; readonly clientSecret: string };
}

/** So many accounts, each with its own API client, and no credentials in the role file. */
async function platform(count: number, options: SandboxOptions = {}) {
  const api = await remote(options);
  const { state, origin } = api.sandbox;
  const clients = Array.from({ length: count }, (_, at): Client => {
    const account = `T${10_000_000 + at}`;
    return { name: `shop-${at}`, account, auth: issueDintero(state.dintero, account).auth };
  });
  const fileOf = (targets: readonly Pick<Client, 'name' | 'account'>[], base = `${origin}/dintero/v1`) =>
    `provider: dintero
targets:
${targets.map(({ name, account }) => `  - { name: ${name}, account: ${account}, baseUrl: "${base}" }\n`).join('')}roles:
  - { name: support, permissions: [read:accounts] }
`;
  const mapOf = (all: readonly Pick<Client, 'name' | 'auth'>[]) =>
    JSON.stringify(Object.fromEntries(all.map(({ name, auth }) => [name, auth])));
  return { api, clients, fileOf, mapOf };
}

const errorsIn = ({ targets }: Plan) =>
  targets.flatMap((target) => (isPlanned(target) ? [] : [[target.name, target.error.code]]));

function opened(text: string): { readonly descriptor: number; readonly flag: readonly string[] } {
  const cwd = folder({ 'secrets.json': text });
  const descriptor = openSync(join(cwd, 'secrets.json'), 'r');
  onTestFinished(() => closeSync(descriptor));
  return { descriptor, flag: ['--secrets-fd', String(descriptor)] };
}

describe('ROLESYNC_SECRETS', () => {
  it('signs in to two hundred accounts with two hundred credentials, and to each with its own', async () => {
    const { api, clients, fileOf, mapOf } = await platform(200);
    const cwd = folder({ 'roles/all.yaml': fileOf(clients) });
    const plan = async (map: string, ...argv: string[]) => {
      const world = { cwd, environment: { ROLESYNC_SECRETS: map } };
      const ran = await rolesync(['plan', '--format', 'json', ...argv], world);
      return { ...ran, plan: JSON.parse(ran.stdout) as Plan };
    };
    const whole = await plan(mapOf(clients));
    expect([whole.code, errorsIn(whole.plan), whole.plan.summary.create]).toEqual([0, [], 200]);
    expect(whole.stderr).not.toContain('warning');
    expect(api.requestsSince().filter(({ path }) => path.endsWith('/auth/token'))).toHaveLength(200);

    const [first, second, ...rest] = clients;
    if (first === undefined || second === undefined) throw new Error('no clients');
    const crossed = [{ ...first, auth: second.auth }, { ...second, auth: first.auth }, ...rest];
    const wrong = await plan(mapOf(crossed));
    expect(wrong.code).toBe(1);
    expect(errorsIn(wrong.plan)).toEqual([
      ['shop-0', 'auth'],
      ['shop-1', 'auth'],
    ]);
    for (const { auth } of clients) {
      for (const value of Object.values(auth)) expect(wrong.stdout + wrong.stderr).not.toContain(value);
    }
  });

  it('is needed for the selected targets only', async () => {
    const { api, clients, fileOf, mapOf } = await platform(3);
    const cwd = folder({ 'roles/all.yaml': fileOf(clients) });
    const environment = { ROLESYNC_SECRETS: mapOf(clients.slice(0, 1)) };
    const one = await rolesync(['plan', '--target', 'shop-0'], { cwd, environment });
    expect([one.code, one.stderr]).toEqual([0, expect.not.stringContaining('warning')]);
    api.sent();
    const all = await rolesync(['plan'], { cwd, environment });
    expect(all.code).toBe(1);
    expect(all.stderr).toContain('the target `shop-1` has no `auth` in its file and no entry in ROLESYNC_SECRETS');
    expect(all.stderr).toContain('2 errors');
    expect(api.sent()).toEqual([]);
  });

  it('is applied with, and names an entry that no target has', async () => {
    const { clients, fileOf, mapOf } = await platform(2);
    const cwd = folder({ 'roles/all.yaml': fileOf(clients) });
    const old = { name: 'shop-old', auth: { clientId: 'old-id-1', clientSecret: 'old-secret-1' } };
    const world = { cwd, environment: { ROLESYNC_SECRETS: mapOf([...clients, old]) } };
    const ran = await rolesync(['apply', '--yes'], world);
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('2 done')]);
    expect(ran.stderr).toMatch(
      /ROLESYNC_SECRETS:1:\d+ {2}warning: the entry `shop-old` of ROLESYNC_SECRETS is not used/,
    );
    expect(ran.stdout + ran.stderr).not.toMatch(/old-id-1|old-secret-1/);
  });

  it('that cannot be read ends the run before any request, and is not shown', async () => {
    const { api, clients, fileOf, mapOf } = await platform(1);
    const cwd = folder({ 'roles/all.yaml': fileOf(clients) });
    const broken = mapOf(clients).slice(0, -2);
    const ran = await rolesync(['plan'], { cwd, environment: { ROLESYNC_SECRETS: broken } });
    expect([ran.code, ran.stdout]).toEqual([1, '']);
    expect(ran.stderr).toMatch(/^error: ROLESYNC_SECRETS, line 1, column \d+: this is neither YAML nor JSON\n$/);
    expect(api.sent()).toEqual([]);
  });

  it.each(['clientId', 'clientSecret'] as const)(
    'hides the %s that a provider gives back, in any form',
    async (key) => {
      let echo = '';
      const { clients, fileOf, mapOf } = await platform(1, {
        intercept: ({ path }) =>
          path.endsWith('/auth/roles') ? { status: 400, body: { error: { message: `said ${echo}` } } } : undefined,
      });
      const secret = clients[0]?.auth[key] ?? '';
      const cwd = folder({ 'roles/all.yaml': fileOf(clients) });
      for (const form of [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret).toString('base64')]) {
        echo = form;
        const argv = ['plan', '--format', 'json', '--verbose'];
        const ran = await rolesync(argv, { cwd, environment: { ROLESYNC_SECRETS: mapOf(clients) } });
        expect(ran.stdout).toContain('said [secret]');
        expect(ran.stdout + ran.stderr).not.toContain(form);
      }
    },
  );

  it('is not needed by validate, which warns, nor with --sandbox', async () => {
    const { clients, fileOf } = await platform(2);
    const cwd = folder({ 'roles/all.yaml': fileOf(clients) });
    const checked = await rolesync(['validate'], { cwd });
    expect(checked.code).toBe(0);
    expect(checked.stdout).toMatch(/warning: the targets `shop-0`, `shop-1` have no `auth`, and neither has this file/);
    const tried = await rolesync(['plan', '--sandbox'], { cwd });
    expect([tried.code, tried.stderr]).toEqual([0, expect.not.stringContaining('auth')]);
  });
});

describe('--secrets-fd', () => {
  it('reads the map from a file descriptor, so that no variable holds it', async () => {
    const { clients, fileOf, mapOf } = await platform(2);
    const cwd = folder({ 'roles/all.yaml': fileOf(clients) });
    expect((await rolesync(['plan', ...opened(mapOf(clients)).flag], { cwd })).code).toBe(0);
    const online = await rolesync(['validate', '--online', ...opened(mapOf(clients)).flag], { cwd });
    expect([online.code, online.stdout]).toEqual([0, expect.stringContaining('✓ shop-1  signed in')]);
  });

  it('names itself where a mistake is, and where nothing is open', async () => {
    const { clients, fileOf } = await platform(1);
    const cwd = folder({ 'roles/all.yaml': fileOf(clients) });
    const { descriptor, flag } = opened('shop-0: { clientId: a }\n');
    const wrong = await rolesync(['plan', ...flag], { cwd });
    expect(wrong.stderr).toContain(`--secrets-fd ${descriptor}:1:1  the entry \`shop-0\` holds \`clientId\``);
    const closed = await rolesync(['plan', '--secrets-fd', '9999'], { cwd });
    expect([closed.code, closed.stderr]).toEqual([
      1,
      'error: --secrets-fd 9999 cannot be read: no such file descriptor is open for reading\n',
    ]);
    expect((await rolesync(['plan', '--secrets-fd', '1'], { cwd })).stderr).toContain('0, or 3 or higher');
  });

  it('does not go with ROLESYNC_SECRETS', async () => {
    const { clients, fileOf, mapOf } = await platform(1);
    const cwd = folder({ 'roles/all.yaml': fileOf(clients) });
    const environment = { ROLESYNC_SECRETS: mapOf(clients) };
    const ran = await rolesync(['plan', ...opened(mapOf(clients)).flag], { cwd, environment });
    expect([ran.code, ran.stderr]).toEqual([1, 'error: give one of ROLESYNC_SECRETS and --secrets-fd, not both\n']);
  });
});

describe('a branch under --trust', () => {
  async function branch(edit: (text: string, of: { readonly base: string; readonly other: string }) => string) {
    const { api, clients, fileOf, mapOf } = await platform(3);
    const other = await remote();
    const repo = repository();
    const text = fileOf(clients);
    repo.commit({ 'roles/all.yaml': text });
    repo.git('switch', '--quiet', '--create', 'branch');
    write(repo.folder, 'roles/all.yaml', edit(text, { base: api.sandbox.origin, other: other.sandbox.origin }));
    const environment = { ...repo.options.environment, ROLESYNC_SECRETS: mapOf(clients) } as Record<string, string>;
    const argv = ['plan', '--trust', 'main', '--base', 'main', '--format', 'json'];
    const ran = await rolesync(argv, { cwd: repo.folder, environment });
    const plan = JSON.parse(ran.stdout) as Plan;
    const accounts = api.requestsSince().map(({ path }) => /accounts\/(\w+)/.exec(path)?.[1]);
    return { ...ran, plan, reached: [...new Set(accounts)].sort(), elsewhere: other.sent(), api };
  }

  it('that changes nothing about a target reaches it', async () => {
    const { plan, reached } = await branch((text) => text.replace('read:accounts', 'read:orders'));
    expect(errorsIn(plan)).toEqual([]);
    expect(reached).toEqual(['T10000000', 'T10000001', 'T10000002']);
  });

  it('gets no entry of another target by giving a target its name', async () => {
    const { plan, reached } = await branch((text) =>
      text.replace('shop-0', 'shop-x').replace('shop-1', 'shop-0').replace('shop-x', 'shop-1'),
    );
    expect(errorsIn(plan)).toEqual([
      ['shop-0', 'untrusted'],
      ['shop-1', 'untrusted'],
    ]);
    expect(reached).toEqual(['T10000002']);
    expect(JSON.stringify(plan.targets)).toContain('new destination for the entry `shop-0` of ROLESYNC_SECRETS: ');
  });

  it('sends no entry to another tenant of the same host', async () => {
    const { plan, reached } = await branch((text) => text.replace('T10000000', 'T99999999'));
    expect(errorsIn(plan)).toEqual([['shop-0', 'untrusted']]);
    expect(reached).toEqual(['T10000001', 'T10000002']);
    expect(JSON.stringify(plan.targets)).toMatch(
      /http:[^ ]+ · T99999999 \(the trusted revision sends it to http:[^ ]+ · T10000000\)/,
    );
  });

  it('sends no entry to another host', async () => {
    const { plan, elsewhere } = await branch((text, { base, other }) => text.replace(base, other));
    expect(errorsIn(plan)).toEqual([['shop-0', 'untrusted']]);
    expect(elsewhere).toEqual([]);
  });

  it('sends an entry nowhere for a target that the trusted revision does not have', async () => {
    const { plan, reached } = await branch((text) => {
      const line = text.split('\n').find((one) => one.includes('shop-2')) ?? '';
      return text.replace(line, line.replace('shop-2', 'shop-0')).replace('shop-0', 'shop-2');
    });
    expect(errorsIn(plan)).toEqual([
      ['shop-0', 'untrusted'],
      ['shop-2', 'untrusted'],
    ]);
    expect(reached).toEqual(['T10000001']);
  });
});
