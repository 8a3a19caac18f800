/** One request over undici, once: its answer as text, or why there is none. It does not judge and does not repeat. */

import { type Dispatcher, request as send } from 'undici';
import { codeOf } from '../core/record.ts';
import type { Exchanged, Loss, Lost } from './retry.ts';

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Milliseconds; `body` is the longest silence within a body, `total` the longest time from the request to its last byte. */
export interface Timeouts {
  readonly headers: number;
  readonly body: number;
  readonly total: number;
}

const LARGEST_BODY = 16 * 1024 * 1024;

export interface Watch {
  readonly timeouts: Timeouts;
  /** Aborts the exchange: only for one that may stop half-way. */
  readonly signal: AbortSignal | undefined;
  /** Told of the bytes of the answer as they come. */
  readonly onBytes: (count: number) => void;
}

export async function exchange(sent: Exchange, dispatcher: Dispatcher, watch: Watch): Promise<Exchanged> {
  const { timeouts, signal } = watch;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeouts.total);
  try {
    const stop = signal === undefined ? late.signal : AbortSignal.any([late.signal, signal]);
    return await untimed(sent, dispatcher, watch, stop);
  } catch (error) {
    if (late.signal.aborted)
      return { lost: 'timeout', reason: `the answer took longer than ${timeouts.total / 1000} s` };
    return lost(error);
  } finally {
    clearTimeout(timer);
  }
}

async function untimed(
  { method, url, headers, body }: Exchange,
  dispatcher: Dispatcher,
  { timeouts, onBytes }: Watch,
  signal: AbortSignal,
): Promise<Exchanged> {
  const response = await send(url, {
    dispatcher,
    method,
    headers,
    body: body ?? null,
    headersTimeout: timeouts.headers,
    bodyTimeout: timeouts.body,
    signal,
  });
  const text = await textOf(response.body, onBytes);
  if (typeof text !== 'string') return text;
  return { status: response.statusCode, headers: flat(response.headers), text };
}

async function textOf(body: Dispatcher.ResponseData['body'], onBytes: Watch['onBytes']): Promise<string | Lost> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    onBytes(chunk.length);
    // Leaving the loop destroys the body, and with it the connection.
    if (size > LARGEST_BODY) return { lost: 'unusable', reason: 'the answer is larger than 16 MiB' };
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    return { lost: 'unusable', reason: 'the answer is not UTF-8 text' };
  }
}

function flat(headers: Dispatcher.ResponseData['headers']): Readonly<Record<string, string>> {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')]);
  return Object.fromEntries(entries);
}

const UNKNOWN_AUTHORITY =
  'its certificate is of an authority that is not trusted; if that is your own, give its certificate with `--ca-file` or in NODE_EXTRA_CA_CERTS';
const OUT_OF_DATE = 'its certificate is not valid now; check its dates, and the clock of this machine';

const LOSSES: Readonly<Record<string, readonly [Loss, string]>> = {
  ECONNREFUSED: ['unreachable', 'the connection was refused'],
  EHOSTUNREACH: ['unreachable', 'the host cannot be reached'],
  ENETUNREACH: ['unreachable', 'the network cannot be reached'],
  EAI_AGAIN: ['unreachable', 'the name of the host cannot be resolved right now'],
  ENOTFOUND: ['hopeless', 'there is no such host'],
  UND_ERR_CONNECT_TIMEOUT: ['unreachable', 'the connection took too long'],
  UND_ERR_HEADERS_TIMEOUT: ['timeout', 'there was no answer in time'],
  UND_ERR_BODY_TIMEOUT: ['timeout', 'the answer stopped half-way'],
  ETIMEDOUT: ['timeout', 'the connection timed out'],
  ECONNRESET: ['dropped', 'the connection was closed before the answer was complete'],
  EPIPE: ['dropped', 'the connection was closed before the answer was complete'],
  UND_ERR_SOCKET: ['dropped', 'the connection was closed before the answer was complete'],
  UND_ERR_ABORTED: ['hopeless', 'the connection was refused on the way; check the proxy'],
  UND_ERR_INVALID_ARG: ['hopeless', 'a header cannot be sent; look for line breaks and odd characters in `auth`'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['dropped', 'the answer was cut short'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['hopeless', UNKNOWN_AUTHORITY],
  UNABLE_TO_GET_ISSUER_CERT: ['hopeless', UNKNOWN_AUTHORITY],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['hopeless', UNKNOWN_AUTHORITY],
  SELF_SIGNED_CERT_IN_CHAIN: ['hopeless', UNKNOWN_AUTHORITY],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['hopeless', UNKNOWN_AUTHORITY],
  CERT_UNTRUSTED: ['hopeless', UNKNOWN_AUTHORITY],
  CERT_HAS_EXPIRED: ['hopeless', OUT_OF_DATE],
  CERT_NOT_YET_VALID: ['hopeless', OUT_OF_DATE],
  ERR_TLS_CERT_ALTNAME_INVALID: ['hopeless', 'its certificate is for another host'],
  UND_ERR_HEADERS_OVERFLOW: ['dropped', 'the headers of the answer are too large'],
};

/**
 * Every error is a loss: what one that is not known here means for the request, nobody can tell. Only its code or its kind is
 * shown, and the error is not passed on: the library puts bytes of the answer and headers of the request into it.
 */
function lost(error: unknown): Lost {
  const { name, code } = markOf(error);
  const [loss, reason] = LOSSES[code] ?? [];
  if (loss !== undefined && reason !== undefined) return { lost: loss, reason };
  if (name === 'HTTPParserError') return { lost: 'dropped', reason: 'the answer is not valid HTTP' };
  if (name === 'AbortError' || code.startsWith('UND_ERR_')) {
    return { lost: 'hopeless', reason: `the request was stopped (${code || name})` };
  }
  if (code !== '') return { lost: 'hopeless', reason: `the connection failed (${code})` };
  return { lost: 'dropped', reason: `the connection failed (${name})` };
}

/** Why a request that another client sent over undici has no answer; nothing else of its error can be shown. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error ? reasonOf(cause) : lost(error).reason;
}

function markOf(error: unknown): { readonly name: string; readonly code: string } {
  const { name, code } = error instanceof Error ? { name: error.name, code: codeOf(error) } : { name: '', code: '' };
  return {
    name: /^\w{1,40}$/.test(name) ? name : 'Error',
    code: /^[A-Z][A-Z0-9_]{1,80}$/.test(code ?? '') ? `${code}` : '',
  };
}
