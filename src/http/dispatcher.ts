/** Connections of a run: kept alive, over a proxy where one is given, and never over one to this machine itself. */

import { Agent, Dispatcher, EnvHttpProxyAgent, fetch } from 'undici';
import { Failure } from '../core/failure.ts';
import { isLoopback } from '../core/loopback.ts';

export type { Dispatcher };

export interface ProxySettings {
  readonly httpsProxy?: string | undefined;
  readonly httpProxy?: string | undefined;
  /** As in `NO_PROXY`: hosts and `.domains`, with an optional port, separated by commas or spaces; `*` for all. */
  readonly noProxy?: string | undefined;
}

export interface DispatcherOptions {
  readonly proxy?: ProxySettings;
  /** Milliseconds. */
  readonly connectTimeout?: number;
  /** Certificate authorities to trust, in PEM: all of them, since they replace those that Node trusts by itself. */
  readonly authorities?: readonly string[];
}

/** As the environment has them, in capitals or not. */
export function proxyOf(environment: Readonly<Record<string, string | undefined>>): ProxySettings {
  const variable = (name: string) => environment[name] ?? environment[name.toLowerCase()];
  return {
    httpsProxy: variable('HTTPS_PROXY'),
    httpProxy: variable('HTTP_PROXY'),
    noProxy: variable('NO_PROXY'),
  };
}

/** The caller closes it; an idle connection would keep the process alive for seconds. */
export function createDispatcher({
  proxy = {},
  connectTimeout = 10_000,
  authorities,
}: DispatcherOptions = {}): Dispatcher {
  const secure = authorities === undefined ? {} : { ca: [...authorities] };
  const settings = { connect: { timeout: connectTimeout, ...secure } };
  const direct = new Agent(settings);
  if (!proxy.httpProxy && !proxy.httpsProxy) return direct;
  const proxies = {
    // Empty text, not undefined: for undefined undici would read the environment by itself.
    httpProxy: checked('HTTP_PROXY', proxy.httpProxy),
    httpsProxy: checked('HTTPS_PROXY', proxy.httpsProxy),
    noProxy: proxy.noProxy ?? '',
  };
  return new LoopbackDirect(
    direct,
    new EnvHttpProxyAgent({ ...settings, ...proxies, proxyTls: secure, requestTls: secure }),
  );
}

/** `fetch` over these connections, for a client that brings requests of its own: Octokit's `request.fetch`. */
export function fetchOver(dispatcher: Dispatcher): typeof globalThis.fetch {
  // The types of undici and of Node describe one standard twice.
  const send = fetch as unknown as (input: unknown, init: object) => ReturnType<typeof globalThis.fetch>;
  return (input, init) => send(input, { ...init, dispatcher });
}

/** undici chooses connections by a class of its own; there is no way to say this with a value. */
class LoopbackDirect extends Dispatcher {
  readonly #direct: Dispatcher;
  readonly #proxied: Dispatcher;

  constructor(direct: Dispatcher, proxied: Dispatcher) {
    super();
    this.#direct = direct;
    this.#proxied = proxied;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { hostname } = new URL(String(options.origin));
    return (isLoopback(hostname) ? this.#direct : this.#proxied).dispatch(options, handler);
  }

  // The forms with a callback are not used here.
  override close(..._: readonly unknown[]): Promise<void> {
    return Promise.all([this.#direct.close(), this.#proxied.close()]).then(() => undefined);
  }

  override destroy(..._: readonly unknown[]): Promise<void> {
    return Promise.all([this.#direct.destroy(), this.#proxied.destroy()]).then(() => undefined);
  }
}

/** The value is not shown: the URL of a proxy may hold a password. */
function checked(name: string, url: string | undefined): string {
  if (!url) return '';
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url;
  throw new Failure('config', `${name} is not a URL that starts with http:// or https://`);
}
