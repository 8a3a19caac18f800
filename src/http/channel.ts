/** What the requests of one target share: its settings with their defaults, its clock, and how much it has used. */
import { setTimeout as delay } from 'node:timers/promises';
import type { LimitFunction } from 'p-limit';
import type { Dispatcher } from 'undici';
import { CAPS, type Caps, createMeter, type Meter } from './caps.ts';
import type { Timeouts } from './exchange.ts';
import type { Cost } from './http.ts';
import type { Written } from './job.ts';
import type { Clock, Waiting } from './pause.ts';
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

export interface Channel {
  readonly cost: Cost;
  readonly phase: () => Phase;
  readonly global: LimitFunction;
  readonly dispatcher: Dispatcher;
  readonly shared: Shared;
  readonly signal: AbortSignal | undefined;
  readonly timeouts: Timeouts;
  readonly meter: Meter;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: (line: string) => void;
  readonly onWritten: (written: Written) => void;
}

const TIMEOUTS: Timeouts = { headers: 30_000, body: 30_000, total: 60_000 };

/** From here on, no message shows the secrets of the target. */
export function openChannel(options: HttpOptions): Channel {
  const { signal, now = Date.now, shared = createShared() } = options;
  options.secrets.forEach(shared.redaction.conceal);
  if (options.known) shared.redaction.reveal(options.known);
  return {
    cost: options.cost,
    phase: options.phase,
    global: options.global,
    dispatcher: options.dispatcher,
    shared,
    signal,
    timeouts: { ...TIMEOUTS, ...options.timeouts },
    meter: createMeter({ ...CAPS, ...options.caps }, now),
    clock: {
      now,
      sleep: options.sleep ?? ((ms) => sleepUnlessAborted(ms, signal)),
      interrupted: () => signal?.aborted === true,
      onWait: options.onWait ?? (() => undefined),
    },
    random: options.random ?? Math.random,
    log: options.log ?? (() => undefined),
    onWritten: options.onWritten ?? (() => undefined),
  };
}

async function sleepUnlessAborted(ms: number, signal: AbortSignal | undefined): Promise<void> {
  // A timer may fire a millisecond early, and a request then comes before its time.
  await delay(ms + 1, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
