/** One request as an API sees it, and its answer. No sockets here. */
import { isRecord } from '../core/record.ts';

/** A request whose prefix is taken off: `/v1/roles`. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Repeated parameters are joined with commas. */
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
  /** The caller's address. */
  readonly address: string;
}

export type Body =
  | { readonly is: 'json'; readonly value: unknown }
  | { readonly is: 'form'; readonly fields: Readonly<Record<string, string>> }
  | { readonly is: 'empty' | 'not-json' | 'malformed' };

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** undefined: an empty body. */
  readonly body?: unknown;
  /** The state changed. */
  readonly wrote?: boolean;
}

/** What a stand-in acts on. `memory` lives as long as the server: tokens and counters are never saved. */
export interface World<State, Memory> {
  readonly state: State;
  readonly memory: Memory;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly tokenSeconds: number;
}

/** The body as an object; undefined for anything else. Its keys are read with `own`. */
export function objectIn(body: Body): Readonly<Record<string, unknown>> | undefined {
  return body.is === 'json' ? asObject(body.value) : undefined;
}

/** The fields of a form; undefined for anything else. They are read with `own`. */
export function formIn(body: Body): Readonly<Record<string, string>> | undefined {
  return body.is === 'form' ? body.fields : undefined;
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isRecord(value) ? value : undefined;
}

export function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** A whole number within the bounds, written in digits; undefined for anything else. */
export function wholeNumber(text: string, least: number, most: number): number | undefined {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
}

/** The path in segments, percent-decoded; undefined where it cannot be decoded. */
export function segmentsOf(path: string): readonly string[] | undefined {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
