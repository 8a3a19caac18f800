/** Whether a request is sent again, and after how long: a table, without a clock, a socket or chance of its own. */

/** Why there is no answer. `unreachable`: nothing was sent; `hopeless`, `unusable`: sending again cannot help. */
export type Loss = 'unreachable' | 'dropped' | 'timeout' | 'hopeless' | 'unusable';

export interface Answered {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Lost {
  readonly lost: Loss;
  /** For the message: 'the connection was refused'. */
  readonly reason: string;
}

export type Outcome = Answered | Lost;

/** `asked`: milliseconds that the server wants to be left alone, where it said so. */
export type Decision =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'give-up'; readonly asked?: number };

export const ATTEMPTS = 4;
export const LONGEST_WAIT = 120_000;
const FIRST_BACK_OFF = 250;
const LONGEST_BACK_OFF = 5_000;

/**
 * `attempt` counts from 1; `now` is in milliseconds since the epoch; `random` lies in [0, 1). A request that was
 * refused for its rate, or never left, is sent again whatever it does; one whose answer was lost only if repeatable.
 */
export function retry(
  attempt: number,
  outcome: Outcome,
  request: { readonly repeatable: boolean },
  now: number,
  random: number,
): Decision {
  const asked = 'status' in outcome && outcome.status === 429 ? askedToWait(outcome, now) : undefined;
  const giveUp: Decision = asked === undefined ? { kind: 'give-up' } : { kind: 'give-up', asked };
  if (attempt >= ATTEMPTS || !mayHelp(outcome, request.repeatable)) return giveUp;
  if (asked === undefined) return { kind: 'wait', ms: backOff(attempt, random) };
  return asked > LONGEST_WAIT ? giveUp : { kind: 'wait', ms: asked };
}

function mayHelp(outcome: Outcome, repeatable: boolean): boolean {
  if ('status' in outcome) return outcome.status === 429 || (repeatable && [502, 503, 504].includes(outcome.status));
  return outcome.lost === 'unreachable' || (repeatable && ['dropped', 'timeout'].includes(outcome.lost));
}

/**
 * `Retry-After` in seconds or as a date (RFC 9110, 10.2.3); some send `X-RateLimit-Reset` in epoch
 * milliseconds instead, and words: "You must wait 12 seconds before trying this endpoint again".
 */
function askedToWait({ headers, text }: Answered, now: number): number | undefined {
  const after = headers['retry-after']?.trim() ?? '';
  if (/^\d+$/.test(after)) return Number(after) * 1000;
  const date = after === '' ? Number.NaN : Date.parse(after);
  if (!Number.isNaN(date)) return Math.max(0, date - now);
  const reset = Number(headers['x-ratelimit-reset'] ?? '');
  if (reset > now) return reset - now;
  const words = /wait (\d+) seconds/.exec(text)?.[1];
  return words === undefined ? undefined : Number(words) * 1000;
}

/** Half of it fixed, half by chance: many requests that failed together do not come back together. */
function backOff(attempt: number, random: number): number {
  const full = Math.min(FIRST_BACK_OFF * 2 ** (attempt - 1), LONGEST_BACK_OFF);
  return Math.round(full / 2 + (full / 2) * random);
}
