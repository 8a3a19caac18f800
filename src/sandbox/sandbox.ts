/** The sandbox: faithful stand-ins of the Dintero, Rinne and Rocket.Chat role APIs on one loopback port. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure } from '../core/failure.ts';
import { emptyMemory, type World } from './call.ts';
import type { Interception, SandboxRequest } from './request.ts';
import { type Service, serve } from './server.ts';
import { emptyState, type State } from './state.ts';

export { admit, admitDintero, admitRinne, admitRocketChat } from './admit.ts';
export type { Interception, SandboxApi, SandboxRequest } from './request.ts';
export { believableState } from './seed.ts';
export { emptyState, type State } from './state.ts';

export interface SandboxOptions {
  /** Default: any free port. */
  readonly port?: number;
  /** Altered in place. Default: an empty state. */
  readonly state?: State;
  /** Milliseconds before every answer. */
  readonly latency?: number;
  /** How long the tokens of Dintero and Rinne are good for. Default: a day. */
  readonly tokenSeconds?: number;
  /** Called for every request before its API. */
  readonly intercept?: (request: Omit<SandboxRequest, 'status' | 'answered'>) => Interception;
  /** Called for every request before its answer is sent. */
  readonly onRequest?: (request: SandboxRequest) => void;
  /** Called after every write, before its answer is sent; the answer is 500 where it throws. */
  readonly onWrite?: (state: State) => void;
}

export interface Sandbox {
  /** 'http://127.0.0.1:PORT' */
  readonly origin: string;
  readonly state: State;
  /** In the order in which they were answered. */
  readonly requests: readonly SandboxRequest[];
  /** Every token of Dintero and Rinne given so far is refused from now on. */
  readonly expireTokens: () => void;
  /** Ends open connections too. */
  readonly close: () => Promise<void>;
}

/** Listens on 127.0.0.1; a Failure (config) where the port cannot be had. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { port = 0, state = emptyState(), latency = 0, tokenSeconds = 86_400 } = options;
  const requests: SandboxRequest[] = [];
  const started = performance.now();
  const world: World = { state, memory: emptyMemory(), now: Date.now, tokenSeconds };
  const service: Service = {
    world,
    latency,
    intercept: options.intercept ?? (() => undefined),
    onRequest: (request) => {
      requests.push(request);
      options.onRequest?.(request);
    },
    onWrite: options.onWrite ?? (() => undefined),
    elapsed: () => performance.now() - started,
  };
  const server = createServer((request, response) => {
    serve(service, request, response).catch((bug: unknown) => {
      response.destroy();
      throw bug;
    });
  });
  await listen(server, port);
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    requests,
    expireTokens: () => {
      world.memory.dintero.clear();
      world.memory.rinne.clear();
    },
    close: () => close(server),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'it is in use' : `${error.code ?? error.message}`;
      reject(
        new Failure('config', `cannot listen on 127.0.0.1:${port}: ${why}; choose another with --port`, {
          cause: error,
        }),
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
