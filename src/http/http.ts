/** What providers need of HTTP: JSON out, JSON in, retries and limits out of sight. They never see undici. */

import type { Tokens } from './tokens.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent in place of `body` as a form, as OAuth's token endpoints ask for it. */
  readonly form?: Readonly<Record<string, string>>;
  /** May be sent again after an answer was lost. Default: every method but POST. */
  readonly repeatable?: boolean;
  /** Sent even if the run was interrupted: it finishes what another request began. */
  readonly finishes?: boolean;
  /** Requests that the provider counts together, so that they wait together. Default: all of the origin. */
  readonly bucket?: string;
  /** Changes the provider's state: counted and limited as a write. Default: PUT and DELETE; a POST says so. */
  readonly write?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined for an empty body. */
  readonly body: unknown;
}

/**
 * Sends one request, repeating it as the retry table allows. Resolves with any JSON (or empty) answer, whatever its
 * status; rejects with a Failure (auth, forbidden, not-found, network, timeout, rate-limit, response, interrupted)
 * when there is none.
 */
export interface Http {
  readonly send: (request: HttpRequest) => Promise<HttpAnswer>;
  /**
   * The same line for a read and the write that depends on it. The write leaves in the place of the read, right after its answer; where
   * anything came between (a pause, a login), it rejects with a Failure that is `stale`, and the read must be repeated. Such
   * a write is sent once: if its answer was lost, the role must be read to find out what happened.
   */
  readonly paired: () => Http;
  /** The text without any known secret: for every message that quotes a provider. Before it is shortened, not after. */
  readonly redact: (text: string) => string;
  /** Makes a secret known that was made or received during the run: a token, a Basic header. */
  readonly conceal: (secret: string) => void;
  /** Tokens of the run, shared by all targets. */
  readonly tokens: Tokens;
}

/** Requests of a run: they are the cost, so tests assert them. */
export interface Cost {
  read: number;
  written: number;
  verified: number;
  retried: number;
}
