/** One request to a provider that reports mistakes as JSON, `{"error": {message, code, …}}` or OAuth's: its answer, or a Failure in its words. */
import { Failure, type FailureCode } from '../../core/failure.ts';
import { shown } from '../../core/text.ts';
import { codeOf } from '../../http/answer.ts';
import type { Http, HttpAnswer, HttpRequest } from '../../http/http.ts';
import { labelOf } from '../../http/label.ts';
import { isObject } from './read.ts';

export interface Reply {
  /** 'GET https://host/path', for messages. */
  readonly label: string;
  readonly status: number;
  readonly body: unknown;
}

export interface Expectations {
  /** Statuses that are fine beside 2xx: 404 for a delete. */
  readonly accept?: readonly number[];
  /** A code other than the status suggests. */
  readonly codes?: Readonly<Record<number, FailureCode>>;
  /** What the reader should check, by status. */
  readonly hints?: Readonly<Record<number, string>>;
}

/** How a request is sent (with a session, or without) and how secrets are kept out of the answer. */
export type Sender = Pick<Http, 'send' | 'redact'>;

export async function ask(line: Sender, request: HttpRequest, expected: Expectations = {}): Promise<Reply> {
  const answer = await line.send(request);
  const label = line.redact(labelOf(request));
  const { status, body } = answer;
  if ((status >= 200 && status < 300) || expected.accept?.includes(status)) return { label, status, body };
  throw refusal(line, label, answer, expected);
}

function refusal(line: Sender, label: string, { status, body }: HttpAnswer, { codes, hints }: Expectations): Failure {
  const words = line.redact([...wordsOf(own(body, 'error')), ...describedIn(body)].join('; '));
  const said = words === '' ? '' : `: "${shown(words, 300)}"`;
  const hint = hints?.[status] === undefined ? '' : `; ${hints[status]}`;
  const message = `${label} was refused (status ${status})${said}${hint}`;
  return new Failure(codes?.[status] ?? codeOf(status), message, { unclear: status >= 500 });
}

/** `{message, code?, errors?: [{message}]}` or `{code, message, requestId, details: {issues: [{message}] or {reason}}}`: whatever is there. */
function wordsOf(error: unknown): readonly string[] {
  if (typeof error === 'string') return [error];
  const details = own(error, 'details');
  const nested = [own(error, 'errors'), own(details, 'issues')].flat().slice(0, 5);
  const request = own(error, 'requestId');
  const words = [own(error, 'message'), own(error, 'code'), own(details, 'reason'), ...nested.map(messageOf)];
  if (typeof request === 'string') words.push(`request ${request}`);
  return words.filter((word) => typeof word === 'string' && word !== '').map(String);
}

/** OAuth's `{error, error_description}` (RFC 6749), and `{errorMessage}`. */
function describedIn(body: unknown): readonly string[] {
  return [own(body, 'error_description'), own(body, 'errorMessage')]
    .filter((word) => typeof word === 'string' && word !== '')
    .map(String);
}

function messageOf(item: unknown): unknown {
  const [field, message] = [own(item, 'field'), own(item, 'message')];
  return typeof field === 'string' && typeof message === 'string' ? `${field}: ${message}` : message;
}

function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}
