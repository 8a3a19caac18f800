import { describe, expect, it } from 'vitest';
import { create, update } from '../../../src/core/change.ts';
import type { Role } from '../../../src/core/role.ts';
import type { SandboxRequest, State } from '../../support/sandbox.ts';
import { contract, failureOf } from '../contract.ts';
import { named, rinne, role } from '../setups.ts';
import { enter, origin } from '../world.ts';

contract('rinne', rinne);

const LOGIN = 'POST /v1/auth/login';
const SELECT = 'POST /v1/auth/select-company';
const LIST = 'GET /v1/roles';

/** The robot belongs to the company alone, so that a login selects it. */
function onlyOneCompany(state: State): void {
  state.rinne.users[0]?.companies.splice(1);
}

describe('a Rinne session', () => {
  it('logs in, selects the company, and uses the new token', async () => {
    const { remote, log, tenant, sandbox } = await enter(rinne);
    await remote.list();
    expect(log()).toEqual([LOGIN, SELECT, LIST]);
    expect(sandbox.requests[1]?.body).toEqual({ company_id: tenant.tenant });
  });

  it('does not select the company that the login has selected', async () => {
    const { remote, log, sandbox } = await enter(rinne);
    onlyOneCompany(sandbox.state);
    await remote.list();
    expect(log()).toEqual([LOGIN, LIST]);
  });

  it('selects the company with a token that is given', async () => {
    const { connect, sandbox, tenant, log } = await enter(rinne);
    const answer = await fetch(`${sandbox.origin}${tenant.path}/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(tenant.auth),
    });
    const token = String(Reflect.get(Object(await answer.json()), 'token'));
    log();
    await connect({}, { token }).remote.list();
    expect(log()).toEqual([SELECT, LIST]);
    sandbox.expireTokens();
    const failure = await failureOf(connect({}, { token }).remote.list());
    expect(failure.code).toBe('auth');
    expect(failure.message).not.toContain(token);
  });

  it('logs in and selects again, once for many requests, when the token is refused', async () => {
    const { remote, log, sandbox } = await enter(rinne);
    await remote.list();
    sandbox.expireTokens();
    log();
    await Promise.all([remote.list(), remote.list(), remote.list()]);
    const lines = log();
    expect(lines.filter((line) => line === LOGIN)).toHaveLength(1);
    expect(lines.filter((line) => line === SELECT)).toHaveLength(1);
    expect(lines.filter((line) => line === LIST)).toHaveLength(6);
  });

  it('renews at half of its life', async () => {
    let now = Date.now();
    const { remote, log } = await enter(rinne, { tokenSeconds: 1000 }, { now: () => now });
    await remote.list();
    now += 510_000;
    await remote.list();
    expect(log()).toEqual([LOGIN, SELECT, LIST, LOGIN, SELECT, LIST]);
  });

  it('never goes on with a session for another company', async () => {
    const { remote, log } = await enter(rinne, {
      intercept: ({ path }) =>
        path.endsWith('select-company')
          ? { status: 200, body: { token: 'abcdef', selected_company: { id: 'another', name: 'x' } } }
          : undefined,
    });
    const { code, message } = await failureOf(remote.list());
    expect(code).toBe('response');
    expect(message).toContain('a session for another company');
    expect(log()).toEqual([LOGIN, SELECT]);
  });

  it('says so where the user has no access to the company', async () => {
    const { remote, sandbox } = await enter(rinne);
    sandbox.state.rinne.users[0]?.companies.splice(0, 1);
    const { code, message } = await failureOf(remote.list());
    expect(code).toBe('forbidden');
    expect(message).toContain('The user does not belong to this company');
    expect(message).toContain('check that the user has access to company');
  });
});

describe('listing a Rinne company', () => {
  it('reads three pages for 250 roles, the second and third at the same time', async () => {
    const { remote, sandbox } = await enter(rinne, { latency: 400 });
    rinne.seed(sandbox.state, 250);
    expect(await remote.list()).toHaveLength(253);
    const pages = sandbox.requests.filter(({ path }) => path === '/v1/roles');
    const page = (n: number): SandboxRequest | undefined => pages.find(({ query }) => query['page'] === String(n));
    expect(pages).toHaveLength(3);
    expect(pages.map(({ query }) => query['limit'])).toEqual(['100', '100', '100']);
    expect(page(3)?.arrived).toBeLessThan(page(2)?.answered ?? 0);
    expect(page(2)?.arrived).toBeLessThan(page(3)?.answered ?? 0);
    expect(page(2)?.arrived).toBeGreaterThanOrEqual(page(1)?.answered ?? 0);
  });

  it('reads everything again where a role was added between two pages', async () => {
    let added = false;
    const { remote, sandbox, cost } = await enter(rinne, {
      intercept: ({ query }) => {
        if (query['page'] === '2' && !added) {
          added = true;
          sandbox.state.rinne.roles.push(raw('new'));
        }
        return undefined;
      },
    });
    rinne.seed(sandbox.state, 150);
    expect(await remote.list()).toHaveLength(154);
    expect(cost.read).toBe(2 + 2 + 2);
  });

  it('gives up after three times, with no list', async () => {
    let added = 0;
    const { remote, sandbox, cost } = await enter(rinne, {
      intercept: ({ query }) => {
        if (query['page'] === '2') {
          added += 1;
          sandbox.state.rinne.roles.push(raw(`new ${added}`));
        }
        return undefined;
      },
    });
    rinne.seed(sandbox.state, 150);
    expect((await failureOf(remote.list())).code).toBe('incomplete');
    expect(cost.read).toBe(2 + 3 * 2);
  });

  it('does not take a role that slid onto the next page for two, nor miss the one that slid off', async () => {
    let moved = false;
    const { remote, sandbox, cost } = await enter(rinne, {
      intercept: ({ query }) => {
        if (query['page'] === '2' && !moved) {
          moved = true;
          // One is added and one is deleted: the total stays what it was.
          const { roles } = sandbox.state.rinne;
          roles.splice(
            roles.findIndex(({ name }) => name === 'role 149'),
            1,
            raw('new'),
          );
        }
        return undefined;
      },
    });
    rinne.seed(sandbox.state, 150);
    const names = (await remote.list()).map((live) => live.role.name);
    expect(new Set(names).size).toBe(153);
    expect(names).toContain('new');
    expect(cost.read).toBe(2 + 2 + 2);
  });

  it('misses no role where one on the first page was deleted before the second was read', async () => {
    let deleted = false;
    const { remote, sandbox, cost } = await enter(rinne, {
      intercept: ({ query }) => {
        if (query['page'] === '2' && !deleted) {
          deleted = true;
          const { roles } = sandbox.state.rinne;
          roles.splice(
            roles.findIndex(({ name }) => name === 'role 0'),
            1,
          );
        }
        return undefined;
      },
    });
    rinne.seed(sandbox.state, 150);
    expect(await remote.list()).toHaveLength(152);
    expect(cost.read).toBe(2 + 2 + 2);
  });

  it('does not believe a page that is shorter than the total says', async () => {
    const pagination = { page: 1, limit: 100, total: 2, totalPages: 1, hasNext: false, hasPrev: false };
    const { remote, cost } = await enter(rinne, {
      intercept: ({ path }) =>
        path === '/v1/roles' ? { status: 200, body: { data: [raw('x')], pagination } } : undefined,
    });
    expect((await failureOf(remote.list())).code).toBe('incomplete');
    expect(cost.read).toBe(2 + 3);
  });

  it('does not ask for a million pages because an answer says so', async () => {
    const pagination = { page: 1, limit: 100, total: 1e9, totalPages: 1e7, hasNext: true, hasPrev: false };
    const { remote, cost } = await enter(rinne, {
      intercept: ({ path }) =>
        path === '/v1/roles' ? { status: 200, body: { data: [raw('x')], pagination } } : undefined,
    });
    expect((await failureOf(remote.list())).code).toBe('response');
    expect(cost.read).toBe(3);
  });

  it('marks the three roles of Rinne’s own, and reads null as an empty description', async () => {
    const { remote, sandbox } = await enter(rinne);
    rinne.seed(sandbox.state, 1);
    const live = await remote.list();
    expect(
      live
        .filter((one) => one.builtIn)
        .map((one) => one.role.name)
        .sort(),
    ).toEqual(['admin', 'merchant-admin', 'user']);
    expect(named(live, 'role 0').role.description).toBe('');
    expect(named(live, 'role 0').role.settings).toEqual({
      companyId: '4f9d7c6e-0000-4000-8000-000000000001',
      inheritsFrom: null,
    });
  });
});

describe('writing to a Rinne company', () => {
  const plain = rinne.provider.normalise(role('clerk', { permissions: ['user.read'] }));

  it('sends company and parent at creation, and only where they are set', async () => {
    const { remote, sandbox, tenant } = await enter(rinne);
    const parent = named(await remote.list(), 'user').id;
    await remote.create?.(create(plain, origin));
    expect(sandbox.requests.at(-1)?.body).toEqual({
      name: 'clerk',
      description: 'What it is for',
      permissions: ['user.read'],
    });
    const settings = { companyId: tenant.tenant, inheritsFrom: parent };
    await remote.create?.(create({ ...plain, name: 'child', settings }, origin));
    expect(sandbox.requests.at(-1)?.body).toMatchObject({ company_id: tenant.tenant, organization_id: parent });
  });

  it('sends name, permissions and description with every update, and nothing that is fixed', async () => {
    const { remote, sandbox, tenant } = await enter(rinne);
    const before: Role = { ...plain, settings: { companyId: tenant.tenant, inheritsFrom: null } };
    const id = (await remote.create?.(create(before, origin))) ?? '';
    const change = update(id, before, { ...before, permissions: ['transaction.list'] }, origin);
    if (change?.action === 'update') await remote.update?.(change);
    expect(sandbox.requests.at(-1)?.body).toEqual({
      name: 'clerk',
      description: 'What it is for',
      permissions: ['transaction.list'],
    });
  });

  it('passes on the issues of a refusal, and the id of the request', async () => {
    const { remote } = await enter(rinne);
    const change = create({ ...plain, name: 'x'.repeat(101) }, origin);
    const { code, message } = await failureOf(Promise.resolve(remote.create?.(change)));
    expect(code).toBe('response');
    expect(message).toMatch(
      /\(status 400\): ".*VALIDATION_ERROR; name: Field 'name' must be at most 100 characters; request /,
    );
  });
});

function raw(name: string) {
  return {
    id: `99999999-0000-4000-8000-${Buffer.from(name).toString('hex').padStart(12, '0').slice(-12)}`,
    name,
    permissions: ['user.read'],
    description: null,
    company_id: null,
    organization_id: null,
    created_at: '2026-06-01T00:00:00.000Z',
    updated_at: '2026-06-01T00:00:00.000Z',
  };
}
