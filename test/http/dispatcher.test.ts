import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/failure.ts';
import { isLoopback } from '../../src/core/loopback.ts';
import { createDispatcher } from '../../src/http/dispatcher.ts';
import { client, json, serve } from './server.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A proxy that writes down who wants where, and lets nobody through. */
async function proxy() {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (data) => {
      asked.push(data.toString().split(' HTTP/')[0] ?? '');
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise((resolve) => void server.close(() => resolve())));
  return { url: `http://user:hunter22@127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

describe('connections', () => {
  it('go over the proxy that is given, and no message shows its password', async () => {
    const { url, asked } = await proxy();
    const http = client({ dispatcher: createDispatcher({ proxy: { httpsProxy: url } }) });
    ends.unshift(http.close);
    const failure = await http.send({ method: 'POST', url: 'https://api.example/x' }).catch((error: unknown) => error);
    expect(asked).toEqual(['CONNECT api.example:443']);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: 'network', message: expect.stringContaining('check the proxy') });
    expect(String(failure)).not.toContain('hunter22');
  });

  it('never go over a proxy to this machine itself', async () => {
    const { url, asked } = await proxy();
    const server = await serve((_request, response) => json(response, { direct: true }));
    const http = client({ dispatcher: createDispatcher({ proxy: { httpProxy: url, httpsProxy: url } }) });
    ends.unshift(http.close, server.close);
    expect((await http.send({ method: 'GET', url: server.origin })).body).toEqual({ direct: true });
    const name = server.origin.replace('127.0.0.1', 'localhost');
    expect((await http.send({ method: 'GET', url: name })).body).toEqual({ direct: true });
    expect(asked).toEqual([]);
  });

  it('do not read the environment', async () => {
    const { url, asked } = await proxy();
    // 0.0.0.0 is this machine too, but by no name that is never proxied.
    const before = process.env['HTTPS_PROXY'];
    process.env['HTTPS_PROXY'] = url;
    try {
      for (const settings of [{}, { noProxy: '' }, { httpProxy: 'http://127.0.0.1:9', noProxy: '0.0.0.0' }]) {
        const http = client({ dispatcher: createDispatcher({ proxy: settings }) });
        await http.send({ method: 'POST', url: 'https://0.0.0.0:9/x' }).catch(() => undefined);
        await http.close();
      }
    } finally {
      if (before === undefined) delete process.env['HTTPS_PROXY'];
      else process.env['HTTPS_PROXY'] = before;
    }
    expect(asked).toEqual([]);
  });

  it('refuse a proxy that is no URL, without showing it', () => {
    const make = () => createDispatcher({ proxy: { httpsProxy: 'hunter22@proxy' } });
    expect(make).toThrow(Failure);
    expect(make).toThrow('HTTPS_PROXY is not a URL');
  });

  it.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['[::1]', true],
    ['127.0.0.1.example.com', false],
    ['localhost.example.com', false],
    ['10.0.0.1', false],
  ])('%s is loopback: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});
