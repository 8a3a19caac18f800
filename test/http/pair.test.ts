import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Failure } from '../../src/core/failure.ts';
import type { HttpOptions } from '../../src/http/client.ts';
import { client, type Handler, json, serve } from './server.ts';

const fine: Handler = (_request, response) => json(response, {});

/** One request in flight, over all. */
async function setUp(handler: Handler = fine, options: Partial<HttpOptions> = {}) {
  const server = await serve(handler);
  const http = client({ global: pLimit(1), ...options });
  onTestFinished(async () => {
    await http.close();
    await server.close();
  });
  const get = (path: string) => ({ method: 'GET', url: `${server.origin}${path}` }) as const;
  const put = (path: string) => ({ method: 'PUT', url: `${server.origin}${path}`, body: {} }) as const;
  const sent = () => server.arrived.map(({ method, url }) => `${method} ${url}`);
  return { http, get, put, sent };
}

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof Failure ? error : undefined),
  );

describe('a read and its write', () => {
  it('have one place: what waits in the queue goes after them', async () => {
    const { http, get, put, sent } = await setUp();
    const pair = http.paired();
    const role = pair.send(get('/role')).then(() => pair.send(put('/role')));
    const others = ['/a', '/b'].map((path) => http.send(get(path)));
    await Promise.all([role, ...others]);
    expect(sent()).toEqual(['GET /role', 'PUT /role', 'GET /a', 'GET /b']);
  });

  it('go side by side with other pairs, each write after its own read', async () => {
    const { http, get, put, sent } = await setUp();
    const write = async (path: string) => {
      const pair = http.paired();
      await pair.send(get(path));
      await pair.send(put(path));
    };
    await Promise.all(['/a', '/b', '/c'].map(write));
    expect(sent()).toEqual(['GET /a', 'PUT /a', 'GET /b', 'PUT /b', 'GET /c', 'PUT /c']);
  });

  it('come apart when anything is waited for, and the place is free', async () => {
    const { http, get, put, sent } = await setUp();
    const pair = http.paired();
    await pair.send(get('/role'));
    await delay(1);
    await http.send(get('/other'));
    expect((await failureOf(pair.send(put('/role'))))?.stale).toBe(true);
    await pair.send(get('/role'));
    await pair.send(put('/role'));
    expect(sent()).toEqual(['GET /role', 'GET /other', 'GET /role', 'PUT /role']);
  });

  it('come apart by a login, also where that is answered at once', async () => {
    const { http, get, put, sent } = await setUp();
    const pair = http.paired();
    await pair.send(get('/role'));
    await pair.send({ ...put('/login'), method: 'POST' });
    expect((await failureOf(pair.send(put('/role'))))?.stale).toBe(true);
    expect(sent()).toEqual(['GET /role', 'POST /login']);
  });

  it('come apart where the read was refused', async () => {
    const { http, get, put, sent } = await setUp((_request, response) => json(response, {}, 404));
    const pair = http.paired();
    await pair.send(get('/role'));
    expect((await failureOf(pair.send(put('/role'))))?.stale).toBe(true);
    expect(sent()).toEqual(['GET /role']);
  });

  it('come apart by a pause that began between them, and the pause is over when that is said', async () => {
    let answerRead = () => {};
    const { http, get, put, sent } = await setUp(
      ({ url }, response, count) => {
        if (url === '/role' && count === 1) answerRead = () => json(response, {});
        else if (url === '/busy' && count === 2) json(response, {}, 429, { 'retry-after': '5' });
        else json(response, {});
      },
      // The read is answered once the client has the pause, which takes long enough for a busy machine.
      { global: pLimit(8), sleep: (ms) => delay(ms / 10), onWait: () => answerRead() },
    );
    const pair = http.paired();
    const role = pair.send(get('/role')).then(() => failureOf(pair.send(put('/role'))));
    await delay(10);
    const busy = http.send(get('/busy'));
    expect((await role)?.stale).toBe(true);
    await busy;
    expect(sent()).toEqual(['GET /role', 'GET /busy', 'GET /busy']);
  });

  it('are both made again after "too many requests", four times at most', async () => {
    const { http, get, put, sent } = await setUp(({ method }, response) =>
      json(response, {}, method === 'PUT' ? 429 : 200),
    );
    const pair = http.paired();
    const seen: unknown[] = [];
    for (let times = 0; times < 4; times += 1) {
      await pair.send(get('/role'));
      const failure = await failureOf(pair.send(put('/role')));
      seen.push([failure?.stale, failure?.code]);
    }
    expect(seen).toEqual([...Array(3).fill([true, 'incomplete']), [false, 'rate-limit']]);
    expect(sent()).toEqual(Array(4).fill(['GET /role', 'PUT /role']).flat());
    expect([http.waits.length, http.cost]).toEqual([3, { read: 4, written: 4, verified: 0, retried: 3 }]);
  });

  it('are left to who reads again where the answer to the write was lost', async () => {
    const { http, get, put, sent } = await setUp(({ method }, response) =>
      json(response, {}, method === 'PUT' ? 503 : 200),
    );
    const pair = http.paired();
    await pair.send(get('/role'));
    expect((await pair.send(put('/role'))).status).toBe(503);
    expect(sent()).toEqual(['GET /role', 'PUT /role']);
  });

  it('are given up when they came apart ten times', async () => {
    const { http, put, sent } = await setUp();
    const pair = http.paired();
    const seen: (boolean | undefined)[] = [];
    for (let times = 0; times < 10; times += 1) seen.push((await failureOf(pair.send(put('/role'))))?.stale);
    expect([seen, sent()]).toEqual([[...Array(9).fill(true), false], []]);
  });

  it('keep no place where nothing is written after the read', async () => {
    const { http, get, sent } = await setUp();
    for (const path of ['/a', '/b']) await http.paired().send(get(path));
    await http.send(get('/c'));
    expect(sent()).toEqual(['GET /a', 'GET /b', 'GET /c']);
  });
});
