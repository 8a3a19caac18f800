/** JSON over undici for one target: limits, waits, repeats, counting. What an answer means is the provider's business. */
import { setTimeout as delay } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Dispatcher } from 'undici';
import type { Failure } from '../core/failure.ts';
import { readAnswer } from './answer.ts';
import { type Bucket, bucketOf, flight, learn, obstacle, pauseAndSleep } from './bucket.ts';
import { CAPS, type Caps, createMeter } from './caps.ts';
import { exchange, type Timeouts } from './exchange.ts';
import type { Cost, Http, HttpAnswer, HttpRequest } from './http.ts';
import { type Job, jobOf, lossOf, tooManyOf, unsent, type Written, writtenOf } from './job.ts';
import { createPair, inPlace, missed, type Pair } from './pair.ts';
import { type Clock, type Pause, pauseFor, type Waiting } from './pause.ts';
import { type Exchanged, isRefusedForRate, LONGEST_WAIT, type RetryDecision, retry } from './retry.ts';
import { createShared, type Shared } from './shared.ts';

export type Phase = 'plan' | 'write' | 'verify';

export interface HttpOptions {
  readonly userAgent: string;
  /** Never shown in a message, in no form. */
  readonly secrets: readonly string[];
  /** No secret, though a part of one may read like it: the tenant. */
  readonly known?: string;
  /** Added to, request by request. */
  readonly cost: Cost;
  readonly phase: () => Phase;
  /** Of all targets together; held only while a request is in flight. */
  readonly global: LimitFunction;
  /** Requests in flight for this target. */
  readonly reads: number;
  readonly writes: number;
  readonly dispatcher: Dispatcher;
  /** What the targets of a run have in common. Default: nothing. */
  readonly shared?: Shared;
  /** What this target may cost at most. */
  readonly caps?: Partial<Caps>;
  /** Stops what is not yet sent, and reads; a write in flight is let finish. */
  readonly signal?: AbortSignal;
  readonly timeouts?: Partial<Timeouts>;
  /** One line for each exchange, without secrets. */
  readonly log?: (line: string) => void;
  /** Told when a wait of two seconds or more begins: once for all who wait together. */
  readonly onWait?: (waiting: Waiting) => void;
  /** Told of each answer to a write, also of one that is sent again. */
  readonly onWritten?: (written: Written) => void;
  /** Milliseconds; resolves early when the signal is aborted. */
  readonly sleep?: (ms: number) => Promise<void>;
  readonly random?: () => number;
  readonly now?: () => number;
}

/** What came of one try: an answer or its loss and what to do about it, or why it was not sent. */
type Tried =
  | { readonly exchanged: Exchanged; readonly decision: RetryDecision; readonly unsent?: undefined }
  | { readonly unsent: Failure };

const TIMEOUTS: Timeouts = { headers: 30_000, body: 30_000, total: 60_000 };

