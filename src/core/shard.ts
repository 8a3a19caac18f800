/** Which part of a run a target belongs to, so that several machines share the work without speaking to each other. Pure. */
import { createHash } from 'node:crypto';

/** Part `number` of `of`, from 1. */
export interface Shard {
  readonly number: number;
  readonly of: number;
}

/** What a target is known by: targets of one key stay together. */
export type ShardBy = 'target' | 'host';

/**
 * The number of the part that a key belongs to, from 1: by rendezvous hashing. Every part bids for the key and the highest bid
 * gets it, so that a further part takes its share from each of the others, and nothing else moves.
 */
export function shardOf(key: string, of: number): number {
  let best = { number: 1, bid: '' };
  for (let number = 1; number <= of; number += 1) {
    const bid = createHash('sha256').update(`${number}\n${key}`).digest('hex');
    if (bid > best.bid) best = { number, bid };
  }
  return best.number;
}
