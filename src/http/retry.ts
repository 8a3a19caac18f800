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

/** What one exchange brought. */
export type Exchanged = Answered | Lost;

/**
 * `wait` holds back this request, `pause` every request that the provider counts together with it. `asked`:
 * milliseconds that the server wants to be left alone, where it said so.
 */
export type RetryDecision =
  | { readonly kind: 'wait' | 'pause'; readonly ms: number }
  | { readonly kind: 'give-up'; readonly asked?: number };

export const ATTEMPTS = 4;
export const LONGEST_WAIT = 120_000;
const FIRST_BACK_OFF = 250;
const LONGEST_BACK_OFF = 5_000;

/**
 * `attempt` counts from 1; `now` is in milliseconds since the epoch; `random` lies in [0, 1). A request that was
 * refused for its rate, or never left, is sent again whatever it does; one whose answer was lost only if repeatable.
 * No wait is shorter than the back-off, whatever the server asks for.
 */
export function retry(
  attempt: number,
  exchanged: Exchanged,
  request: { readonly repeatable: boolean },
  now: number,
  random: number,
): RetryDecision {
  const asked = askedToWait(exchanged, now);
  const giveUp: RetryDecision = asked === undefined ? { kind: 'give-up' } : { kind: 'give-up', asked };
  if (attempt >= ATTEMPTS || !mayHelp(exchanged, request.repeatable)) return giveUp;
  const ms = backOff(attempt, random);
  if (asked === undefined) return { kind: isRefusedForRate(exchanged) ? 'pause' : 'wait', ms };
  return asked > LONGEST_WAIT ? giveUp : { kind: 'pause', ms: Math.max(asked, ms) };
}

export function isRefusedForRate(exchanged: Exchanged): boolean {
  return 'status' in exchanged && exchanged.status === 429;
}

function mayHelp(exchanged: Exchanged, repeatable: boolean): boolean {
  if ('status' in exchanged)
    return exchanged.status === 429 || (repeatable && [502, 503, 504].includes(exchanged.status));
  return exchanged.lost === 'unreachable' || (repeatable && ['dropped', 'timeout'].includes(exchanged.lost));
}

/** Milliseconds; undefined: the server did not say. Only of 429 and 503 (RFC 9110, 15.6.4). */
function askedToWait(exchanged: Exchanged, now: number): number | undefined {
  if ('lost' in exchanged) return undefined;
  if (exchanged.status === 503) return retryAfter(exchanged.headers, now);
  if (exchanged.status !== 429) return undefined;
  return retryAfter(exchanged.headers, now) ?? untilReset(exchanged.headers, now) ?? waitInProse(exchanged.text);
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfter(headers: Answered['headers'], now: number): number | undefined {
  const after = headers['retry-after']?.trim() ?? '';
  if (/^\d+$/.test(after)) return Number(after) * 1000;
  const date = after === '' ? Number.NaN : Date.parse(after);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function untilReset(headers: Answered['headers'], now: number): number | undefined {
  const reset = resetOf(headers);
  return reset !== undefined && reset > now ? reset - now : undefined;
}

/** The smallest number that is read as epoch milliseconds: as seconds it is the year 5138. */
const MILLISECONDS_FROM = 1e11;

/** `X-RateLimit-Reset`, in milliseconds since the epoch: some providers send those, others seconds. */
export function resetOf(headers: Answered['headers']): number | undefined {
  const text = headers['x-ratelimit-reset']?.trim() ?? '';
  const reset = /^\d{1,15}(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
  return reset !== undefined && reset < MILLISECONDS_FROM ? reset * 1000 : reset;
}

/** Some providers say: "You must wait 12 seconds before trying this endpoint again". */
function waitInProse(text: string): number | undefined {
  const words = /wait (\d+) seconds/.exec(text)?.[1];
  return words === undefined ? undefined : Number(words) * 1000;
}

/** Half of it fixed, half by chance: many requests that failed together do not come back together. */
function backOff(attempt: number, random: number): number {
  const full = Math.min(FIRST_BACK_OFF * 2 ** (attempt - 1), LONGEST_BACK_OFF);
  return Math.round(full / 2 + (full / 2) * random);
}
