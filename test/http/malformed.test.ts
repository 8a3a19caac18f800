/** Answers that are no HTTP, from a bare socket: whatever arrives, a request ends in a Failure that shows none of it. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { Failure } from '../../src/core/failure.ts';
import { client } from './server.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const token = 'tok-3f9a1c77';

/** Answers each request with these bytes, which quote its token, and closes the connection. */
async function start(bytes: string) {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', () => {
      requests += 1;
      socket.end(Buffer.from(bytes.replaceAll('TOKEN', token), 'latin1'));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const http = client({ secrets: [token] });
  ends.push(http.close, async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/roles`;
  const send = (method: 'GET' | 'POST', sent = token) =>
    http.send({ method, url, headers: { authorization: `Bearer ${sent}` }, write: method === 'POST' });
  return { send, requests: () => requests };
}

async function endOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (answer) => ({ answer }),
    (reason: unknown) => reason,
  );
}

const ok = 'HTTP/1.1 200 OK\r\n';

const malformed: readonly (readonly [string, string])[] = [
  ['a status line that is none', 'HTTP/1.1 TOKEN OK\r\n\r\n'],
  ['another protocol', 'SSH-2.0-TOKEN\r\n'],
  ['random bytes', '\x00\xff\x13TOKEN\x80\x81\r\n\r\n'],
  ['a status of four digits', 'HTTP/1.1 2000 OK\r\nx: TOKEN\r\n\r\n'],
  ['a header without a colon', `${ok}TOKEN\r\ncontent-length: 2\r\n\r\n{}`],
  ['a header whose name has a space', `${ok}x TOKEN: 1\r\ncontent-length: 2\r\n\r\n{}`],
  ['a header that holds a control character', `${ok}x: \x01TOKEN\r\ncontent-length: 2\r\n\r\n{}`],
  ['headers that never end', `${ok}x: ${'TOKEN'.repeat(20_000)}\r\n\r\n`],
  ['a length that is no number', `${ok}content-length: TOKEN\r\n\r\n{}`],
  ['two lengths', `${ok}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
  ['a length and chunks', `${ok}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
  ['less than the length says', `${ok}content-length: 200\r\n\r\n{"TOKEN":`],
  ['a chunk whose size is no number', `${ok}transfer-encoding: chunked\r\n\r\nTOKEN\r\n{}\r\n0\r\n\r\n`],
  ['a chunk that ends elsewhere', `${ok}transfer-encoding: chunked\r\n\r\n2\r\n{}TOKEN\r\n0\r\n\r\n`],
  ['chunks that stop', `${ok}transfer-encoding: chunked\r\n\r\n5\r\n{"TO`],
  [
    'an upgrade that nobody asked for',
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: TOKEN\r\nconnection: upgrade\r\n\r\n',
  ],
  ['another answer before it', `HTTP/1.1 100 Continue\r\n\r\nTOKEN\r\n\r\n`],
  ['gzip that is announced and is none', `${ok}content-encoding: gzip\r\ncontent-length: 5\r\n\r\nTOKEN`],
  ['nothing at all', ''],
];

describe('an answer that is no HTTP', () => {
  it.each(malformed)('is a Failure that shows none of it: %s', async (_what, bytes) => {
    const { send } = await start(bytes);
    const failure = await endOf(send('GET'));
    expect(failure).toBeInstanceOf(Failure);
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain(token);
    expect((failure as Failure).message).toContain('GET http://127.0.0.1:');
  });

  it.each(malformed.slice(0, -2))('leaves open what became of a write: %s', async (_what, bytes) => {
    const { send, requests } = await start(bytes);
    const failure = await endOf(send('POST'));
    expect(failure).toBeInstanceOf(Failure);
    expect((failure as Failure).message).toContain('it is unknown whether it was done');
    expect(['network', 'timeout']).toContain((failure as Failure).code);
    expect(requests()).toBe(1);
  });
});

describe('a header that cannot be sent', () => {
  it.each(['a\nb', 'a\r\nx: y', 'a\0b', 'a\u{1f600}b'])('is a Failure, and no request: %j', async (value) => {
    const { send, requests } = await start(`${ok}content-length: 2\r\n\r\n{}`);
    const failure = await endOf(send('GET', `${value}${token}`));
    expect(failure).toBeInstanceOf(Failure);
    expect((failure as Failure).message).toContain('a header cannot be sent');
    expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain(token);
    expect(requests()).toBe(0);
  });
});
