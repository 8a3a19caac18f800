/** One try of a request: whether it may go now, its one exchange, and what the answer means for the next. */
import type { Failure } from '../core/failure.ts';
import { type Bucket, bucketOf, flight, learn, obstacle, pauseAndSleep } from './bucket.ts';
import type { Channel } from './channel.ts';
import { exchange } from './exchange.ts';
import { type Job, unsent, writtenOf } from './job.ts';
import { type Pause, pauseFor } from './pause.ts';
import { type Exchanged, isRefusedForRate, LONGEST_WAIT, type RetryDecision, retry } from './retry.ts';

/** An answer or its loss and what to do about it, or why it was not sent. */
export type Tried =
  | { readonly exchanged: Exchanged; readonly decision: RetryDecision; readonly unsent?: undefined }
  | { readonly unsent: Failure };

/**
 * To be called with a place among all targets in hand.
 * 'held back': the bucket has begun to pause; give the place up, wait with `untilClear`, and come again.
 */
export async function attempt(channel: Channel, job: Job, count: number): Promise<Tried | 'held back'> {
  if (obstacle(bucketFor(channel, job), channel.clock) !== undefined) return 'held back';
  const reason = whyNot(channel, job, count);
  return reason === undefined ? once(channel, job, count) : { unsent: reason };
}

/** Waits as long as the bucket asks for; resolves with the reason not to. To be called without a place. */
export async function untilClear(channel: Channel, job: Job, count: number): Promise<Failure | undefined> {
  const bucket = bucketFor(channel, job);
  const next = () => obstacle(bucket, channel.clock);
  for (let found = next(); found !== undefined; found = next()) {
    const reason = whyNot(channel, job, count, found.pause);
    if (reason !== undefined) return reason;
    await channel.meter.during(found.over);
  }
  return undefined;
}

export function isAnswered(tried: Tried | 'held back'): boolean {
  if (tried === 'held back' || tried.unsent !== undefined) return false;
  const { exchanged } = tried;
  return 'status' in exchanged && exchanged.status >= 200 && exchanged.status < 300;
}

/** A request that finishes another may begin after an interrupt, but what would have to wait is not begun. */
function whyNot({ clock, meter }: Channel, job: Job, count: number, pause?: Pause): Failure | undefined {
  const mayBegin = job.finishes && count === 1 && pause === undefined;
  if (clock.interrupted() && !mayBegin) return unsent(job, 'interrupted', 'interrupted');
  const cap = meter.reached();
  if (cap !== undefined) return unsent(job, 'incomplete', cap);
  const ms = pause === undefined ? 0 : pause.until - clock.now();
  const asks = `${job.host} asks to wait ${Math.ceil(ms / 1000)} s`;
  if (ms > LONGEST_WAIT) return unsent(job, 'rate-limit', `${asks}; run it again then`);
  const left = meter.timeLeft();
  if (ms <= left) return undefined;
  return unsent(job, 'rate-limit', `${asks}, and \`--max-wait\` leaves ${Math.floor(left / 1000)} s`);
}

async function once(channel: Channel, job: Job, count: number): Promise<Tried> {
  const { meter, timeouts, shared } = channel;
  tally(channel, job, count);
  const stops = job.write || job.finishes ? undefined : channel.signal;
  const total = job.write ? timeouts.total : Math.min(timeouts.total, Math.max(1, meter.timeLeft()));
  const watch = { timeouts: { ...timeouts, total }, signal: stops, onBytes: meter.onBytes };
  return flight(bucketFor(channel, job), async (): Promise<Tried> => {
    const exchanged = await meter.during(() => exchange(job, channel.dispatcher, watch));
    channel.log(`${job.label} → ${'lost' in exchanged ? exchanged.reason : exchanged.status}`);
    if (job.write) channel.onWritten(writtenOf(job, exchanged, shared.redaction.redact));
    if ('lost' in exchanged && stops?.aborted) return { unsent: unsent(job, 'interrupted', 'interrupted') };
    return { exchanged, decision: decide(channel, job, count, exchanged) };
  });
}

function tally({ cost, phase }: Channel, job: Job, count: number): void {
  if (job.write) cost.written += 1;
  else if (phase() === 'verify') cost.verified += 1;
  else cost.read += 1;
  if (count > 1) cost.retried += 1;
}

/** Before the place among all targets is given up: the next request must find the pause there. */
function decide(channel: Channel, job: Job, count: number, exchanged: Exchanged): RetryDecision {
  const { clock } = channel;
  const bucket = bucketFor(channel, job);
  if ('headers' in exchanged) learn(bucket, exchanged.headers, clock.now());
  const decision = retry(count, exchanged, job, clock.now(), channel.random());
  const why = isRefusedForRate(exchanged) ? 'rate limit' : 'unavailable';
  const ms = decision.kind === 'give-up' ? decision.asked : decision.kind === 'pause' ? decision.ms : undefined;
  // A sleep that nobody waits for would keep the process alive.
  const sleeps = decision.kind === 'pause' && decision.ms <= channel.meter.timeLeft() && !clock.interrupted();
  if (ms !== undefined && sleeps) pauseAndSleep(bucket, ms, why, clock);
  else if (ms !== undefined) pauseFor(bucket.pauses, ms, why, clock);
  return decision;
}

function bucketFor({ shared }: Channel, job: Job): Bucket {
  return bucketOf(shared.buckets, job.bucket, job.host);
}
