/** The one exception of the program: a run, or one target of it, that cannot go on. Anything else that is thrown is a bug. */

export type FailureCode =
  | 'auth'
  | 'forbidden'
  | 'not-found'
  | 'rate-limit'
  | 'network'
  | 'timeout'
  | 'response'
  | 'ambiguous'
  | 'incomplete'
  | 'config'
  | 'untrusted'
  | 'moved'
  | 'refused'
  | 'interrupted';

/** Data form of a Failure, as plans and outcomes carry it. */
export interface FailureReport {
  readonly code: FailureCode;
  readonly message: string;
}

interface Details {
  /** What else cannot succeed after this: the records (create, update) of the same target. */
  readonly stops?: 'records';
  /** Of a write: it was sent, and the answer does not say whether it was carried out. */
  readonly unclear?: boolean;
  /** Of a write: it was not sent, because what it rests on has to be read anew. */
  readonly stale?: boolean;
  readonly cause?: unknown;
}

/** `message` says what, where and what to do; it never holds a secret or a header. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly stops: 'records' | undefined;
  readonly unclear: boolean;
  readonly stale: boolean;

  constructor(code: FailureCode, message: string, { stops, unclear = false, stale = false, cause }: Details = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Failure';
    this.code = code;
    this.stops = stops;
    this.stale = stale;
    this.unclear = unclear || code === 'network' || code === 'timeout';
  }
}

/** The same failure in other words. */
export function reworded({ code, stops, unclear, stale, cause }: Failure, message: string): Failure {
  return new Failure(code, message, { unclear, stale, cause, ...(stops && { stops }) });
}

/** The report of a Failure; anything else is a bug and is thrown on. */
export function report(error: unknown): FailureReport {
  if (!(error instanceof Failure)) throw error;
  return { code: error.code, message: error.message };
}
