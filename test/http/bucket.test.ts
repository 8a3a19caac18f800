import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import { afterEach, describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/failure.ts';
import type { HttpOptions } from '../../src/http/client.ts';
import type { Waiting } from '../../src/http/pause.ts';
import { createShared } from '../../src/http/shared.ts';
import { client, type Handler, json, serve } from './server.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Targets of one run against one server, whose sleeps last until the test ends them. */
async function start(handler: Handler, count = 1, options: Partial<HttpOptions> = {}) {
  const server = await serve(handler);
  const slept: number[] = [];
  const wakes: (() => void)[] = [];
  const told: Waiting[] = [];
  const sleep = (ms: number) =>
    new Promise<void>((resolve) => {
      slept.push(ms);
      wakes.push(resolve);
    });
  const shared = createShared();
  const onWait = (waiting: Waiting) => void told.push(waiting);
  const targets = Array.from({ length: count }, () => client({ shared, sleep, onWait, ...options }));
  ends.push(...targets.map(({ close }) => close), server.close);
  const paths = () => server.arrived.map(({ url }) => url);
  return { server, targets, slept, wakes, told, paths };
}

function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: unknown) => error);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(1);
}

const seconds = (waits: readonly number[]) => waits.map((ms) => Math.ceil(ms / 1000));

