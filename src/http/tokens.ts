/** Tokens that targets share: one login for the same credentials, renewed in time, and never repeated once refused. */
import { Failure } from '../core/failure.ts';

export interface Token {
  readonly value: string;
  /** Milliseconds since the epoch; undefined: not known, so only a refusal tells. */
  readonly expires: number | undefined;
  /** The tenant it is good for, where it says so. */
  readonly tenant?: string;
  /** The token it was traded for. */
  readonly from?: Token;
}

export interface CachedToken {
  /** A login in flight, or one that was refused: for good. */
  pending: Promise<Token> | undefined;
  token: Token | undefined;
  renewAt: number;
}

/** By everything that a token depends on. */
export type Tokens = Map<string, CachedToken>;

export interface TokenOptions {
  readonly http: { readonly conceal: (secret: string) => void; readonly tokens: Tokens };
  /** URL of the login, credentials, and the tenant if the token is good for one alone: a token is shared if all are equal. */
  readonly key: readonly string[];
  /** Gets the token that was refused, where that is why it is called. */
  readonly login: (refused: Token | undefined) => Promise<Token>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * The current token, or a new one in place of the one that was refused. One login serves all who ask meanwhile; it is
 * repeated at half-life. A login that was refused is not tried again: accounts get locked that way.
 */
export function sharedToken({ http, key, login, now }: TokenOptions): (refused?: Token) => Promise<Token> {
  const name = JSON.stringify(key);
  const entry = http.tokens.get(name) ?? { pending: undefined, token: undefined, renewAt: 0 };
  http.tokens.set(name, entry);

  async function renew(refused: Token | undefined): Promise<Token> {
    const asked = now();
    try {
      const token = await login(refused);
      http.conceal(token.value);
      entry.token = token;
      entry.renewAt = halfLife(asked, token.expires);
      entry.pending = undefined;
      return token;
    } catch (error) {
      if (!(error instanceof Failure && (error.code === 'auth' || error.code === 'forbidden')))
        entry.pending = undefined;
      throw error;
    }
  }

  return (refused) => {
    if (entry.pending !== undefined) return entry.pending;
    if (entry.token !== undefined && entry.token !== refused && now() < entry.renewAt) {
      return Promise.resolve(entry.token);
    }
    entry.pending = renew(refused);
    return entry.pending;
  };
}

/** A lifetime that has already passed comes from a clock that is wrong, here or there: then only a refusal tells. */
function halfLife(asked: number, expires: number | undefined): number {
  return expires === undefined || expires <= asked ? Number.POSITIVE_INFINITY : asked + (expires - asked) / 2;
}
