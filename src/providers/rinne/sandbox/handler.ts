/** A call on a Rinne company whose token was accepted, and the API's ways to refuse, to page and to match permissions. */
import { randomBytes } from 'node:crypto';
import { type Answer, type Call, wholeNumber } from '../../../sandbox/call.ts';
import { own } from '../../../sandbox/state.ts';
import type { Rinne } from './state.ts';

export interface Visit {
  readonly rinne: Rinne;
  readonly call: Call;
  readonly id: string;
  /** The id of the company that the token selected. */
  readonly company: string;
  readonly user: string;
  /** Now, as the API writes it. */
  readonly time: string;
}

export interface Refusal {
  readonly code: keyof typeof statuses;
  readonly message: string;
  readonly details?: object;
}

const statuses = {
  VALIDATION_ERROR: 400,
  AUTHENTICATION_ERROR: 401,
  AUTHORIZATION_ERROR: 403,
  RESOURCE_NOT_FOUND: 404,
  CONFLICT_ERROR: 409,
  PAYLOAD_TOO_LARGE: 413,
  INTERNAL_ERROR: 500,
} as const;

/** The error body of docs.rinne.com.br/guides/error-handling. */
export function refuse({ code, message, details }: Refusal, path: string, now: number): Answer {
  const status = statuses[code];
  const timestamp = new Date(now).toISOString();
  const requestId = `req_${randomBytes(8).toString('hex')}`;
  const more = details === undefined ? {} : { details };
  return { status, body: { error: { code, message, status, path, timestamp, requestId, ...more } } };
}

export interface Issue {
  readonly field: string;
  readonly type: 'REQUIRED' | 'INVALID_TYPE' | 'INVALID_VALUE' | 'TOO_SMALL' | 'TOO_BIG' | 'UNKNOWN_FIELD';
  readonly message: string;
}

export function invalid(...issues: readonly Issue[]): Refusal {
  return { code: 'VALIDATION_ERROR', message: 'Validation error', details: { issues } };
}

export const noObject: Refusal = invalid({
  field: 'body',
  type: 'INVALID_TYPE',
  message: 'The body must be a JSON object, sent as application/json',
});

/** One page of the rows; `page` counts from 1 and `limit` is 1..100, by default 20. */
export function page(query: Call['query'], rows: readonly unknown[]): Answer | Refusal {
  const number = wholeNumber(own(query, 'page') ?? '1', 1, 999_999_999);
  if (number === undefined) return invalid({ field: 'page', type: 'INVALID_VALUE', message: 'page must be 1 or more' });
  const limit = wholeNumber(own(query, 'limit') ?? '20', 1, 100);
  if (limit === undefined)
    return invalid({ field: 'limit', type: 'INVALID_VALUE', message: 'limit must be between 1 and 100' });
  const total = rows.length;
  const totalPages = Math.ceil(total / limit);
  const pagination = { page: number, limit, total, totalPages, hasNext: number < totalPages, hasPrev: number > 1 };
  return { status: 200, body: { data: rows.slice((number - 1) * limit, number * limit), pagination } };
}

/** `*.*` allows everything, `role.*` every action on roles, `merchant.*` everything below merchants. */
export function allows(permissions: readonly string[], needed: string): boolean {
  return permissions.some(
    (held) => held === '*.*' || held === needed || (held.endsWith('.*') && needed.startsWith(held.slice(0, -1))),
  );
}