export function createHttp(options: HttpOptions): Http {
  const { signal, random = Math.random, now = Date.now, log = () => undefined, shared = createShared() } = options;
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const { redact, conceal } = shared.redaction;
  options.secrets.forEach(conceal);
  if (options.known) shared.redaction.reveal(options.known);
  const [reads, writes] = [pLimit(options.reads), pLimit(options.writes)];
  const meter = createMeter({ ...CAPS, ...options.caps }, now);
  const clock: Clock = {
    now,
    sleep: options.sleep ?? ((ms) => sleepUnlessAborted(ms, signal)),
    interrupted: () => signal?.aborted === true,
    onWait: options.onWait ?? (() => undefined),
  };

  async function untilAnswered(job: Job, pair?: Pair): Promise<HttpAnswer> {
    const bucket = bucketOf(shared.buckets, job.bucket, job.host);
    for (let attempt = 1, last: Exchanged | undefined; ; attempt += 1) {
      const tried = await whenClear(job, bucket, attempt, pair);
      if (tried.unsent !== undefined) {
        // What happened to a write that was sent is worth more than the news that it is not sent again.
        if (last === undefined || !job.write || isRefusedForRate(last)) throw tried.unsent;
        return conclude(job, last, { kind: 'give-up' });
      }
      const { exchanged, decision } = tried;
      if (decision.kind === 'give-up') return conclude(job, exchanged, decision);
      if (decision.kind === 'wait') await meter.during(() => clock.sleep(decision.ms));
      last = exchanged;
    }
  }

  /** Waits without holding a place among all targets. */
  async function whenClear(job: Job, bucket: Bucket, attempt: number, pair: Pair | undefined): Promise<Tried> {
    for (;;) {
      const reason = await clear(job, bucket, attempt);
      if (reason !== undefined) return { unsent: reason };
      const tried = await inPlace(
        options.global,
        () => ifClear(job, bucket, attempt),
        (result) => (isAnswered(result) ? pair?.keep() : undefined),
      );
      if (tried !== 'held back') return tried;
    }
  }

  /** Sends a write in the place of the read before it, or not at all: then what it rests on may have changed meanwhile. */
  async function follow(job: Job, pair: Pair): Promise<HttpAnswer> {
    const bucket = bucketOf(shared.buckets, job.bucket, job.host);
    const free = pair.take();
    const tried = free === undefined ? 'held back' : await ifClear(job, bucket, pair.attempt).finally(free);
    if (tried !== 'held back') {
      if (tried.unsent !== undefined) throw tried.unsent;
      const { exchanged, decision } = tried;
      pair.attempt = decision.kind === 'give-up' ? 1 : pair.attempt + 1;
      if (decision.kind === 'give-up') return conclude(job, exchanged, decision);
      if (decision.kind === 'wait') await meter.during(() => clock.sleep(decision.ms));
    }
    throw (await clear(job, bucket, pair.attempt)) ?? missed(job, pair);
  }

  /** Waits as long as the bucket asks for; resolves with the reason not to. */
  async function clear(job: Job, bucket: Bucket, attempt: number): Promise<Failure | undefined> {
    for (let next = obstacle(bucket, clock); next !== undefined; next = obstacle(bucket, clock)) {
      const reason = whyNot(job, attempt, next.pause);
      if (reason !== undefined) return reason;
      await meter.during(next.over);
    }
    return undefined;
  }

  /** To be called with a place among all targets in hand. */
  async function ifClear(job: Job, bucket: Bucket, attempt: number): Promise<Tried | 'held back'> {
    if (obstacle(bucket, clock) !== undefined) return 'held back';
    const reason = whyNot(job, attempt);
    return reason === undefined ? once(job, bucket, attempt) : { unsent: reason };
  }

  /** A request that finishes another may begin after an interrupt, but what would have to wait is not begun. */
  function whyNot(job: Job, attempt: number, pause?: Pause): Failure | undefined {
    const mayBegin = job.finishes && attempt === 1 && pause === undefined;
    if (clock.interrupted() && !mayBegin) return unsent(job, 'interrupted', 'interrupted');
    const cap = meter.reached();
    if (cap !== undefined) return unsent(job, 'incomplete', cap);
    const ms = pause === undefined ? 0 : pause.until - now();
    const asks = `${job.host} asks to wait ${Math.ceil(ms / 1000)} s`;
    if (ms > LONGEST_WAIT) return unsent(job, 'rate-limit', `${asks}; run it again then`);
    const left = meter.timeLeft();
    if (ms <= left) return undefined;
    return unsent(job, 'rate-limit', `${asks}, and \`--max-wait\` leaves ${Math.floor(left / 1000)} s`);
  }

  async function once(job: Job, bucket: Bucket, attempt: number): Promise<Tried> {
    count(job, attempt);
    const stops = job.write || job.finishes ? undefined : signal;
    const total = job.write ? timeouts.total : Math.min(timeouts.total, Math.max(1, meter.timeLeft()));
    const watch = { timeouts: { ...timeouts, total }, signal: stops, onBytes: meter.onBytes };
    return flight(bucket, async (): Promise<Tried> => {
      const exchanged = await meter.during(() => exchange(job, options.dispatcher, watch));
      log(`${job.label} → ${'lost' in exchanged ? exchanged.reason : exchanged.status}`);
      if (job.write) options.onWritten?.(writtenOf(job, exchanged, redact));
      if ('lost' in exchanged && stops?.aborted) return { unsent: unsent(job, 'interrupted', 'interrupted') };
      return { exchanged, decision: decide(job, bucket, attempt, exchanged) };
    });
  }

  function count(job: Job, attempt: number): void {
    if (job.write) options.cost.written += 1;
    else if (options.phase() === 'verify') options.cost.verified += 1;
    else options.cost.read += 1;
    if (attempt > 1) options.cost.retried += 1;
  }

  /** Before the place among all targets is given up: the next request must find the pause there. */
  function decide(job: Job, bucket: Bucket, attempt: number, exchanged: Exchanged): RetryDecision {
    if ('headers' in exchanged) learn(bucket, exchanged.headers, now());
    const decision = retry(attempt, exchanged, job, now(), random());
    const why = isRefusedForRate(exchanged) ? 'rate limit' : 'unavailable';
    const ms = decision.kind === 'give-up' ? decision.asked : decision.kind === 'pause' ? decision.ms : undefined;
    // A sleep that nobody waits for would keep the process alive.
    const sleeps = decision.kind === 'pause' && decision.ms <= meter.timeLeft() && !clock.interrupted();
    if (ms !== undefined && sleeps) pauseAndSleep(bucket, ms, why, clock);
    else if (ms !== undefined) pauseFor(bucket.pauses, ms, why, clock);
    return decision;
  }

  function conclude(job: Job, exchanged: Exchanged, decision: RetryDecision): HttpAnswer {
    if ('lost' in exchanged) throw lossOf(job, exchanged);
    if (isRefusedForRate(exchanged)) throw tooManyOf(job, decision);
    return readAnswer(job.label, exchanged, redact);
  }

  const rest = { redact, conceal, tokens: shared.tokens };

  function paired(): Http {
    const pair = createPair();
    const send = (request: HttpRequest) => {
      const job = jobOf(request, options.userAgent, redact);
      if (job.write) return writes(() => follow({ ...job, repeatable: false }, pair));
      pair.take()?.();
      // Nothing rests on a login.
      return reads(() => untilAnswered(job, job.method === 'GET' ? pair : undefined));
    };
    return { send, paired, ...rest };
  }

  return {
    send: (request) => {
      const job = jobOf(request, options.userAgent, redact);
      return (job.write ? writes : reads)(() => untilAnswered(job));
    },
    paired,
    ...rest,
  };
}

function isAnswered(tried: Tried | 'held back'): boolean {
  if (tried === 'held back' || tried.unsent !== undefined) return false;
  const { exchanged } = tried;
  return 'status' in exchanged && exchanged.status >= 200 && exchanged.status < 300;
}

async function sleepUnlessAborted(ms: number, signal: AbortSignal | undefined): Promise<void> {
  // A timer may fire a millisecond early, and a request then comes before its time.
  await delay(ms + 1, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
