import type { LookupFunction } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { Agent } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/failure.ts';
import type { HttpOptions, Phase } from '../../src/http/client.ts';
import type { HttpRequest } from '../../src/http/http.ts';
import { client, type Handler, json, serve } from './server.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function start(handler: Handler, options: Partial<HttpOptions> = {}) {
  const server = await serve(handler);
  const http = client(options);
  ends.push(http.close, server.close);
  const at = (method: HttpRequest['method'], path = '/', rest: Partial<HttpRequest> = {}): HttpRequest => ({
    method,
    url: `${server.origin}${path}`,
    ...rest,
  });
  return { server, http, at };
}

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.catch((reason: unknown) => reason);
  if (error instanceof Failure) return error;
  throw new Error(`no Failure but ${JSON.stringify(error)}`, { cause: error });
}

describe('what is sent and what comes back', () => {
  it('sends JSON with the tool’s name, and asks for nothing compressed', async () => {
    const { server, http, at } = await start((_request, response) => json(response, { fine: true }));
    const answer = await http.send(at('PUT', '/a?b=c', { body: { name: 'ä' }, headers: { 'x-user-id': 'u' } }));
    expect(answer).toMatchObject({ status: 200, body: { fine: true } });
    const [{ headers, body, url } = { headers: {}, body: '', url: '' }] = server.arrived;
    expect(url).toBe('/a?b=c');
    expect(JSON.parse(body)).toEqual({ name: 'ä' });
    expect(headers).toMatchObject({
      'user-agent': 'rolesync/0.0.0-test',
      accept: 'application/json',
      'x-user-id': 'u',
    });
    expect(headers['content-type']).toBe('application/json');
    expect(headers['accept-encoding']).toBeUndefined();
  });

  it('sends a form where a form is asked for', async () => {
    const { server, http, at } = await start((_request, response) => json(response, {}));
    await http.send(at('POST', '/token', { form: { grant_type: 'x', secret: 'a+b &=ä' } }));
    const [{ headers, body } = { headers: {}, body: '' }] = server.arrived;
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({ grant_type: 'x', secret: 'a+b &=ä' });
  });

  it('gives an empty body as undefined, and an error with JSON as an answer', async () => {
    const { http, at } = await start((_request, response, count) =>
      count === 1 ? void response.writeHead(204).end() : json(response, { error: { message: 'no' } }, 422),
    );
    expect((await http.send(at('DELETE'))).body).toBeUndefined();
    expect(await http.send(at('GET'))).toMatchObject({ status: 422, body: { error: { message: 'no' } } });
  });

  it('keeps a key called __proto__ an ordinary key', async () => {
    const { http, at } = await start((_request, response) => void response.end('{"__proto__":{"polluted":true}}'));
    const { body } = await http.send(at('GET'));
    expect(Object.keys(body ?? {})).toEqual(['__proto__']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it.each([
    [200, 'response'],
    [401, 'auth'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [500, 'response'],
    [502, 'network'],
  ])('says that HTML came where JSON was expected, status %i', async (status, code) => {
    const { server, http, at } = await start(
      (_request, response) => void response.writeHead(status, { 'content-type': 'text/html' }).end('<html>Sign in'),
    );
    const failure = await failureOf(http.send(at('GET', '/v1/roles?token=abc')));
    expect(failure.code).toBe(code);
    expect(failure.message).toBe(
      `GET ${server.origin}/v1/roles answered HTML where JSON was expected (status ${status})`,
    );
  });

  it('does not follow a redirect, and names its host but not its query', async () => {
    const { server, http, at } = await start(
      (_request, response) => void response.writeHead(301, { location: 'https://elsewhere.example/x?y=z' }).end(),
    );
    const failure = await failureOf(http.send(at('GET')));
    expect(failure.code).toBe('response');
    expect(failure.message).toContain('a redirect to elsewhere.example (status 301)');
    expect(failure.message).not.toContain('y=z');
    expect(server.arrived).toHaveLength(1);
  });

  it('stops reading after 16 MiB', async () => {
    const { http, at } = await start(async (_request, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 0x20);
      for (let sent = 0; sent < 40 && !response.destroyed; sent += 1) {
        if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve));
      }
      response.end('{}');
    });
    const failure = await failureOf(http.send(at('GET')));
    expect(failure.code).toBe('response');
    expect(failure.message).toContain('larger than 16 MiB');
  });

  it('refuses bytes that are no UTF-8 rather than read other names', async () => {
    const { http, at } = await start((_request, response) => void response.end(Buffer.from([0x22, 0xff, 0x22])));
    const failure = await failureOf(http.send(at('GET')));
    expect(failure.code).toBe('response');
    expect(failure.message).toContain('not UTF-8');
  });

  it('shows no secret, even if it is in the path', async () => {
    const { http, at } = await start((_request, response) => void response.end('<'), { secrets: ['hunter22'] });
    const { message } = await failureOf(http.send(at('GET', '/hunter22/x')));
    expect(message).toContain('/[secret]/x');
  });
});

describe('what is sent again', () => {
  it('repeats a read after a closed connection, and counts it', async () => {
    const { server, http, at } = await start((_request, response, count) =>
      count < 3 ? void response.destroy() : json(response, []),
    );
    expect((await http.send(at('GET'))).body).toEqual([]);
    expect(server.arrived).toHaveLength(3);
    expect(http.waits).toEqual([125, 250]);
    expect(http.cost).toEqual({ read: 3, written: 0, verified: 0, retried: 2 });
  });

  it('gives up after four attempts', async () => {
    const { server, http, at } = await start((_request, response) => void response.destroy());
    const failure = await failureOf(http.send(at('PUT', '/x', { body: {} })));
    expect(failure.code).toBe('network');
    expect(server.arrived).toHaveLength(4);
    expect(http.cost).toEqual({ read: 0, written: 4, verified: 0, retried: 3 });
  });

  it('never repeats a POST whose answer was lost, and says that nobody knows', async () => {
    const { server, http, at } = await start((_request, response) => void response.destroy());
    const failure = await failureOf(http.send(at('POST', '/x', { body: {}, write: true })));
    expect(failure.code).toBe('network');
    expect(failure.message).toContain('it is unknown whether it was done');
    expect(server.arrived).toHaveLength(1);
    expect(http.cost).toEqual({ read: 0, written: 1, verified: 0, retried: 0 });
  });

  it('repeats an answer that stops half-way', async () => {
    const { http, at } = await start((_request, response, count) => {
      if (count > 1) return json(response, { whole: true });
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"whole":', () => response.destroy());
    });
    expect((await http.send(at('GET'))).body).toEqual({ whole: true });
  });

  it('takes silence for a timeout: before the answer and within it', async () => {
    const { http, at, server } = await start(
      (request, response) => {
        if (request.url === '/slow-body') response.write('[');
      },
      { timeouts: { headers: 60, body: 60 } },
    );
    expect((await failureOf(http.send(at('POST', '/slow-headers')))).code).toBe('timeout');
    expect((await failureOf(http.send(at('POST', '/slow-body')))).code).toBe('timeout');
    expect(server.arrived).toHaveLength(2);
  });

  it('repeats any request that was refused for its rate, a create too', async () => {
    const { server, http, at } = await start((_request, response, count) =>
      count === 1 ? json(response, {}, 429, { 'retry-after': '3' }) : json(response, { id: 1 }),
    );
    expect((await http.send(at('POST', '/x', { body: {}, write: true }))).body).toEqual({ id: 1 });
    expect(server.arrived).toHaveLength(2);
    expect(http.waits).toEqual([3000]);
  });

  it('says how long a server asks for that asks for too long', async () => {
    const { server, http, at } = await start((_request, response) =>
      json(response, {}, 429, { 'retry-after': '3600' }),
    );
    const failure = await failureOf(http.send(at('GET')));
    expect(failure.code).toBe('rate-limit');
    expect(failure.message).toContain('asks to wait 3600 s');
    expect(server.arrived).toHaveLength(1);
  });

  it('tries a host that refuses connections four times, whatever the request', async () => {
    const { server, http, at } = await start(() => undefined);
    await server.close();
    const failure = await failureOf(http.send(at('POST', '/x', { write: true })));
    expect(failure.code).toBe('network');
    expect(failure.message).toMatch(/failed: the connection was refused$/);
    expect(http.waits).toHaveLength(3);
  });

  it('tells a host that does not exist, without trying again', async () => {
    const lookup: LookupFunction = (_host, _options, callback) =>
      callback(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }), []);
    const http = client({ dispatcher: new Agent({ connect: { lookup } }) });
    ends.push(http.close);
    const failure = await failureOf(http.send({ method: 'GET', url: 'http://nowhere.invalid/x' }));
    expect(failure.message).toBe('GET http://nowhere.invalid/x failed: there is no such host');
    expect(http.cost).toEqual({ read: 1, written: 0, verified: 0, retried: 0 });
  });
});

