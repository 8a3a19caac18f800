/** The sandbox: stand-ins of role APIs on one loopback port. */
import { createServer, type Server } from 'node:http';
import { Failure } from '../core/failure.ts';
import type { Interception, SandboxRequest } from './requests.ts';
import { type Service, serve } from './server.ts';
import type { StandIn } from './stand-in.ts';
import type { State } from './state.ts';

export type { Interception, SandboxRequest } from './requests.ts';
export type { State } from './state.ts';

export interface SandboxOptions {
  readonly standIns: readonly StandIn[];
  /** Default: any free port. */
  readonly port?: number;
  /** Altered in place. Default: an empty state. */
  readonly state?: State;
  /** Milliseconds before every answer. */
  readonly latency?: number;
  /** How long tokens are good for where the API says so. Default: a day. */
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
  /** Every token given so far is refused from now on, where tokens end. */
  readonly expireTokens: () => void;
  /** Ends open connections too. */
  readonly close: () => Promise<void>;
}

/** Listens on 127.0.0.1; a Failure (config) where the port cannot be had. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { standIns, port = 0, state = emptyState(standIns), latency = 0, tokenSeconds = 86_400 } = options;
  const requests: SandboxRequest[] = [];
  const started = performance.now();
  const apis = standIns.map((one) => {
    const { name, prefix, address } = one;
    return { name, prefix, address, ...one.open({ state, now: Date.now, tokenSeconds }) };
  });
  const service: Service = {
    apis,
    latency,
    intercept: options.intercept ?? (() => undefined),
    onRequest: (request) => {
      requests.push(request);
      options.onRequest?.(request);
    },
    onWrite: () => options.onWrite?.(state),
    elapsed: () => performance.now() - started,
  };
  const server = createServer((request, response) => {
    serve(service, request, response).catch((bug: unknown) => {
      response.destroy();
      throw bug;
    });
  });
  const listening = await listen(server, port);
  return {
    origin: `http://127.0.0.1:${listening}`,
    state,
    requests,
    expireTokens: () => {
      for (const api of apis) api.expireTokens();
    },
    close: () => close(server),
  };
}

export function emptyState(standIns: readonly StandIn[]): State {
  return Object.fromEntries(standIns.map(({ name, empty }) => [name, empty()]));
}

/** A believable little world to try rolesync on, the same on every machine. */
export function believableState(standIns: readonly StandIn[]): State {
  const state = emptyState(standIns);
  for (const { furnish } of standIns) furnish(state);
  return state;
}

/** Resolves with the port. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'it is in use' : `${error.code ?? error.message}`;
      reject(
        new Failure('config', `cannot listen on 127.0.0.1:${port}: ${why}; choose another with --port`, {
          cause: error,
        }),
      );
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
