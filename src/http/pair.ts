/** A read and the write that depends on it: the write takes the place of the read, so that nothing else of the run comes between them. */
import type { LimitFunction } from 'p-limit';
import { Failure } from '../core/failure.ts';
import type { Job } from './job.ts';

export interface Pair {
  /** How often the write was sent and may be sent again, and this time: from 1. */
  attempt: number;
  /** How often it could not follow its read. */
  missed: number;
  /**
   * Keeps the place of an answered read for a write that follows at once. It is free again when anything is waited for: a login
   * may be in the queue for that very place.
   */
  readonly keep: () => Promise<void>;
  /** Frees the place, when the write is over; undefined: none is kept. */
  readonly take: () => (() => void) | undefined;
}

const MOST_MISSED = 10;

export function createPair(): Pair {
  let kept: (() => void) | undefined;
  const take = () => {
    const free = kept;
    kept = undefined;
    return free;
  };
  return {
    attempt: 1,
    missed: 0,
    keep: () =>
      new Promise((resolve) => {
        take()?.();
        kept = resolve;
        setImmediate(() => {
          if (kept === resolve) take()?.();
        });
      }),
    take,
  };
}

/** `keep` says what else the place waits for once the work is done. */
export function inPlace<T>(
  places: LimitFunction,
  work: () => Promise<T>,
  keep: (result: T) => Promise<void> | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    void places(async () => {
      try {
        const result = await work();
        resolve(result);
        await keep(result);
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** The write was not sent, since it would not have followed its read. */
export function missed({ label }: Job, pair: Pair): Failure {
  pair.missed += 1;
  const stale = pair.missed < MOST_MISSED;
  const often = stale ? '' : `, ${MOST_MISSED} times`;
  const why = `something came between it and the read it depends on${often}; run it again later`;
  return new Failure('incomplete', `${label} was not sent: ${why}`, { stale });
}
