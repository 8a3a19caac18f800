/** A tiny server on loopback that answers as a test says, and a client for it with waits recorded instead of slept. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pLimit from 'p-limit';
import { createHttp, type HttpOptions } from '../../src/http/client.ts';
import { createDispatcher } from '../../src/http/dispatcher.ts';
import type { Cost, Http } from '../../src/http/http.ts';

export interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Handler = (request: Arrived, response: ServerResponse, count: number) => void | Promise<void>;

export interface TestServer {
  readonly origin: string;
  readonly arrived: readonly Arrived[];
  /** The most requests that were open at one time. */
  readonly most: () => number;
  readonly close: () => Promise<void>;
}

/** `handler` gets the number of the request, from 1. */
export async function serve(handler: Handler): Promise<TestServer> {
  const arrived: Arrived[] = [];
  let open = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    open += 1;
    most = Math.max(most, open);
    response.setMaxListeners(0).on('close', () => {
      open -= 1;
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const seen = { method, url, headers, body: Buffer.concat(chunks).toString() };
    arrived.push(seen);
    await handler(seen, response, arrived.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    most: () => most,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

export interface TestClient extends Http {
  readonly cost: Cost;
  readonly waits: readonly number[];
  readonly close: () => Promise<void>;
}

export function client(options: Partial<HttpOptions> = {}): TestClient {
  const cost: Cost = { read: 0, written: 0, verified: 0, retried: 0 };
  const waits: number[] = [];
  const dispatcher = options.dispatcher ?? createDispatcher();
  const http = createHttp({
    userAgent: 'rolesync/0.0.0-test',
    secrets: [],
    cost,
    phase: () => 'plan',
    global: pLimit(8),
    reads: 4,
    writes: 4,
    dispatcher,
    random: () => 0,
    sleep: async (ms) => {
      waits.push(ms);
    },
    ...options,
  });
  return { ...http, cost, waits, close: () => dispatcher.destroy() };
}
