/** Requests with a bearer token that is fetched once, kept, and renewed in time. How to log in is the provider's. */
import { Failure } from '../core/failure.ts';
import type { Http, HttpAnswer, HttpRequest } from './http.ts';
import { labelOf } from './label.ts';

export interface Token {
  readonly value: string;
  /** Milliseconds since the epoch; undefined: not known, so only a refusal tells. */
  readonly expires: number | undefined;
}

export interface SessionOptions {
  readonly http: Http;
  readonly login: () => Promise<Token>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Ends the message of a refused token: what to check. */
  readonly check: string;
  /** false: `login` has only one token to give. */
  readonly renewable: boolean;
}

/**
 * `send` with `Authorization: Bearer`. One login serves all requests in flight; it is repeated at half-life and once
 * when a request is refused. A login that was refused is not tried again: accounts get locked that way.
 */
export function createSession({ http, login, now, check, renewable }: SessionOptions): Pick<Http, 'send'> {
  let pending: Promise<Kept> | undefined;
  let kept: Kept | undefined;

  async function token(refused?: Kept): Promise<Kept> {
    if (pending !== undefined) return pending;
    if (kept !== undefined && kept !== refused && now() < kept.renewAt) return kept;
    pending = renew();
    return pending;
  }

  async function renew(): Promise<Kept> {
    const asked = now();
    try {
      const { value, expires } = await login();
      http.conceal(value);
      kept = { value, renewAt: halfLife(asked, expires) };
      pending = undefined;
      return kept;
    } catch (error) {
      if (!(error instanceof Failure && (error.code === 'auth' || error.code === 'forbidden'))) pending = undefined;
      throw error;
    }
  }

  async function attempt(request: HttpRequest, { value }: Kept): Promise<HttpAnswer | undefined> {
    try {
      const headers = { ...request.headers, authorization: `Bearer ${value}` };
      const answer = await http.send({ ...request, headers });
      return answer.status === 401 ? undefined : answer;
    } catch (error) {
      if (error instanceof Failure && error.code === 'auth') return undefined;
      throw error;
    }
  }

  async function send(request: HttpRequest): Promise<HttpAnswer> {
    const first = await token();
    let answer = await attempt(request, first);
    if (answer === undefined && renewable) answer = await attempt(request, await token(first));
    if (answer !== undefined) return answer;
    const message = `${labelOf(request)} refused the token (status 401); ${check}`;
    throw new Failure('auth', http.redact(message));
  }

  return { send };
}

interface Kept {
  readonly value: string;
  readonly renewAt: number;
}

/** A lifetime that has already passed comes from a clock that is wrong, here or there: then only a refusal tells. */
function halfLife(asked: number, expires: number | undefined): number {
  return expires === undefined || expires <= asked ? Number.POSITIVE_INFINITY : asked + (expires - asked) / 2;
}