describe('a pause', () => {
  it('is met once by three targets of one host, and told once', async () => {
    const { server, targets, slept, wakes, told, paths } = await start(
      (_request, response, count) =>
        count === 1 ? json(response, {}, 429, { 'retry-after': '47' }) : json(response, {}),
      3,
    );
    const send = (at: number) => targets[at]?.send({ method: 'GET', url: `${server.origin}/${at}` });
    const first = send(0);
    await until(() => slept.length === 1);
    const others = [send(1), send(2)];
    await delay(20);
    expect(paths()).toEqual(['/0']);
    expect(seconds(slept)).toEqual([47]);
    expect(told).toMatchObject([{ host: new URL(server.origin).host, seconds: 47, why: 'rate limit' }]);
    wakes[0]?.();
    await Promise.all([first, ...others]);
    expect(server.arrived).toHaveLength(4);
    expect(told).toHaveLength(1);
  });

  it('is never replaced by a shorter one', async () => {
    const answers: (() => void)[] = [];
    const { server, targets, slept, wakes, paths } = await start((request, response) => {
      if (answers.length === 2) return json(response, {});
      const after = request.url === '/long' ? '60' : '3';
      answers.push(() => json(response, {}, 429, { 'retry-after': after }));
    });
    const long = targets[0]?.send({ method: 'GET', url: `${server.origin}/long` });
    await until(() => answers.length === 1);
    const short = targets[0]?.send({ method: 'GET', url: `${server.origin}/short` });
    await until(() => answers.length === 2);
    answers[0]?.();
    await until(() => slept.length === 1);
    answers[1]?.();
    await delay(20);
    for (const wake of wakes.slice(1)) wake();
    await delay(20);
    expect(seconds(slept)).toEqual([60]);
    expect(paths()).toEqual(['/long', '/short']);
    wakes[0]?.();
    await Promise.all([long, short]);
    expect(server.arrived).toHaveLength(4);
  });

  it('is replaced by a longer one, which all wait out', async () => {
    const answers: (() => void)[] = [];
    const { server, targets, slept, wakes } = await start((request, response) => {
      if (answers.length === 2) return json(response, {});
      const after = request.url === '/long' ? '60' : '3';
      answers.push(() => json(response, {}, 429, { 'retry-after': after }));
    });
    const short = targets[0]?.send({ method: 'GET', url: `${server.origin}/short` });
    await until(() => answers.length === 1);
    const long = targets[0]?.send({ method: 'GET', url: `${server.origin}/long` });
    await until(() => answers.length === 2);
    answers[0]?.();
    await until(() => slept.length === 1);
    answers[1]?.();
    await until(() => slept.length === 2);
    wakes[0]?.();
    await delay(20);
    expect(server.arrived).toHaveLength(2);
    wakes[1]?.();
    await Promise.all([short, long]);
    expect(seconds(slept)).toEqual([3, 60]);
  });

  it('holds back only what is counted together', async () => {
    const { server, targets, slept, wakes, paths } = await start((_request, response, count) =>
      count === 1 ? json(response, {}, 429, { 'retry-after': '9' }) : json(response, {}),
    );
    const paused = targets[0]?.send({ method: 'GET', url: `${server.origin}/a`, bucket: 'GET a' });
    await until(() => slept.length === 1);
    await targets[0]?.send({ method: 'GET', url: `${server.origin}/b`, bucket: 'GET b' });
    expect(paths()).toEqual(['/a', '/b']);
    wakes[0]?.();
    await paused;
  });

  it('follows a 503 that says how long', async () => {
    const { server, targets, slept, wakes, told } = await start((_request, response, count) =>
      count === 1 ? json(response, {}, 503, { 'retry-after': '5' }) : json(response, {}),
    );
    const sent = targets[0]?.send({ method: 'GET', url: server.origin });
    await until(() => slept.length === 1);
    expect(seconds(slept)).toEqual([5]);
    expect(told).toMatchObject([{ seconds: 5, why: 'unavailable' }]);
    wakes[0]?.();
    await sent;
  });

  it('does not come back at once, whatever the server says', async () => {
    const { server, targets, slept, wakes, told } = await start(
      (_request, response) => json(response, {}, 429, { 'retry-after': '0' }),
      1,
      { random: () => 0 },
    );
    const sent = failureOf(targets[0]?.send({ method: 'GET', url: server.origin }) ?? Promise.resolve());
    for (const nth of [1, 2, 3]) {
      await until(() => slept.length === nth);
      wakes[nth - 1]?.();
    }
    expect(await sent).toMatchObject({ code: 'rate-limit' });
    expect(slept).toEqual([125, 250, 500]);
    expect(told).toEqual([]);
  });

  it('that is too long is met once: nothing more is sent to be refused', async () => {
    const { server, targets, told } = await start(
      (_request, response) => json(response, {}, 429, { 'retry-after': '3600' }),
      2,
    );
    const send = (at: number) =>
      failureOf(targets[at]?.send({ method: 'GET', url: server.origin }) ?? Promise.resolve());
    expect(await send(0)).toMatchObject({ code: 'rate-limit' });
    const second = await send(1);
    expect(second).toBeInstanceOf(Failure);
    expect(second).toMatchObject({ code: 'rate-limit', message: expect.stringContaining('asks to wait 3600 s') });
    expect(server.arrived).toHaveLength(1);
    expect(told).toEqual([]);
  });

  it('ends with an interrupt, after which nothing is sent, not even what finishes something', async () => {
    const stop = new AbortController();
    const sleep = (_ms: number) =>
      new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
    const { server, targets } = await start(
      (_request, response) => json(response, {}, 429, { 'retry-after': '30' }),
      1,
      { signal: stop.signal, sleep },
    );
    const request = { method: 'POST', url: server.origin, body: {}, write: true, finishes: true } as const;
    const sent = failureOf(targets[0]?.send(request) ?? Promise.resolve());
    await until(() => server.arrived.length === 1);
    await delay(20);
    stop.abort();
    expect(await sent).toMatchObject({ code: 'interrupted' });
    expect(await failureOf(targets[0]?.send(request) ?? Promise.resolve())).toMatchObject({ code: 'interrupted' });
    expect(server.arrived).toHaveLength(1);
  });

  it('does not keep back what finishes something and need not wait', async () => {
    const { server, targets } = await start((_request, response) => json(response, {}), 1, {
      signal: AbortSignal.abort(),
    });
    await targets[0]?.send({ method: 'POST', url: server.origin, body: {}, write: true, finishes: true });
    expect(server.arrived).toHaveLength(1);
  });
});

