/** Requests with a bearer token, which is renewed once when it is refused. How to log in is the provider's. */
import { Failure } from '../core/failure.ts';
import type { Http, HttpAnswer, HttpRequest } from './http.ts';
import { labelOf } from './label.ts';
import { sharedToken, type Token, type TokenOptions } from './tokens.ts';

export interface SessionOptions extends Omit<TokenOptions, 'http'> {
  readonly http: Omit<Http, 'paired'>;
  /** Ends the message of a refused token: what to check. */
  readonly check: string;
  /** false: `login` has only one token to give. */
  readonly renewable: boolean;
}

/** `send` with `Authorization: Bearer`. */
export function createSession({ http, check, renewable, ...options }: SessionOptions): Pick<Http, 'send'> {
  const token = sharedToken({ http, ...options });

  async function attempt(request: HttpRequest, { value }: Token): Promise<HttpAnswer | undefined> {
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
