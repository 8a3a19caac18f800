import { describe, expect, it } from 'vitest';
import { create, update } from '../../../src/core/change.ts';
import { emptyState } from '../../support/sandbox.ts';
import { contract, failureOf, find } from '../contract.ts';
import { dintero, named, role } from '../setups.ts';
import { enter, origin } from '../world.ts';

contract('dintero', dintero);

const ROLES = '/accounts/T11112222/auth/roles';
const TOKEN = '/accounts/T11112222/auth/token';

const fullPage = Array.from({ length: 100 }, (_, n) => ({ id: `id-${n}`, name: `role ${n}`, scope: [] }));

describe('listing a Dintero account', () => {
  it('takes one token and three pages for 250 roles, and no filter', async () => {
    const { remote, sandbox } = await enter(dintero);
    dintero.seed(sandbox.state, 250);
    await remote.list();
    const seen = sandbox.requests.map(({ method, path, query }) => [method, path, { ...query }]);
    const cursor = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
    expect(seen).toEqual([
      ['POST', TOKEN, {}],
      ['GET', ROLES, { limit: '100' }],
      ['GET', ROLES, { limit: '100', starting_after: cursor(99) }],
      ['GET', ROLES, { limit: '100', starting_after: cursor(199) }],
    ]);
  });

  it('asks once more where the last page is full', async () => {
    const { remote, sandbox, cost } = await enter(dintero);
    dintero.seed(sandbox.state, 200);
    expect(await remote.list()).toHaveLength(200);
    expect(cost.read).toBe(1 + 3);
  });

  it('stops with `incomplete` where the cursor does not move', async () => {
    const { remote, cost } = await enter(dintero, {
      intercept: ({ path }) => (path === ROLES ? { status: 200, body: fullPage } : undefined),
    });
    expect((await failureOf(remote.list())).code).toBe('incomplete');
    expect(cost.read).toBe(1 + 2);
  });

  it.each([
    ['the id', false, ''],
    ['the paging token', true, 'pt_'],
  ])('and its end is proven where the cursor is %s', async (_what, pagingTokens, before) => {
    const { remote, sandbox } = await enter(dintero);
    dintero.seed(sandbox.state, 150);
    const account = sandbox.state.dintero.accounts['T11112222'];
    if (account !== undefined) Object.assign(account, { pagingTokens });
    expect(await remote.list()).toHaveLength(150);
    await remote.proveEnd?.();
    const lists = sandbox.requests.filter(({ path }) => path === ROLES);
    expect(lists.map(({ status, query }) => [status, query['starting_after']])).toEqual(
      [undefined, 99, 149].map((n) => [
        200,
        n === undefined ? undefined : `${before}00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      ]),
    );
  });

  it('gives a list up that does not end', async () => {
    let page = 0;
    const { remote, cost } = await enter(dintero, {
      intercept: ({ path }) => {
        if (path !== ROLES) return undefined;
        page += 1;
        return { status: 200, body: fullPage.map((item) => ({ ...item, id: `${page} ${item.id}` })) };
      },
    });
    expect((await failureOf(remote.list())).message).toContain('answered more than 20000 roles, more than are read');
    expect(cost.read).toBe(1 + 201);
  });

  it('uses the paging token of the last role where it has one', async () => {
    const cursors: (string | undefined)[] = [];
    const { remote } = await enter(dintero, {
      intercept: ({ path, query }) => {
        if (path !== ROLES) return undefined;
        cursors.push(query['starting_after']);
        return {
          status: 200,
          body: cursors.length > 1 ? [] : fullPage.map((item) => ({ ...item, paging_token: 'a&b' })),
        };
      },
    });
    expect(await remote.list()).toHaveLength(100);
    expect(cursors).toEqual([undefined, 'a&b']);
  });

  it('does not count a role that was deleted as live, though the page holds it', async () => {
    const { remote } = await enter(dintero, {
      intercept: ({ path }) =>
        path === ROLES
          ? {
              status: 200,
              body: [
                { id: 'gone', name: 'x', scope: [], deleted_at: '2026-01-01T00:00:00.000Z' },
                { id: 'here', scope: ['read:accounts'], deleted_at: null, description: null },
              ],
            }
          : undefined,
    });
    expect(await remote.list()).toEqual([
      { id: 'here', builtIn: false, role: role('', { description: '', permissions: ['read:accounts'] }) },
    ]);
  });
});

describe('a Dintero token', () => {
  it('is asked for with the audience of the account, on whatever host', async () => {
    const { remote, sandbox } = await enter(dintero);
    await remote.list();
    expect(sandbox.requests[0]?.body).toEqual({
      grant_type: 'client_credentials',
      audience: 'https://api.dintero.com/v1/accounts/T11112222',
    });
  });

  it('is renewed at half of its life', async () => {
    let now = Date.now();
    const { remote, log } = await enter(dintero, { tokenSeconds: 1000 }, { now: () => now });
    await remote.list();
    now += 499_000;
    await remote.list();
    expect(log()).toEqual([`POST ${TOKEN}`, `GET ${ROLES}`, `GET ${ROLES}`]);
    now += 2_000;
    await remote.list();
    expect(log()).toEqual([`POST ${TOKEN}`, `GET ${ROLES}`]);
  });

  it('is renewed once for ten requests that it was refused for, and none of them is lost', async () => {
    const { remote, sandbox, log } = await enter(dintero);
    await remote.list();
    log();
    sandbox.expireTokens();
    const made = Array.from({ length: 10 }, (_, n) =>
      create(role(`role ${n}`, { permissions: ['read:accounts'] }), origin),
    );
    await Promise.all(made.map((change) => remote.create?.(change)));
    expect(log().filter((line) => line === `POST ${TOKEN}`)).toHaveLength(1);
    expect(await remote.list()).toHaveLength(10);
  });

  it('may be given, and is then neither asked for nor renewed', async () => {
    const { connect, sandbox, remote, log } = await enter(dintero);
    let token = '';
    await remote.list();
    const { auth, path } = dintero.admit(sandbox.state);
    const answer = await fetch(`${sandbox.origin}${path}${TOKEN}`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`${auth['clientId']}:${auth['clientSecret']}`)}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(sandbox.requests[0]?.body),
    });
    token = String(Reflect.get(Object(await answer.json()), 'access_token'));
    const given = connect({}, { token });
    log();
    await given.remote.list();
    sandbox.expireTokens();
    const failure = await failureOf(given.remote.list());
    expect(failure.code).toBe('auth');
    expect(failure.message).toContain('check that the token is valid');
    expect(failure.message).not.toContain(token);
    expect(log()).toEqual([`GET ${ROLES}`, `GET ${ROLES}`]);
  });

  it('is not shown, nor the header that it was asked for with, where the provider repeats them', async () => {
    const { auth } = dintero.admit(emptyState());
    const basic = btoa(`${auth['clientId']}:${auth['clientSecret']}`);
    const { remote } = await enter(dintero, {
      intercept: ({ path }) =>
        path === TOKEN ? { status: 401, body: { error: { message: `not ${basic}` } } } : undefined,
    });
    expect((await failureOf(remote.list())).message).toContain('"not [secret]"');

    const token = 'eyJhbGciOi.J9.abc';
    const later = await enter(dintero, {
      intercept: ({ path }) =>
        path === TOKEN
          ? { status: 200, body: { access_token: token, expires_in: 60 } }
          : { status: 400, body: { error: { message: `not ${token}` } } },
    });
    expect((await failureOf(later.remote.list())).message).toContain('"not [secret]"');
  });

  it('fails with what to check where the client has no grant for the account', async () => {
    const { remote } = await enter(dintero, {
      intercept: ({ path }) =>
        path === TOKEN ? { status: 403, body: { error: { message: 'no grant', code: 'x_y' } } } : undefined,
    });
    const { code, message } = await failureOf(remote.list());
    expect(code).toBe('auth');
    expect(message).toContain('(status 403): "no grant; x_y"');
    expect(message).toContain('has a grant for account T11112222');
  });
});

describe('writing to a Dintero account', () => {
  it('sends the whole role, also where one field changed', async () => {
    const { remote, sandbox } = await enter(dintero);
    const before = dintero.provider.normalise(dintero.sample);
    const id = (await remote.create?.(create(before, origin))) ?? '';
    const change = update(id, before, { ...before, description: '' }, origin);
    if (change?.action === 'update') await remote.update?.(change);
    expect(sandbox.requests.at(-1)).toMatchObject({ method: 'PUT', path: `${ROLES}/${id}` });
    expect(sandbox.requests.at(-1)?.body).toEqual({
      name: 'order support',
      description: '',
      scope: ['read:accounts', 'read:billing'],
    });
  });

  it('passes on why a role was refused, and which scope may lack', async () => {
    const { remote, sandbox } = await enter(dintero);
    const account = sandbox.state.dintero.accounts['T11112222'];
    if (account !== undefined) Object.assign(account, { strictScopes: true });
    const { code, message } = await failureOf(
      Promise.resolve(remote.create?.(create(dintero.provider.normalise(dintero.sample), origin))),
    );
    expect(code).toBe('forbidden');
    expect(message).toContain('"Forbidden: the token has no access to scope read:accounts"');
    expect(message).toContain('check that the API client has the scope `write:accounts`');
  });

  it('shows no control characters of an error, and not all of a long one', async () => {
    const { remote } = await enter(dintero, {
      intercept: ({ path }) =>
        path === ROLES
          ? { status: 400, body: { error: { message: `\u001b[2J\u202e${'x'.repeat(10_000)}` } } }
          : undefined,
    });
    const { message } = await failureOf(remote.list());
    expect(message).not.toMatch(/[\u001b\u202e]/);
    expect(message.length).toBeLessThan(600);
  });

  it('notices a permission that the provider dropped without a word', async () => {
    const { remote, sandbox } = await enter(dintero, {
      intercept: ({ path, method }) =>
        method === 'POST' && path === ROLES
          ? {
              status: 200,
              body: { id: 'new', name: 'order support', description: 'What it is for', scope: ['read:billing'] },
            }
          : undefined,
    });
    const { code, message } = await failureOf(
      Promise.resolve(remote.create?.(create(dintero.provider.normalise(dintero.sample), origin))),
    );
    expect(code).toBe('response');
    expect(message).toMatch(/did not store what was sent: permission `read:accounts`$/);
    expect(sandbox.requests.at(-1)?.method).toBe('POST');
  });

  it('keeps a role without a name apart from the others', async () => {
    const { remote, sandbox } = await enter(dintero);
    dintero.seed(sandbox.state, 1);
    sandbox.state.dintero.accounts['T11112222']?.roles.push({
      id: 'nameless',
      scope: [],
      created_at: '',
      updated_at: '',
      created_by: '',
    });
    expect((await find(remote, 'nameless')).role.name).toBe('');
    expect(named(await remote.list(), 'role 0').role.permissions).toEqual(['read:accounts']);
  });
});
