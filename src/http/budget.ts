/** How many requests a provider still lets through, as its X-RateLimit headers tell: pure, so that none is sent to be refused. */
import { type Answered, resetOf } from './retry.ts';

export interface Budget {
  /** Of a whole window. */
  readonly limit: number;
  readonly left: number;
  /** Milliseconds since the epoch; undefined: the window has not begun. */
  readonly resets: number | undefined;
}

/** Ends of one window as different answers tell them may lie this far apart. */
const SAME_WINDOW = 1000;

/** What the answer tells, joined with what is known: answers may overtake each other, so the smaller rest counts. */
export function budgetAfter(known: Budget | undefined, headers: Answered['headers'], now: number): Budget | undefined {
  const told = budgetIn(headers);
  if (told?.resets === undefined || told.resets <= now) return known;
  if (known?.resets === undefined || told.resets > known.resets + SAME_WINDOW) return told;
  return told.resets < known.resets - SAME_WINDOW ? known : { ...told, left: Math.min(told.left, known.left) };
}

/** The budget once its window is over. */
export function renewed({ limit }: Budget): Budget {
  return { limit, left: limit, resets: undefined };
}

function budgetIn(headers: Answered['headers']): Budget | undefined {
  const left = wholeNumber(headers['x-ratelimit-remaining']);
  if (left === undefined) return undefined;
  return { left, limit: Math.max(1, wholeNumber(headers['x-ratelimit-limit']) ?? 1), resets: resetOf(headers) };
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
}
