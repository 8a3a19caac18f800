/** Requests that a provider counts together, over all targets: when the next may go. */
import { type Budget, budgetAfter, renewed } from './budget.ts';
import {
  type Clock,
  createPauses,
  type Pause,
  type Pauses,
  pauseFor,
  pauseOf,
  sleepThrough,
  type Why,
} from './pause.ts';
import type { Answered } from './retry.ts';

export interface Bucket {
  readonly pauses: Pauses;
  budget: Budget | undefined;
  /** Sent and not yet answered. */
  flying: number;
  /** Called when the next one lands. */
  landings: (() => void)[];
}

export type Buckets = Map<string, Bucket>;

/** Why a request may not go now, and what to wait for. */
export type Obstacle =
  | { readonly pause: Pause; readonly over: () => Promise<void> }
  | { readonly pause?: undefined; readonly over: () => Promise<void> };

export function bucketOf(buckets: Buckets, key: string, host: string): Bucket {
  const bucket = buckets.get(key) ?? { pauses: createPauses(host), budget: undefined, flying: 0, landings: [] };
  buckets.set(key, bucket);
  return bucket;
}

/** undefined: the next request may go. */
export function obstacle(bucket: Bucket, clock: Clock): Obstacle | undefined {
  const { budget } = bucket;
  if (budget?.resets !== undefined && budget.resets <= clock.now()) bucket.budget = renewed(budget);
  if (budget?.resets !== undefined && budget.resets > clock.now() && budget.left === 0) {
    pauseFor(bucket.pauses, budget.resets - clock.now(), 'rate limit', clock);
  }
  const pause = pauseOf(bucket.pauses, clock);
  if (pause !== undefined) return { pause, over: () => throughPause(bucket, pause, clock) };
  const left = bucket.budget?.left ?? Number.POSITIVE_INFINITY;
  return bucket.flying > 0 && left <= bucket.flying ? { over: () => nextLanding(bucket) } : undefined;
}

/** Everything of the bucket waits that long; the caller is one of those who do. */
export function pauseAndSleep(bucket: Bucket, ms: number, why: Why, clock: Clock): void {
  pauseFor(bucket.pauses, ms, why, clock);
  const pause = bucket.pauses.current;
  if (pause?.over === undefined && pause !== undefined) void sleepThrough(bucket.pauses, pause, clock, ms);
}

/** Counts the request while it is in flight, and adopts what the answer says about the budget. */
export async function flight<T>(bucket: Bucket, send: () => Promise<T>): Promise<T> {
  bucket.flying += 1;
  try {
    return await send();
  } finally {
    bucket.flying -= 1;
    for (const landed of bucket.landings.splice(0)) landed();
  }
}

export function learn(bucket: Bucket, headers: Answered['headers'], now: number): void {
  bucket.budget = budgetAfter(bucket.budget, headers, now);
}

async function throughPause(bucket: Bucket, pause: Pause, clock: Clock): Promise<void> {
  await sleepThrough(bucket.pauses, pause, clock);
  const { budget } = bucket;
  if (!clock.interrupted() && budget?.resets !== undefined && budget.resets <= pause.until) {
    bucket.budget = renewed(budget);
  }
}

function nextLanding(bucket: Bucket): Promise<void> {
  return new Promise((resolve) => bucket.landings.push(resolve));
}
