/** JSON over undici for one target: sends until there is an answer or no sense in asking. What an answer means is the provider's business. */
import pLimit from 'p-limit';
import { readAnswer } from './answer.ts';
import { attempt, isAnswered, type Tried, untilClear } from './attempt.ts';
import { type Channel, type HttpOptions, openChannel } from './channel.ts';
import type { Http, HttpAnswer, HttpRequest } from './http.ts';
import { type Job, jobOf, lossOf, tooManyOf } from './job.ts';
import { createPair, inPlace, missed, type Pair } from './pair.ts';
import { type Exchanged, isRefusedForRate, type RetryDecision } from './retry.ts';

export type { HttpOptions, Phase } from './channel.ts';

export function createHttp(options: HttpOptions): Http {
  const channel = openChannel(options);
  const { redact, conceal } = channel.shared.redaction;
  const [reads, writes] = [pLimit(options.reads), pLimit(options.writes)];
  const prepared = (request: HttpRequest) => jobOf(request, options.userAgent, redact);
  const rest = { redact, conceal, tokens: channel.shared.tokens };

  function paired(): Http {
    const pair = createPair();
    const send = (request: HttpRequest) => {
      const job = prepared(request);
      if (job.write) return writes(() => follow(channel, { ...job, repeatable: false }, pair));
      pair.take()?.();
      // Nothing depends on a login.
      return reads(() => untilAnswered(channel, job, job.method === 'GET' ? pair : undefined));
    };
    return { send, paired, ...rest };
  }

  const send = (request: HttpRequest) => {
    const job = prepared(request);
    return (job.write ? writes : reads)(() => untilAnswered(channel, job));
  };
  return { send, paired, ...rest };
}

async function untilAnswered(channel: Channel, job: Job, pair?: Pair): Promise<HttpAnswer> {
  for (let count = 1, last: Exchanged | undefined; ; count += 1) {
    const tried = await whenClear(channel, job, count, pair);
    if (tried.unsent !== undefined) {
      // What happened to a write that was sent is worth more than the news that it is not sent again.
      if (last === undefined || !job.write || isRefusedForRate(last)) throw tried.unsent;
      return conclude(channel, job, last, { kind: 'give-up' });
    }
    const { exchanged, decision } = tried;
    if (decision.kind === 'give-up') return conclude(channel, job, exchanged, decision);
    await backOff(channel, decision);
    last = exchanged;
  }
}

/** Waits without holding a place among all targets. */
async function whenClear(channel: Channel, job: Job, count: number, pair: Pair | undefined): Promise<Tried> {
  for (;;) {
    const reason = await untilClear(channel, job, count);
    if (reason !== undefined) return { unsent: reason };
    const tried = await inPlace(
      channel.global,
      () => attempt(channel, job, count),
      (result) => (isAnswered(result) ? pair?.keep() : undefined),
    );
    if (tried !== 'held back') return tried;
  }
}

/** Sends a write in the place of the read before it, or not at all: what it depends on may have changed meanwhile. */
async function follow(channel: Channel, job: Job, pair: Pair): Promise<HttpAnswer> {
  const free = pair.take();
  const tried = free === undefined ? 'held back' : await attempt(channel, job, pair.attempt).finally(free);
  if (tried !== 'held back') {
    if (tried.unsent !== undefined) throw tried.unsent;
    const { exchanged, decision } = tried;
    pair.attempt = decision.kind === 'give-up' ? 1 : pair.attempt + 1;
    if (decision.kind === 'give-up') return conclude(channel, job, exchanged, decision);
    await backOff(channel, decision);
  }
  throw (await untilClear(channel, job, pair.attempt)) ?? missed(job, pair);
}

async function backOff({ meter, clock }: Channel, decision: RetryDecision): Promise<void> {
  if (decision.kind === 'wait') await meter.during(() => clock.sleep(decision.ms));
}

function conclude({ shared }: Channel, job: Job, exchanged: Exchanged, decision: RetryDecision): HttpAnswer {
  if ('lost' in exchanged) throw lossOf(job, exchanged);
  if (isRefusedForRate(exchanged)) throw tooManyOf(job, decision);
  return readAnswer(job.label, exchanged, shared.redaction.redact);
}
