/** What every provider must do, run for each of them over real HTTP on loopback. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { create, remove, update } from '../../src/core/change.ts';
import { Failure, type FailureCode } from '../../src/core/failure.ts';
import type { LiveRole, Role } from '../../src/core/role.ts';
import type { Remote } from '../../src/providers/provider.ts';
import { writeRole } from '../../src/write-role.ts';
import { type Interception, type SandboxRequest, type State, startSandbox } from '../support/sandbox.ts';
import { type Connected, type ConnectOptions, connectTo, type Tenant } from './connect.ts';
import { named, type Setup, type SetupOn } from './setups.ts';

type Arriving = Omit<SandboxRequest, 'status' | 'answered'>;
type Intercept = (request: Arriving) => Interception;

const origin = { cause: 'file', source: null } as const;

const HOSTILE = [
  '__proto__',
  'constructor',
  'a\u202eb\u0000c\u200bd',
  ' spaced ',
  'x'.repeat(10_000),
  '../../admin?limit=1#x',
  '<html>',
];

/** A place where tenants are, and what goes there and back; ended with the test. */
export interface Opened<Ground> {
  readonly origin: string;
  readonly state: Ground;
  readonly requests: readonly Pick<SandboxRequest, 'method' | 'path'>[];
  readonly close: () => Promise<void>;
}

export type Open<Ground> = (options: { readonly intercept: Intercept }) => Promise<Opened<Ground>>;

/** On a sandbox. */
export function contract(name: string, setup: Setup): void {
  contractOn<State>(name, setup, startSandbox);
}

export function contractOn<Ground>(name: string, setup: SetupOn<Ground>, open: Open<Ground>): void {
  describe(`${name} keeps the contract`, () => {
    const bench = createBench(setup, open);
    listsWhole(setup, bench);
    writesWhole(setup, bench);
    countsRequests(setup, bench);
    keepsSecrets(setup, bench);
    refusesSurprises(setup, bench);
    survivesLostAnswers(setup, bench);
    normalises(setup);
  });
}

type Bench<Ground> = ReturnType<typeof createBench<Ground>>;

/** Opens places with the tenant of `setup`; what a test opened is closed after it. */
function createBench<Ground>(setup: SetupOn<Ground>, open: Open<Ground>) {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  async function start(intercept: Intercept = () => undefined, count = 0) {
    const sandbox = await open({ intercept });
    ends.push(() => sandbox.close());
    const tenant = await setup.admit(sandbox.state);
    await setup.seed(sandbox.state, count);
    return { sandbox, tenant, ...connect(sandbox, tenant) };
  }

  function connect(sandbox: Opened<Ground>, tenant: Tenant, options: ConnectOptions = {}): Connected {
    const connected = connectTo(setup.provider, sandbox, tenant, options);
    ends.push(connected.close);
    return connected;
  }

  return { start, connect };
}

/** A list: whole, each role once, with no request more than it takes. */
function listsWhole<Ground>(setup: SetupOn<Ground>, { start }: Bench<Ground>): void {
  it('lists a new tenant: what it was born with, and nothing else', async () => {
    const { remote, cost } = await start();
    expect(await remote.list()).toHaveLength(setup.bornWith);
    expect(cost).toEqual({ read: setup.requests.first, written: 0, verified: 0, retried: 0 });
  });

  it('logs in once, however often it lists', async () => {
    const { remote, cost } = await start();
    await Promise.all([remote.list(), remote.list()]);
    await remote.list();
    expect(cost.read).toBe(setup.requests.first + 2 * setup.requests.again);
  });

  it('lists 250 roles whole, each once, with no request more than it takes', async () => {
    const { remote, cost } = await start(undefined, 250);
    const live = await remote.list();
    expect(new Set(live.map(({ id }) => id)).size).toBe(250 + setup.bornWith);
    expect(live).toHaveLength(250 + setup.bornWith);
    expect(cost.read).toBe(setup.requests.of250);
  });

  it('never returns part of a list: where any one request of it fails, all of it does', async () => {
    const probe = await start(undefined, 250);
    await probe.remote.list();
    const lists = probe.sandbox.requests.filter(({ method }) => method === 'GET').length;
    for (let broken = 1; broken <= lists; broken += 1) {
      let seen = 0;
      const { remote } = await start(({ method }) => {
        if (method !== 'GET') return undefined;
        seen += 1;
        return seen === broken ? { status: 500, body: {} } : undefined;
      }, 250);
      expect((await failureOf(remote.list())).code).toBe('response');
    }
  });

  it('knows that nothing comes after the end of its list', async () => {
    const { remote } = await start(undefined, 100);
    await remote.list();
    await remote.proveEnd?.();
  });
}

