/** What all targets of a run have in common: secrets to hide, pauses to keep, tokens to use. */
import type { Buckets } from './bucket.ts';
import { createRedaction, type Redaction } from './redaction.ts';
import type { Tokens } from './tokens.ts';

export interface Shared {
  readonly redaction: Redaction;
  readonly buckets: Buckets;
  readonly tokens: Tokens;
}

export function createShared(): Shared {
  return { redaction: createRedaction([]), buckets: new Map(), tokens: new Map() };
}