describe('a secret that no header can carry', () => {
  it('is a failure with a hint, not a crash, and is not shown', async () => {
    const { server, http, at } = await start((_request, response) => json(response, {}), { secrets: ['line\nbreak'] });
    const failure = await failureOf(http.send(at('GET', '/', { headers: { 'x-auth-token': 'line\nbreak' } })));
    expect(failure.message).toContain('look for line breaks');
    expect(failure.message).not.toContain('line\n');
    expect(server.arrived).toHaveLength(0);
  });
});

describe('limits', () => {
  const slow: Handler = async (_request, response) => {
    await delay(20);
    json(response, {});
  };

  it('keeps reads and writes of a target each within their limit', async () => {
    const { server, http, at } = await start(slow, { reads: 2, writes: 1 });
    await Promise.all(Array.from({ length: 6 }, () => http.send(at('GET'))));
    expect(server.most()).toBe(2);
    await Promise.all(
      Array.from({ length: 6 }, (_, n) => http.send(at(n % 2 === 0 ? 'GET' : 'PUT', '/', { body: {} }))),
    );
    expect(server.most()).toBeLessThanOrEqual(3);
  });

  it('keeps all targets together within the global limit', async () => {
    const server = await serve(slow);
    const global = pLimit(3);
    const targets = [client({ global }), client({ global })];
    ends.push(...targets.map((target) => target.close), server.close);
    await Promise.all(
      targets.flatMap((http) => Array.from({ length: 6 }, () => http.send({ method: 'GET', url: server.origin }))),
    );
    expect(server.most()).toBe(3);
  });

  it('pauses the whole target after a 429, and lets other targets go on meanwhile', async () => {
    const server = await serve((request, response, count) =>
      count === 1 ? json(response, {}, 429, { 'retry-after': '60' }) : json(response, { url: request.url }),
    );
    const global = pLimit(1);
    let wake: () => void = () => undefined;
    const slept: number[] = [];
    const sleep = (ms: number) =>
      new Promise<void>((resolve) => {
        slept.push(ms);
        wake = resolve;
      });
    const paused = client({ global, sleep });
    const other = client({ global });
    ends.push(paused.close, other.close, server.close);

    const first = paused.send({ method: 'GET', url: `${server.origin}/first` });
    while (slept.length === 0) await delay(1);
    const second = paused.send({ method: 'PUT', url: `${server.origin}/second`, body: {} });
    await other.send({ method: 'GET', url: `${server.origin}/other` });
    await delay(20);
    expect(server.arrived.map(({ url }) => url)).toEqual(['/first', '/other']);

    wake();
    await Promise.all([first, second]);
    expect(slept).toEqual([60_000]);
    expect(
      server.arrived
        .map(({ url }) => url)
        .slice(2)
        .sort(),
    ).toEqual(['/first', '/second']);
  });
});

