/** A request that the sandbox received, and what may come between it and its API. */

export interface SandboxRequest {
  /** The name of the stand-in. */
  readonly api: string;
  readonly method: string;
  /** Without query, after the prefix: '/v1/roles'. */
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
