/** Calls of one Rocket.Chat workspace. Errors are told by `errorType`, not by status: it answers 400 for nearly everything. */
import { Failure, type FailureCode } from '../../core/failure.ts';
import { shown } from '../../core/text.ts';
import { codeOf } from '../../http/answer.ts';
import type { HttpAnswer } from '../../http/http.ts';
import { labelOf } from '../../http/label.ts';
import type { Endpoint } from '../provider.ts';
import { type Fields, isObject, object } from '../support/read.ts';

export interface MethodCall {
  readonly body?: object;
  readonly repeatable?: boolean;
  readonly finishes?: boolean;
  /** Error types that are fine: the desired state is already live. */
  readonly accept?: readonly string[];
}

export interface Api {
  readonly get: (method: string, call?: Pick<MethodCall, 'finishes'>) => Promise<Fields>;
  /** Every POST used here writes. */
  readonly post: (method: string, call: MethodCall) => Promise<Fields>;
}

export function rocketChatApi({ baseUrl, auth, http }: Endpoint): Api {
  const headers = { 'x-user-id': auth['userId'] ?? '', 'x-auth-token': auth['token'] ?? '' };

  async function call(
    verb: 'GET' | 'POST',
    method: string,
    { body, repeatable, accept, finishes = false }: MethodCall,
  ): Promise<Fields> {
    const url = `${baseUrl}/api/v1/${method}`;
    // Its limiter counts by method and route (Rocket.Chat, ApiClass.enforceRateLimit).
    const request = { method: verb, url, headers, finishes, bucket: `${verb} ${url}` };
    const answer = await http.send(
      verb === 'GET' ? request : { ...request, body, write: true, repeatable: repeatable ?? false },
    );
    const label = http.redact(labelOf(request));
    const error = errorOf(answer);
    if (error !== undefined && !accept?.includes(error.type)) throw refusal(label, error, http.redact);
    return object(answer.body, { label, thing: 'an answer', path: '' });
  }

  return {
    get: (method, details = {}) => call('GET', method, details),
    post: (method, details) => call('POST', method, details),
  };
}

interface ApiError {
  readonly status: number;
  /** 'error-invalid-roleId'; '' where the answer names none. */
  readonly type: string;
  readonly words: string;
}

/** A missing or wrong login comes with `message` alone on older servers; a 403 names its type in the words only. */
function errorOf({ status, body }: HttpAnswer): ApiError | undefined {
  const own = (key: string): string => {
    const value = isObject(body) && Object.hasOwn(body, key) ? Reflect.get(body, key) : undefined;
    return typeof value === 'string' ? value : '';
  };
  const failed = isObject(body) && Object.hasOwn(body, 'success') && Reflect.get(body, 'success') === false;
  if (status >= 200 && status < 300 && !failed) return undefined;
  const words = own('error') || own('message');
  return { status, type: own('errorType') || (/\[([\w-]+)\]\s*$/.exec(words)?.[1] ?? ''), words };
}

function refusal(label: string, error: ApiError, redact: (text: string) => string): Failure {
  const { code, hint, stops } = meaning(error);
  const said = error.words === '' ? '' : `: "${shown(redact(error.words), 300)}"`;
  const message = `${label} was refused (status ${error.status})${said}${hint === undefined ? '' : `; ${hint}`}`;
  return new Failure(code, message, { unclear: error.status >= 500, ...(stops && { stops }) });
}

interface Meaning {
  readonly code: FailureCode;
  readonly hint?: string;
  readonly stops?: 'records';
}

const LACKS_ACCESS: Meaning = { code: 'forbidden', hint: 'the user needs the permission `access-permissions`' };

const MEANINGS: Readonly<Record<string, Meaning>> = {
  'error-unauthorized': LACKS_ACCESS,
  'error-edit-permissions-not-allowed': LACKS_ACCESS,
  'error-invalid-roleId': { code: 'not-found', hint: 'the role is gone; plan again' },
  'error-role-not-found': { code: 'not-found', hint: 'the role is gone; plan again' },
  'error-duplicate-role-names-not-allowed': { code: 'response', hint: 'another role has that name or id' },
  'error-role-protected': { code: 'response', hint: 'the role is built into the workspace' },
  'error-role-in-use': { code: 'response', hint: 'take the role from its members first' },
  'error-invalid-role': { code: 'moved', hint: 'a role was deleted in the meantime; plan again' },
  'error-invalid-permission': { code: 'moved', hint: 'a permission is gone in the meantime; plan again' },
  'error-too-many-requests': { code: 'rate-limit', hint: 'run it again later' },
};

function meaning({ status, type, words }: ApiError): Meaning {
  // One type for two causes: the licence check and the permission check (Rocket.Chat, ApiClass.addRoute).
  if (type === 'error-action-not-allowed') {
    if (!/enterprise feature/i.test(words)) return LACKS_ACCESS;
    const hint = 'custom roles need a licence of Rocket.Chat that has them; permissions of existing roles do not';
    return { code: 'forbidden', hint, stops: 'records' };
  }
  if (/^(error:)?totp-/.test(type)) {
    return { code: 'auth', hint: 'use a personal access token made with "Ignore Two Factor Authentication"' };
  }
  const known = Object.hasOwn(MEANINGS, type) ? MEANINGS[type] : undefined;
  if (known !== undefined) return known;
  if (status === 401) return { code: 'auth', hint: 'check userId and token: a personal access token and its user' };
  if (status === 403) return LACKS_ACCESS;
  return status === 404 ? { code: 'not-found', hint: 'check `baseUrl`' } : { code: codeOf(status) };
}
