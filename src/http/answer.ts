/** The text of an answer becomes JSON, or a Failure that says what came instead. */
import { Failure, type FailureCode } from '../core/failure.ts';
import { shown } from '../core/text.ts';
import type { HttpAnswer } from './http.ts';
import type { Answered } from './retry.ts';

type Redact = (text: string) => string;

/** `label`: 'GET https://host/path', without a query. */
export function readAnswer(label: string, { status, headers, text }: Answered, redact: Redact): HttpAnswer {
  if (status >= 300 && status < 400) throw new Failure('response', `${label} ${redirected(status, headers, redact)}`);
  if (text.trim() === '') return { status, headers, body: undefined };
  try {
    return { status, headers, body: JSON.parse(text) };
  } catch {
    const what = kindOf(headers, text, redact);
    const message = `${label} answered ${what} where JSON was expected (status ${status})`;
    // The server may have done what it was asked for, and then failed to say so.
    const unclear = status < 300 || status >= 500;
    throw new Failure(status < 400 ? 'response' : codeOf(status), message, { unclear });
  }
}

/** What an error status means, where the provider gives no word of its own. A gateway's 502–504 loses answers. */
export function codeOf(status: number): FailureCode {
  if (status === 401) return 'auth';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 429) return 'rate-limit';
  return [502, 503, 504].includes(status) ? 'network' : 'response';
}

function redirected(status: number, headers: Answered['headers'], redact: Redact): string {
  const location = headers['location'] ?? '';
  const host = URL.canParse(location) ? new URL(location).host : '';
  const where = host === '' ? '' : ` to ${shown(redact(host), 100)}`;
  return `answered a redirect${where} (status ${status}), which is not followed; check \`baseUrl\``;
}

function kindOf(headers: Answered['headers'], text: string, redact: Redact): string {
  if (headers['content-encoding'] !== undefined) return `${shown(redact(headers['content-encoding']), 20)} data`;
  return headers['content-type']?.includes('html') || /^\s*</.test(text) ? 'HTML' : 'text';
}
