/** Days in UTC, as files write them: YYYY-MM-DD. The caller provides the time. */
import { Failure } from '../core/failure.ts';

const MS = 86_400_000;

/** The day of a moment in milliseconds since the epoch. */
export function dayOf(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}

/** Whether there is such a day: 2026-02-30 is none. */
export function isDay(text: string): boolean {
  const moment = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(moment) && dayOf(moment) === text;
}

/** How many days `to` is after `from`. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / MS);
}

/** The day that the files are read for. @throws Failure for a day that is none. */
export function dayFor({ at }: { readonly at?: string }, now: number): string {
  if (at === undefined || isDay(at)) return at ?? dayOf(now);
  throw new Failure('config', `--at \`${at}\` is not a calendar day; write it as YYYY-MM-DD`);
}
