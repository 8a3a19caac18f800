/** A request to the sandbox as its owner sees it, and what may stand in for the answer. */

export type SandboxApi = 'dintero' | 'rinne' | 'rocketchat';

export interface SandboxRequest {
  readonly api: SandboxApi;
  readonly method: string;
  /** Without query, after the prefix: '/accounts/T11112222/auth/roles', '/v1/roles', '/demo/api/v1/roles.list'. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed where it is JSON, else the text; undefined where there is none. */
  readonly body: unknown;
  /** 0: the socket was destroyed instead. */
  readonly status: number;
  /** Milliseconds since the start at which it arrived, and was answered. */
  readonly arrived: number;
  readonly answered: number;
}

/**
 * An answer replaces the API's (a string is sent as HTML unless `headers` say otherwise); 'drop' destroys the socket
 * without an answer, 'drop-after' lets the API act first; undefined lets the request pass.
 */
export type Interception = Intercepted | Promise<Intercepted>;
type Intercepted = Replacement | 'drop' | 'drop-after' | undefined;

interface Replacement {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | object;
}
