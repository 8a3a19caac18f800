import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/failure.ts';
import type { Http, HttpAnswer, HttpRequest } from '../../src/http/http.ts';
import { createSession } from '../../src/http/session.ts';

const request: HttpRequest = { method: 'GET', url: 'https://api.example/v1/roles?x=1' };

/** A provider in a function: it accepts the tokens in `good`. */
function world({ lifetime = 1000, renewable = true }: { lifetime?: number | undefined; renewable?: boolean } = {}) {
  const good = new Set<string>();
  const seen: string[] = [];
  const hidden: string[] = [];
  let logins = 0;
  let time = 0;
  let refuse: Failure | undefined;
  const http: Omit<Http, 'paired'> = {
    send: async ({ headers }): Promise<HttpAnswer> => {
      const token = headers?.['authorization']?.replace('Bearer ', '') ?? '';
      await delay(1);
      seen.push(token);
      return { status: good.has(token) ? 200 : 401, headers: {}, body: undefined };
    },
    redact: (text) => text,
    conceal: (secret) => void hidden.push(secret),
    tokens: new Map(),
  };
  const login = async () => {
    logins += 1;
    await delay(1);
    if (refuse !== undefined) throw refuse;
    const value = `token-${logins}`;
    good.add(value);
    return { value, expires: lifetime === undefined ? undefined : time + lifetime };
  };
  const session = createSession({
    http,
    key: ['https://api.example'],
    login,
    now: () => time,
    check: 'check the client',
    renewable,
  });
  return {
    session,
    seen,
    hidden,
    good,
    logins: () => logins,
    at: (now: number) => {
      time = now;
    },
    refuseLogin: (failure: Failure | undefined) => {
      refuse = failure;
    },
  };
}

describe('a session', () => {
  it('logs in once for many requests in flight, and hides the token', async () => {
    const { session, logins, hidden } = world();
    await Promise.all(Array.from({ length: 20 }, () => session.send(request)));
    expect(logins()).toBe(1);
    expect(hidden).toEqual(['token-1']);
  });

  it('renews at half of the lifetime, once for many', async () => {
    const { session, logins, at, seen } = world();
    await session.send(request);
    at(499);
    await session.send(request);
    expect(logins()).toBe(1);
    at(500);
    await Promise.all(Array.from({ length: 5 }, () => session.send(request)));
    expect(logins()).toBe(2);
    expect(seen.at(-1)).toBe('token-2');
  });

  it('renews when a token is refused, once for many, and repeats each request once', async () => {
    const { session, logins, good, seen } = world();
    await session.send(request);
    good.clear();
    const answers = await Promise.all(Array.from({ length: 5 }, () => session.send(request)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(logins()).toBe(2);
    expect(seen).toHaveLength(1 + 5 + 5);
  });

  it('gives up on the second refusal, and says what to check', async () => {
    const { session, logins, good, seen } = world();
    good.add = () => good;
    const failure = await session.send(request).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({
      code: 'auth',
      message: 'GET https://api.example/v1/roles refused the token (status 401); check the client',
    });
    expect(logins()).toBe(2);
    expect(seen).toHaveLength(2);
  });

  it('does not send a token again that cannot be renewed', async () => {
    const { session, seen, good } = world({ renewable: false });
    good.add = () => good;
    await expect(session.send(request)).rejects.toMatchObject({ code: 'auth' });
    expect(seen).toHaveLength(1);
  });

  it('does not try a refused login again: accounts get locked that way', async () => {
    const { session, logins, refuseLogin } = world();
    refuseLogin(new Failure('auth', 'no'));
    await expect(Promise.all([session.send(request), session.send(request)])).rejects.toThrow('no');
    await expect(session.send(request)).rejects.toThrow('no');
    expect(logins()).toBe(1);
  });

  it('tries a login again that failed for another reason', async () => {
    const { session, logins, refuseLogin } = world();
    refuseLogin(new Failure('network', 'lost'));
    await expect(session.send(request)).rejects.toThrow('lost');
    refuseLogin(undefined);
    expect((await session.send(request)).status).toBe(200);
    expect(logins()).toBe(2);
  });

  it('does not renew for every request where the clocks differ so much that a new token looks old', async () => {
    const { session, logins } = world({ lifetime: -5000 });
    await session.send(request);
    await session.send(request);
    expect(logins()).toBe(1);
  });
});