describe('a pause that begins while a request waits for its turn', () => {
  it('holds that request back too', async () => {
    let wake: () => void = () => undefined;
    const sleeping = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const { server, http, at } = await start(
      (_request, response, count) =>
        count === 1 ? json(response, {}, 429, { 'retry-after': '60' }) : json(response, {}),
      { global: pLimit(1), sleep: () => sleeping },
    );
    const both = Promise.all([http.send(at('GET', '/first')), http.send(at('GET', '/second'))]);
    await delay(50);
    expect(server.arrived.map(({ url }) => url)).toEqual(['/first']);
    wake();
    await both;
    expect(server.arrived).toHaveLength(3);
  });
});

describe('counting and stopping', () => {
  it('counts reads by phase, and a POST as what it says it is', async () => {
    let phase: Phase = 'plan';
    const { http, at } = await start((_request, response) => json(response, {}), { phase: () => phase });
    await http.send(at('GET'));
    await http.send(at('POST', '/login', { body: {} }));
    phase = 'write';
    await http.send(at('POST', '/create', { body: {}, write: true }));
    await http.send(at('PUT'));
    await http.send(at('DELETE'));
    phase = 'verify';
    await http.send(at('GET'));
    expect(http.cost).toEqual({ read: 2, written: 3, verified: 1, retried: 0 });
  });

  it('sends nothing once it is interrupted', async () => {
    const stop = new AbortController();
    const { server, http, at } = await start((_request, response) => json(response, {}), { signal: stop.signal });
    stop.abort();
    expect((await failureOf(http.send(at('GET')))).code).toBe('interrupted');
    expect(server.arrived).toHaveLength(0);
    expect(http.cost.read).toBe(0);
  });

  it('lets a write in flight finish, ends a read, and does not send what waits', async () => {
    const stop = new AbortController();
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { server, http, at } = await start(
      async (request, response) => {
        await released;
        json(response, { did: request.url });
      },
      { signal: stop.signal, reads: 1, writes: 1 },
    );
    const write = http.send(at('PUT', '/written', { body: {} }));
    const waiting = failureOf(http.send(at('PUT', '/waiting', { body: {} })));
    const read = failureOf(http.send(at('GET', '/read')));
    while (server.arrived.length < 2) await delay(1);
    stop.abort();
    expect((await read).code).toBe('interrupted');
    release();
    expect((await write).body).toEqual({ did: '/written' });
    expect((await waiting).code).toBe('interrupted');
    expect(server.arrived).toHaveLength(2);
  });

  it('ends a wait when it is interrupted, and tells of a write that its answer was lost', async () => {
    const stop = new AbortController();
    const sleep = async () => stop.abort();
    const { server, http, at } = await start((_request, response) => void response.destroy(), {
      signal: stop.signal,
      sleep,
    });
    expect((await failureOf(http.send(at('PUT', '/x', { body: {} })))).code).toBe('network');
    expect(server.arrived).toHaveLength(1);
  });
});
