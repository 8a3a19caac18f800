/** Connects a provider to a sandbox over real HTTP, as the commands do, with waits cut short. */
import pLimit from 'p-limit';
import { createHttp, type Phase } from '../../src/http/client.ts';
import { createDispatcher } from '../../src/http/dispatcher.ts';
import type { Cost } from '../../src/http/http.ts';
import type { Provider, Remote } from '../../src/providers/provider.ts';

export interface Tenant {
  readonly path: string;
  readonly tenant: string;
  readonly auth: Readonly<Record<string, string>>;
}

export interface Connected {
  readonly remote: Remote;
  readonly cost: Cost;
  /** Milliseconds that the client waited before it sent again. */
  readonly waits: readonly number[];
  readonly close: () => Promise<void>;
}

export interface ConnectOptions {
  readonly dropUnknownRoles?: readonly string[];
  readonly clients?: readonly string[];
  readonly phase?: () => Phase;
  readonly now?: () => number;
  /** Default: waits take no time. */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

export function connectTo(
  provider: Provider,
  { origin }: { readonly origin: string },
  { path, tenant, auth }: Tenant,
  { dropUnknownRoles = [], clients = [], phase = () => 'plan', now = Date.now, sleep }: ConnectOptions = {},
): Connected {
  const cost: Cost = { read: 0, written: 0, verified: 0, retried: 0 };
  const waits: number[] = [];
  const dispatcher = createDispatcher();
  const http = createHttp({
    userAgent: 'rolesync/test',
    secrets: [auth['clientSecret'], auth['password'], auth['token']].filter((secret) => secret !== undefined),
    known: tenant,
    cost,
    phase,
    global: pLimit(8),
    ...provider.concurrency,
    dispatcher,
    now,
    sleep: async (ms) => {
      waits.push(ms);
      await sleep?.(ms);
    },
  });
  const options = { dropUnknownRoles, clients };
  const remote = provider.connect({ baseUrl: `${origin}${path}`, tenant, auth, options, http, now });
  return { remote, cost, waits, close: () => dispatcher.close() };
}
