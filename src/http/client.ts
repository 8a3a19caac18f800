/** JSON over undici for one target: limits, pauses, repeats, counting. What an answer means is the provider's business. */
import { setTimeout as delay } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Dispatcher } from 'undici';
import { Failure } from '../core/failure.ts';
import { readAnswer } from './answer.ts';
import { type Exchange, exchange, type Timeouts } from './exchange.ts';
import type { Cost, Http, HttpAnswer, HttpRequest } from './http.ts';
import { labelOf } from './label.ts';
import { createRedaction } from './redaction.ts';
import { ATTEMPTS, type Decision, LONGEST_WAIT, type Lost, type Outcome, retry } from './retry.ts';

export type Phase = 'plan' | 'write' | 'verify';

export interface HttpOptions {
  readonly userAgent: string;
  /** Never shown in a message, in no form. */
  readonly secrets: readonly string[];
  /** Added to, request by request. */
  readonly cost: Cost;
  readonly phase: () => Phase;
  /** Of all targets together; held only while a request is in flight. */
  readonly global: LimitFunction;
  /** Requests in flight for this target. */
  readonly reads: number;
  readonly writes: number;
  readonly dispatcher: Dispatcher;
  /** Stops what is not yet sent, and reads; a write in flight is let finish. */
  readonly signal?: AbortSignal;
  readonly timeouts?: Timeouts;
  /** One line for each exchange and each wait, without secrets. */
  readonly log?: (line: string) => void;
  /** Milliseconds; resolves early when the signal is aborted. */
  readonly sleep?: (ms: number) => Promise<void>;
  readonly random?: () => number;
  readonly now?: () => number;
}

interface Pause {
  readonly until: number;
  readonly over: Promise<void>;
}

interface Tried {
  readonly outcome: Outcome;
  readonly decision: Decision;
}

interface Job extends Exchange {
  readonly label: string;
  readonly write: boolean;
  readonly repeatable: boolean;
  readonly finishes: boolean;
}

const TIMEOUTS: Timeouts = { headers: 30_000, body: 30_000 };

export function createHttp(options: HttpOptions): Http {
  const { signal, random = Math.random, now = Date.now, timeouts = TIMEOUTS, log = () => undefined } = options;
  const sleep = options.sleep ?? ((ms: number) => sleepUnlessAborted(ms, signal));
  const { redact, conceal } = createRedaction(options.secrets);
  const reads = pLimit(options.reads);
  const writes = pLimit(options.writes);
  let pause: Pause | undefined;

  async function send(request: HttpRequest): Promise<HttpAnswer> {
    const job = jobOf(request, options.userAgent, redact);
    return (job.write ? writes : reads)(() => untilAnswered(job));
  }

  async function untilAnswered(job: Job): Promise<HttpAnswer> {
    for (let attempt = 1, last: Outcome | undefined; ; attempt += 1) {
      const tried = await whenClear(job, attempt);
      // What happened to a write that was sent is worth more than the news that it is not sent again.
      if (tried === undefined) {
        if (last !== undefined && job.write && !isRefusedForRate(last)) return conclude(job, last, { kind: 'give-up' });
        throw new Failure('interrupted', `${job.label} was not sent: interrupted`);
      }
      const { outcome, decision } = tried;
      if (decision.kind === 'give-up') return conclude(job, outcome, decision);
      if (!isRefusedForRate(outcome)) await sleep(decision.ms);
      last = outcome;
    }
  }

  /** Waits out the pause without holding a place among all targets. undefined: interrupted before it was sent. */
  async function whenClear(job: Job, attempt: number): Promise<Tried | undefined> {
    for (;;) {
      while (pause !== undefined) await pause.over;
      if (signal?.aborted && !job.finishes) return undefined;
      const tried = await options.global(async () => {
        if (pause !== undefined || (signal?.aborted && !job.finishes)) return 'held back';
        const outcome = await once(job, attempt > 1);
        if (outcome === undefined) return undefined;
        const decision = retry(attempt, outcome, job, now(), random());
        // Before the place is given up: the next request must find the pause there.
        if (decision.kind === 'wait' && isRefusedForRate(outcome)) pauseFor(decision.ms);
        return { outcome, decision };
      });
      if (tried !== 'held back') return tried;
    }
  }

  async function once(job: Job, again: boolean): Promise<Outcome | undefined> {
    if (job.write) options.cost.written += 1;
    else if (options.phase() === 'verify') options.cost.verified += 1;
    else options.cost.read += 1;
    if (again) options.cost.retried += 1;
    const outcome = await exchange(job, options.dispatcher, timeouts, job.write || job.finishes ? undefined : signal);
    log(`${job.label} → ${'lost' in outcome ? outcome.reason : outcome.status}`);
    return 'lost' in outcome && !job.write && !job.finishes && signal?.aborted ? undefined : outcome;
  }

  /** One sleep for all requests of the target; a later moment replaces an earlier one. */
  function pauseFor(ms: number): void {
    const until = now() + ms;
    log(`waiting ${Math.ceil(ms / 1000)} s, as the provider asks`);
    if (pause !== undefined && pause.until >= until) return;
    const over = sleep(ms).then(() => {
      if (pause?.over === over) pause = undefined;
    });
    pause = { until, over };
  }

  function conclude(job: Job, outcome: Outcome, decision: Decision): HttpAnswer {
    if ('lost' in outcome) throw lossOf(job, outcome);
    if (isRefusedForRate(outcome)) throw new Failure('rate-limit', `${job.label} ${tooMany(decision)}`);
    return readAnswer(job.label, outcome);
  }

  return { send, redact, conceal };
}

function jobOf(request: HttpRequest, userAgent: string, redact: (text: string) => string): Job {
  const { method, body } = request;
  return {
    method,
    url: request.url,
    headers: {
      accept: 'application/json',
      'user-agent': userAgent,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...request.headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    label: redact(labelOf(request)),
    write: request.write ?? (method === 'PUT' || method === 'DELETE'),
    repeatable: request.repeatable ?? method !== 'POST',
    finishes: request.finishes === true,
  };
}

function lossOf({ label, write }: Job, { lost, reason }: Lost): Failure {
  const unknown = write && (lost === 'dropped' || lost === 'timeout') ? '; whether it was done is not known' : '';
  const code = lost === 'unusable' ? 'response' : lost === 'timeout' ? 'timeout' : 'network';
  return new Failure(code, `${label} failed: ${reason}${unknown}`);
}

function isRefusedForRate(outcome: Outcome): boolean {
  return 'status' in outcome && outcome.status === 429;
}

function tooMany(decision: Decision): string {
  const asked = decision.kind === 'give-up' ? decision.asked : undefined;
  if (asked === undefined) return `answered "too many requests" ${ATTEMPTS} times; run it again later`;
  const seconds = Math.ceil(asked / 1000);
  const limit = asked > LONGEST_WAIT ? `, longer than the ${LONGEST_WAIT / 1000} s that are waited` : '';
  return `answered "too many requests" and asks to wait ${seconds} s${limit}; run it again then`;
}

async function sleepUnlessAborted(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