/** One role: made, changed, deleted, and read back. */
function writesWhole<Ground>(setup: SetupOn<Ground>, { start }: Bench<Ground>): void {
  it('creates a role that the next list shows exactly as normalised', async () => {
    const { remote, sandbox } = await start();
    const id = await make(setup, remote, setup.sample);
    const live = (await remote.list()).find((candidate) => candidate.id === id);
    expect(live?.builtIn).toBe(false);
    expect(setup.provider.normalise(live?.role ?? setup.changed)).toEqual(setup.provider.normalise(setup.sample));
    expect((await setup.stored(sandbox.state)).size).toBe(setup.bornWith + 1);
  });

  it('updates a role whole: what changed is new, what did not is kept', async () => {
    const { remote, sandbox } = await start();
    const id = await make(setup, remote, setup.sample);
    const before = setup.provider.normalise((await find(remote, id)).role);
    for (const after of [{ ...before, permissions: setup.changed.permissions }, setup.changed, setup.sample]) {
      await change(setup, remote, id, setup.provider.normalise(after));
      const live = await find(remote, id);
      expect(setup.provider.normalise(live.role)).toEqual(setup.provider.normalise(after));
    }
    expect((await setup.stored(sandbox.state)).size).toBe(setup.bornWith + 1);
  });

  it('deletes a role, and deleting it again is fine', async () => {
    const { remote, sandbox } = await start();
    const id = await make(setup, remote, setup.sample);
    const live = await find(remote, id);
    await remote.delete?.(remove(id, live.role, origin));
    expect((await setup.stored(sandbox.state)).has(id)).toBe(false);
    expect((await remote.list()).map((role) => role.id)).not.toContain(id);
    await remote.delete?.(remove(id, live.role, origin));
    expect((await setup.stored(sandbox.state)).size).toBe(setup.bornWith);
  });

  it('reads one role, and says so where it is gone', async () => {
    const { remote } = await start();
    const id = await make(setup, remote, setup.sample);
    const live = await find(remote, id);
    const one = await remote.read(id);
    expect(one && { ...one, role: { ...one.role, permissions: live.role.permissions } }).toEqual(live);
    if (remote.permissions === undefined) expect(one).toEqual(live);
    await remote.delete?.(remove(id, live.role, origin));
    expect(await remote.read(id)).toBeUndefined();
  });

  it.each(HOSTILE)('carries the name %j there and back', async (hostile) => {
    const { limits } = setup.provider.capabilities;
    const name = hostile.slice(0, limits.name);
    const description = hostile.slice(0, limits.description ?? 500);
    const { remote } = await start();
    const id = await make(setup, remote, { ...setup.sample, name, description });
    const { role } = await find(remote, id);
    expect(role.name).toBe(name);
    expect(role.description).toBe(description);
  });
}

/** What a run cost. */
function countsRequests<Ground>(setup: SetupOn<Ground>, { connect, start }: Bench<Ground>): void {
  it('counts reads, writes and verifying reads apart', async () => {
    const { sandbox, tenant } = await start();
    let phase: 'plan' | 'write' | 'verify' = 'plan';
    const { remote, cost } = connect(sandbox, tenant, { phase: () => phase });
    await remote.list();
    phase = 'write';
    await remote.create?.(create({ ...setup.provider.normalise(setup.sample) }, origin));
    phase = 'verify';
    await remote.list();
    expect(cost).toEqual({
      read: setup.requests.first + (setup.requests.afterCreate ?? 0),
      written: 1,
      verified: setup.requests.withSample ?? setup.requests.again,
      retried: 0,
    });
  });
}

