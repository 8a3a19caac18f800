/** A request made ready to be sent, and the messages about it. */
import { Failure } from '../core/failure.ts';
import { shown } from '../core/text.ts';
import type { Exchange } from './exchange.ts';
import type { HttpRequest } from './http.ts';
import { labelOf } from './label.ts';
import { ATTEMPTS, type Exchanged, LONGEST_WAIT, type Lost, type RetryDecision } from './retry.ts';

export interface Job extends Exchange {
  readonly label: string;
  /** Requests that are counted together. */
  readonly bucket: string;
  readonly host: string;
  readonly write: boolean;
  readonly repeatable: boolean;
  readonly finishes: boolean;
}

export function jobOf(request: HttpRequest, userAgent: string, redact: (text: string) => string): Job {
  const { method } = request;
  const { type, body } = contentOf(request);
  const { origin, host } = new URL(request.url);
  return {
    method,
    url: request.url,
    headers: {
      accept: 'application/json',
      'user-agent': userAgent,
      ...(body === undefined ? {} : { 'content-type': type }),
      ...request.headers,
    },
    body,
    label: redact(labelOf(request)),
    bucket: request.bucket ?? origin,
    host,
    write: request.write ?? (method === 'PUT' || method === 'DELETE'),
    repeatable: request.repeatable ?? method !== 'POST',
    finishes: request.finishes === true,
  };
}

function contentOf({ body, form }: HttpRequest): { readonly type: string; readonly body: string | undefined } {
  if (form !== undefined)
    return { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(form).toString() };
  return { type: 'application/json', body: body === undefined ? undefined : JSON.stringify(body) };
}

/** What is kept of a write for a log. */
export interface Written {
  /** 'PUT https://host/path' */
  readonly request: string;
  /** null: there was no answer, for this reason. */
  readonly status: number | null;
  readonly lost?: string;
  /** What the provider calls the request, for its support; null: it does not say. */
  readonly requestId: string | null;
}

/** Names of the header in use; none of the providers documents one. */
const REQUEST_ID = ['x-request-id', 'request-id', 'x-correlation-id', 'x-amzn-requestid'];

export function writtenOf({ label }: Job, exchanged: Exchanged, redact: (text: string) => string): Written {
  if ('lost' in exchanged) return { request: label, status: null, lost: exchanged.reason, requestId: null };
  const id = REQUEST_ID.map((name) => exchanged.headers[name]).find((value) => value !== undefined);
  return { request: label, status: exchanged.status, requestId: id === undefined ? null : shown(redact(id), 200) };
}

export function lossOf({ label, write }: Job, { lost, reason }: Lost): Failure {
  const unknown = write && (lost === 'dropped' || lost === 'timeout') ? '; whether it was done is not known' : '';
  const code = lost === 'unusable' ? 'response' : lost === 'timeout' ? 'timeout' : 'network';
  return new Failure(code, `${label} failed: ${reason}${unknown}`, { unclear: lost === 'unusable' });
}

export function tooManyOf({ label }: Job, decision: RetryDecision): Failure {
  const asked = decision.kind === 'give-up' ? decision.asked : undefined;
  if (asked === undefined) {
    return new Failure('rate-limit', `${label} answered "too many requests" ${ATTEMPTS} times; run it again later`);
  }
  const limit = asked > LONGEST_WAIT ? `, longer than the ${LONGEST_WAIT / 1000} s that are waited` : '';
  const wait = `asks to wait ${Math.ceil(asked / 1000)} s${limit}`;
  return new Failure('rate-limit', `${label} answered "too many requests" and ${wait}; run it again then`);
}

/** Why a request was not sent; nothing happened at the provider. */
export function unsent({ label }: Job, code: Failure['code'], why: string): Failure {
  return new Failure(code, `${label} was not sent: ${why}`);
}
