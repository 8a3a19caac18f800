/** What one target may cost at most, in time and in bytes: an answer without an end must not run for ever. */

export interface Caps {
  /** Milliseconds of requests and waits. Time in which nothing is asked of the target is not counted. */
  readonly time: number;
  /** Of all answers together. */
  readonly bytes: number;
}

export interface Meter {
  /** Counts the time that the work takes; work side by side counts once. */
  readonly during: <T>(work: () => Promise<T>) => Promise<T>;
  readonly onBytes: (count: number) => void;
  /** Milliseconds. */
  readonly timeLeft: () => number;
  /** Which cap is reached, as the end of a sentence; undefined: none. */
  readonly reached: () => string | undefined;
}

export const CAPS: Caps = { time: 600_000, bytes: 512 * 1024 * 1024 };

export function createMeter(caps: Caps, now: () => number): Meter {
  let spent = 0;
  let bytes = 0;
  let running = 0;
  let since = 0;
  const used = () => spent + (running > 0 ? now() - since : 0);

  return {
    during: async (work) => {
      if (running === 0) since = now();
      running += 1;
      try {
        return await work();
      } finally {
        running -= 1;
        if (running === 0) spent += now() - since;
      }
    },
    onBytes: (count) => {
      bytes += count;
    },
    timeLeft: () => Math.max(0, caps.time - used()),
    reached: () => {
      if (used() >= caps.time) return `the target has taken ${caps.time / 1000} s, all that \`--max-wait\` allows`;
      if (bytes > caps.bytes)
        return `the target has answered more than ${Math.round(caps.bytes / 1024 / 1024)} MiB in all`;
      return undefined;
    },
  };
}