/** Credentials, which no message shows. */
function keepsSecrets<Ground>(setup: SetupOn<Ground>, { connect, start }: Bench<Ground>): void {
  it('fails with `auth` for a wrong secret, says what to check, and shows no secret', async () => {
    const { sandbox, tenant } = await start();
    const secret = 'wrong+secret/==\u00e9';
    const auth = Object.fromEntries(
      Object.entries(tenant.auth).map(([key, value]) =>
        ['clientSecret', 'password', 'token'].includes(key) ? [key, secret.replace('\u00e9', 'e')] : [key, value],
      ),
    );
    const { remote } = connect(sandbox, { ...tenant, auth });
    const failure = await failureOf(remote.list());
    expect(failure.code).toBe('auth');
    expect(failure.message).toMatch(/check/);
    expect(failure.message).not.toContain('wrong');
  });

  it('shows no secret that the provider repeats', async () => {
    const repeat: Intercept = ({ path }) => {
      if (path !== setup.listPath) return undefined;
      const said = Object.values(tenant.auth).join(' and ');
      return { status: 400, body: { success: false, error: { message: said }, message: said } };
    };
    const { remote, tenant } = await start((request) => repeat(request));
    const failure = await failureOf(remote.list());
    for (const [key, value] of Object.entries(tenant.auth)) {
      if (['clientSecret', 'password', 'token'].includes(key)) expect(failure.message).not.toContain(value);
    }
  });
}

/** Answers that are not what was asked for. */
function refusesSurprises<Ground>(setup: SetupOn<Ground>, { start }: Bench<Ground>): void {
  it.each<[string, ReturnType<Intercept>, FailureCode]>([
    ['HTML', { status: 200, body: '<html>Sign in</html>' }, 'response'],
    ['a redirect', { status: 302, headers: { location: 'https://login.example/x?secret=1' }, body: '' }, 'response'],
    [
      'half of its JSON',
      { status: 200, headers: { 'content-type': 'application/json' }, body: '[{"id":"1"' },
      'response',
    ],
    ['an empty body', { status: 200, body: '' }, 'response'],
    ['another shape', { status: 200, body: { unexpected: true } }, 'response'],
    ['a role without an id', { status: 200, body: setup.odd }, 'response'],
    ['403', { status: 403, body: {} }, 'forbidden'],
    ['404', { status: 404, body: {} }, 'not-found'],
    ['500', { status: 500, body: {} }, 'response'],
    ['503 again and again', { status: 503, body: '<html>Down</html>' }, 'network'],
    ['a closed connection again and again', 'drop', 'network'],
    ['429 for an hour', { status: 429, headers: { 'retry-after': '3600' }, body: {} }, 'rate-limit'],
  ])('fails to list where the answer is %s, and returns nothing', async (_what, answer, code) => {
    const { remote } = await start(({ path, method }) =>
      path === setup.listPath && method === 'GET' ? answer : undefined,
    );
    const failure = await failureOf(remote.list());
    expect(failure.code).toBe(code);
    expect(failure.message).toContain('GET http://127.0.0.1:');
    expect(failure.message).not.toContain('secret');
  });

  it('shows the place of a surprise', async () => {
    const { remote } = await start(({ path }) =>
      path === setup.listPath ? { status: 200, body: setup.odd } : undefined,
    );
    const { message } = await failureOf(remote.list());
    expect(message).toMatch(/answered a role without `_?id` at (data|roles)?\[0\]$/);
  });
}

