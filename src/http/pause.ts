/** One pause for all requests that a provider counts together: one sleep, told once, and a longer one is never cut short. */

export type Why = 'rate limit' | 'unavailable';

/** A wait that somebody may like to know of while it lasts. */
export interface Waiting {
  readonly host: string;
  readonly seconds: number;
  readonly why: Why;
  readonly over: Promise<void>;
}

/** Time, as the client has it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds; resolves early when the run is interrupted. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly interrupted: () => boolean;
  readonly onWait: (waiting: Waiting) => void;
}

export interface Pause {
  readonly until: number;
  readonly why: Why;
  /** undefined: nobody waits for it yet. */
  over: Promise<void> | undefined;
}

export interface Pauses {
  readonly host: string;
  current: Pause | undefined;
  /** The latest end that was told. */
  told: number;
}

/** Shorter waits are not worth a line, and neither is a pause that grows by less. */
const WORTH_TELLING = 2000;

export function createPauses(host: string): Pauses {
  return { host, current: undefined, told: 0 };
}

/** Pauses for that long. A shorter pause never replaces a longer one. */
export function pauseFor(pauses: Pauses, ms: number, why: Why, clock: Clock): void {
  const until = clock.now() + ms;
  if (pauses.current === undefined || pauses.current.until < until) pauses.current = { until, why, over: undefined };
}

/** The pause that holds; one that passed while nobody waited for it is forgotten. */
export function pauseOf(pauses: Pauses, clock: Clock): Pause | undefined {
  const { current } = pauses;
  if (current !== undefined && current.over === undefined && current.until <= clock.now()) pauses.current = undefined;
  return pauses.current;
}

/** Resolves when this pause is over or the run is interrupted; a longer one may hold by then. */
export function sleepThrough(
  pauses: Pauses,
  pause: Pause,
  clock: Clock,
  ms = pause.until - clock.now(),
): Promise<void> {
  if (pause.over !== undefined) return pause.over;
  const over = clock.sleep(ms).then(() => {
    // What an interrupt cut short still holds.
    if (pauses.current === pause && !clock.interrupted()) pauses.current = undefined;
  });
  pause.over = over;
  if (ms >= WORTH_TELLING && pause.until - pauses.told >= WORTH_TELLING) {
    pauses.told = pause.until;
    clock.onWait({ host: pauses.host, seconds: Math.ceil(ms / 1000), why: pause.why, over });
  }
  return over;
}