describe('a budget that the provider tells', () => {
  /** Three calls in a window, as Rocket.Chat counts. */
  function limited(windowMs: number, unit = 1): Handler {
    let resets = 0;
    let count = 0;
    return (_request, response) => {
      if (resets <= Date.now()) [resets, count] = [Date.now() + windowMs, 0];
      count += 1;
      const headers = {
        'x-ratelimit-limit': '3',
        'x-ratelimit-remaining': String(Math.max(0, 3 - count)),
        'x-ratelimit-reset': String(Math.ceil(resets / unit)),
      };
      setTimeout(() => json(response, {}, count > 3 ? 429 : 200, headers), 5);
    };
  }

  it('is never exceeded once it is known, by any number of targets at once', async () => {
    const { server, targets } = await start(limited(150), 4, { sleep: (ms) => delay(ms + 1), global: pLimit(8) });
    await targets[0]?.send({ method: 'GET', url: server.origin });
    const sent = targets.flatMap((target) => [1, 2, 3].map(() => target.send({ method: 'GET', url: server.origin })));
    const answers = await Promise.all(sent);
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    expect(server.arrived).toHaveLength(13);
    expect(targets.map(({ cost }) => cost.retried)).toEqual([0, 0, 0, 0]);
  });

  it('leaves no wait behind where nothing more is sent', async () => {
    const { server, targets, slept, told } = await start(limited(60_000));
    for (const _ of [1, 2, 3]) await targets[0]?.send({ method: 'GET', url: server.origin });
    expect([slept, told]).toEqual([[], []]);
  });

  it('is read in epoch seconds as well', async () => {
    const { server, targets, slept, wakes, told } = await start(limited(47_000, 1000));
    for (const _ of [1, 2, 3]) await targets[0]?.send({ method: 'GET', url: server.origin });
    const waiting = failureOf(targets[0]?.send({ method: 'GET', url: server.origin }) ?? Promise.resolve());
    await until(() => slept.length === 1);
    expect(slept[0]).toBeGreaterThan(46_000);
    expect(slept[0]).toBeLessThanOrEqual(48_000);
    expect(told).toHaveLength(1);
    expect(server.arrived).toHaveLength(3);
    for (const target of targets) await target.close();
    wakes[0]?.();
    await waiting;
  });
});

describe('what one target may cost', () => {
  it('ends an answer that never comes to an end', async () => {
    const drip: Handler = (_request, response) => {
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
    };
    const { server, targets } = await start(drip, 1, { timeouts: { total: 80 }, sleep: async () => undefined });
    const read = failureOf(targets[0]?.send({ method: 'GET', url: server.origin }) ?? Promise.resolve());
    expect(await read).toMatchObject({ code: 'timeout', message: expect.stringContaining('took longer than 0.08 s') });
    expect(server.arrived).toHaveLength(4);
    const write = { method: 'POST', url: server.origin, body: {}, write: true } as const;
    const lost = await failureOf(targets[0]?.send(write) ?? Promise.resolve());
    expect(lost).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('it is unknown whether it was done'),
    });
    expect(server.arrived).toHaveLength(5);
  });

  it('is capped in time, pauses included, and a pause beyond it is not begun', async () => {
    let now = 0;
    const { server, targets, slept } = await start(
      (_request, response, count) =>
        count === 1 ? json(response, {}, 429, { 'retry-after': '50' }) : json(response, {}),
      1,
      {
        now: () => now,
        caps: { time: 60_000 },
        sleep: async (ms) => {
          await delay(1);
          now += ms;
        },
      },
    );
    const get = () => failureOf(targets[0]?.send({ method: 'GET', url: server.origin }) ?? Promise.resolve());
    expect(await get()).toMatchObject({ status: 200 });
    now += 3_600_000;
    expect(await get()).toMatchObject({ status: 200 });
    expect(server.arrived).toHaveLength(3);
    expect(slept).toEqual([]);
  });

  it('says which cap it was', async () => {
    let now = 0;
    const { server, targets } = await start(
      (_request, response) => json(response, {}, 429, { 'retry-after': '50' }),
      1,
      {
        now: () => now,
        caps: { time: 60_000 },
        sleep: async (ms) => {
          await delay(1);
          now += ms;
        },
      },
    );
    const failure = await failureOf(targets[0]?.send({ method: 'GET', url: server.origin }) ?? Promise.resolve());
    expect(failure).toMatchObject({ code: 'rate-limit', message: expect.stringContaining('`--max-wait` leaves 10 s') });
    expect(server.arrived).toHaveLength(2);
  });

  it('is capped in bytes', async () => {
    const { server, targets } = await start((_request, response) => json(response, 'x'.repeat(400)), 1, {
      caps: { bytes: 1000 },
    });
    const get = () => failureOf(targets[0]?.send({ method: 'GET', url: server.origin }) ?? Promise.resolve());
    for (const _ of [1, 2, 3]) expect(await get()).toMatchObject({ status: 200 });
    expect(await get()).toMatchObject({ code: 'incomplete', message: expect.stringContaining('answered more than') });
    expect(server.arrived).toHaveLength(3);
  });
});