/** Answers that never arrive. */
function survivesLostAnswers<Ground>(setup: SetupOn<Ground>, { start }: Bench<Ground>): void {
  it('repeats a read whose answer was lost, and says so in the cost', async () => {
    let dropped = 0;
    const { remote, cost, waits } = await start(({ path }) => {
      if (path !== setup.listPath || dropped === 2) return undefined;
      dropped += 1;
      return 'drop';
    });
    expect(await remote.list()).toHaveLength(setup.bornWith);
    expect(cost).toEqual({ read: setup.requests.first + 2, written: 0, verified: 0, retried: 2 });
    expect(waits).toHaveLength(2);
  });

  it('never sends a create twice when its answer was lost', async () => {
    let posts = 0;
    const { remote, sandbox } = await start(({ method, path }) => {
      if (method !== 'POST' || !isWrite(method, path)) return undefined;
      posts += 1;
      return 'drop-after';
    });
    const failure = await failureOf(make(setup, remote, setup.sample));
    expect(failure.code).toBe('network');
    expect(posts).toBe(1);
    expect((await setup.stored(sandbox.state)).size).toBe(setup.bornWith + 1);
  });

  it.each<['drop-after' | 'drop', number]>([
    ['drop-after', 1],
    ['drop', 2],
  ])('looks what became of an update and a delete whose answer was lost (%s): %i of each', async (lost, sent) => {
    let losing = false;
    let writes = 0;
    const { remote, sandbox } = await start(({ path, method }) => {
      if (!losing || !isWrite(method, path)) return undefined;
      writes += 1;
      return writes === 1 ? lost : undefined;
    });
    const id = await make(setup, remote, setup.sample);
    const seen = [await find(remote, id)].map((live) => ({ ...live, role: setup.provider.normalise(live.role) }));
    const run = { remote, normalise: setup.provider.normalise, seen };
    const [{ role: before } = { role: setup.sample }] = seen;
    const renamed = { ...before, name: 'renamed' };
    losing = true;
    const changed = update(id, before, renamed, origin);
    expect(changed && (await writeRole(changed, run))).toEqual({ status: 'done', id });
    expect(writes).toBe(sent);
    expect((await find(remote, id)).role.name).toBe('renamed');
    writes = 0;
    expect(await writeRole(remove(id, renamed, origin), run)).toEqual({ status: 'done', id });
    expect(writes).toBe(sent);
    expect((await setup.stored(sandbox.state)).has(id)).toBe(false);
  });
}

/** The one form in which roles are compared. */
function normalises<Ground>(setup: SetupOn<Ground>): void {
  it('normalises idempotently, whatever the role', () => {
    const scalar = fc.oneof(fc.string(), fc.boolean(), fc.constant(null));
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom(...Object.keys(setup.provider.capabilities.settings), '__proto__'),
    );
    const roles = fc.record({
      name: fc.string(),
      description: fc.string(),
      permissions: fc.array(fc.string()),
      settings: fc.dictionary(key, scalar),
    });
    fc.assert(
      fc.property(roles, (role) => {
        const once = setup.provider.normalise(role);
        expect(setup.provider.normalise(once)).toEqual(once);
        expect([...once.permissions].sort()).toEqual([...new Set(role.permissions)].sort());
        expect(Object.keys(once.settings)).toEqual(Object.keys(setup.provider.capabilities.settings));
      }),
    );
  });
}

async function make({ provider }: Pick<Setup, 'provider'>, remote: Remote, role: Role): Promise<string> {
  const made = create(provider.normalise(role), origin);
  const id = (await remote.create?.(made)) ?? '';
  await remote.permissions?.([{ change: made, id }]);
  return id;
}

async function change({ provider }: Pick<Setup, 'provider'>, remote: Remote, id: string, after: Role): Promise<void> {
  const before = provider.normalise((await find(remote, id)).role);
  const changed = update(id, before, after, origin);
  if (changed?.action !== 'update') throw new Error('nothing differs');
  await remote.update?.(changed);
  await remote.permissions?.([{ change: changed, id }]);
}

function isWrite(method: string, path: string): boolean {
  return method !== 'GET' && !/token|login|select-company/.test(path);
}

export async function find(remote: Remote, id: string): Promise<LiveRole> {
  const live = await remote.list();
  const found = live.find((candidate) => candidate.id === id);
  return found ?? named(live, `the role with id ${id}`);
}

export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    (value) => new Error(`it did not fail but returned ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof Failure) return error;
  throw error;
}
