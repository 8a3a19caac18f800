import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SandboxFlags, sandbox } from '../../src/commands/sandbox.ts';
import { shipped } from '../../src/table.ts';
import { basic, grant, talk } from './talk.ts';

let folder: string;
let stops: (() => Promise<unknown>)[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolesync-sandbox-'));
  stops = [];
});
afterEach(async () => {
  await Promise.allSettled(stops.map((stop) => stop()));
  rmSync(folder, { recursive: true, force: true });
});

/** The command, once it has introduced itself, and the variables it exported. */
async function run(flags: SandboxFlags = {}) {
  const lines: string[] = [];
  const interrupt = new AbortController();
  let introduced = () => {};
  const ready = new Promise<void>((resolve) => {
    introduced = resolve;
  });
  const write = (line: string) => {
    lines.push(line);
    if (line === '' && lines.length > 2 && lines.at(-2)?.includes('ROCKETCHAT_BASE_URL')) introduced();
  };
  const done = sandbox({ port: 0, ...flags }, { write, signal: interrupt.signal, table: shipped });
  stops.push(() => {
    interrupt.abort();
    return done;
  });
  await Promise.race([ready, done]);
  const exported = new Map(
    lines.flatMap((line) => (/^export (\w+)=(.*)$/.exec(line) ? [line.slice(7).split(/=(.*)/s)] : [])) as [
      string,
      string,
    ][],
  );
  const variable = (name: string) => exported.get(name) ?? '';
  const stop = async () => {
    interrupt.abort();
    await done;
  };
  return { lines, variable, stop, done };
}

async function dinteroRoles(variable: (name: string) => string) {
  const account = variable('DINTERO_ACCOUNT');
  const base = `${variable('DINTERO_BASE_URL')}/accounts/${account}/auth`;
  const auth = { clientId: variable('DINTERO_CLIENT_ID'), clientSecret: variable('DINTERO_CLIENT_SECRET') };
  const token = await talk(`${base}/token`, 'POST', grant(account), basic(auth));
  const headers = { authorization: `Bearer ${token.body.access_token}` };
  return (method: string, path: string, body?: unknown) => talk(`${base}/roles${path}`, method, body, headers);
}

describe('rolesync sandbox', () => {
  it('exports variables that log in to all three APIs', async () => {
    const { variable } = await run();
    const roles = await dinteroRoles(variable);
    expect((await roles('GET', '')).body).toHaveLength(3);
    const identifier = variable('RINNE_IDENTIFIER');
    const login = await talk(`${variable('RINNE_BASE_URL')}/v1/auth/login`, 'POST', {
      identifier,
      password: variable('RINNE_PASSWORD'),
    });
    const company = { company_id: variable('RINNE_COMPANY') };
    const bearer = { authorization: `Bearer ${login.body.token}` };
    expect((await talk(`${variable('RINNE_BASE_URL')}/v1/auth/select-company`, 'POST', company, bearer)).status).toBe(
      200,
    );
    const headers = { 'x-user-id': variable('ROCKETCHAT_USER_ID'), 'x-auth-token': variable('ROCKETCHAT_TOKEN') };
    expect((await talk(`${variable('ROCKETCHAT_BASE_URL')}/api/v1/me`, 'GET', undefined, headers)).status).toBe(200);
  });

  it('logs one line for each request, without its body, headers, or control characters', async () => {
    const { variable, lines } = await run();
    const before = lines.length;
    const roles = await dinteroRoles(variable);
    await roles('GET', '/%1b%5b31m?name=%1b');
    expect(lines).toHaveLength(before + 2);
    expect(lines.at(-2)).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} {2}dintero +POST +\/accounts\/T11112222\/auth\/token {2}200 {2}\d+ ms$/,
    );
    expect(lines.at(-1)).toContain('  400  ');
    expect(lines.slice(before).join('')).not.toMatch(/[\u0000-\u001f]|sandbox-secret/);
  });

  it('keeps its state in a file after every write, and goes on from there', async () => {
    const state = join(folder, 'state.json');
    const first = await run({ state });
    const { id } = (await (await dinteroRoles(first.variable))('POST', '', { scope: ['a'], name: 'kept' })).body;
    expect(readFileSync(state, 'utf8')).toContain(id);
    await first.stop();
    const second = await run({ state });
    expect((await (await dinteroRoles(second.variable))('GET', `/${id}`)).body.name).toBe('kept');
  });

  it('starts from a seed, with its own credentials where it has some', async () => {
    const seed = join(folder, 'seed.yaml');
    const account = '{ clients: [{ clientId: mine, clientSecret: "it\'s", scopes: [read:accounts] }] }';
    writeFileSync(seed, `dintero: { accounts: { P123: ${account} } }\nrocketchat: { workspaces: { w: {} } }\n`);
    const { variable, lines } = await run({ seed });
    expect(variable('DINTERO_ACCOUNT')).toBe('P123');
    expect(variable('DINTERO_CLIENT_ID')).toBe('mine');
    expect(lines).toContain(`export DINTERO_CLIENT_SECRET='it'\\''s'`);
    expect(variable('ROCKETCHAT_BASE_URL')).toMatch(/\/rocketchat\/w$/);
  });

  it('limits and takes the licence away on request, the robot included', async () => {
    const { variable } = await run({ rateLimit: true, licence: false });
    const headers = { 'x-user-id': variable('ROCKETCHAT_USER_ID'), 'x-auth-token': variable('ROCKETCHAT_TOKEN') };
    const call = (method: string, name: string, body?: object) =>
      talk(`${variable('ROCKETCHAT_BASE_URL')}/api/v1/${name}`, method, body, headers);
    expect((await call('POST', 'roles.create', { name: 'x' })).body.errorType).toBe('error-action-not-allowed');
    const statuses = [];
    for (let n = 0; n < 11; n += 1) statuses.push((await call('GET', 'me')).status);
    expect(statuses).toEqual([...Array(10).fill(200), 429]);
  });

  it('ends with what is wrong: a broken seed, an unwritable state, a port in use', async () => {
    const seed = join(folder, 'seed.json');
    writeFileSync(seed, '{"rinne":7}');
    await expect(run({ seed })).rejects.toMatchObject({ code: 'config', message: expect.stringContaining('/rinne') });
    await expect(run({ state: join(folder, 'none', 's.json') })).rejects.toMatchObject({ code: 'config' });
    const { variable } = await run();
    const port = Number(new URL(variable('DINTERO_BASE_URL')).port);
    await expect(run({ port })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(String(port)),
    });
  });

  it('stops when its state can no longer be saved, and tells the caller of that write', async () => {
    const state = join(folder, 'state.json');
    const { variable, done } = await run({ state });
    const ended = expect(done).rejects.toMatchObject({ code: 'config' });
    const roles = await dinteroRoles(variable);
    rmSync(folder, { recursive: true });
    const answer = await roles('POST', '', { scope: ['a'] }).catch(() => ({ status: 500 }));
    expect(answer.status).toBe(500);
    await ended;
  });
});
