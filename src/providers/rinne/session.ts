/** A token of Rinne that is good for one company: log in, then select the company unless the login did. */
import { Failure } from '../../core/failure.ts';
import type { HttpRequest } from '../../http/http.ts';
import { createSession } from '../../http/session.ts';
import { sharedToken, type Token } from '../../http/tokens.ts';
import type { Endpoint } from '../provider.ts';
import { ask, type Expectations, type Reply } from '../support/ask.ts';
import { object, optionalText, surprise, text } from '../support/read.ts';

/**
 * docs.rinne.com.br/api-reference/authentication: user-login-with-password, select-company-context. All companies of one
 * user share the login; the token that comes of selecting a company is that company's alone.
 */
export function rinneSession({ auth, baseUrl, tenant, http, now }: Endpoint): ReturnType<typeof createSession> {
  const { token, identifier = '', password = '' } = { ...auth };
  const check =
    token === undefined
      ? `check that the user may still use company ${tenant}`
      : 'check that the token has not expired, or use identifier and password';
  const who = ['rinne', baseUrl, ...(token === undefined ? [identifier, password] : [token])];
  const loggedIn = sharedToken({ http, key: [...who, 'login'], login: withPassword, now });
  // A token that was given is traded for one of the company, and that trade can be repeated while the token lives.
  const login = token === undefined ? ofCompany : () => select({ value: token, expires: undefined });
  return createSession({ http, key: [...who, 'company', tenant], login, now, check, renewable: true });

  async function withPassword(): Promise<Token> {
    const hint = 'check identifier and password; the user needs the authentication method PASSWORD';
    return sessionOf(await ask(http, post('login', { identifier, password }), refused(hint)));
  }

  /** Where the token of the company was refused, the login that it came of is no good either. */
  async function ofCompany(refusedToken: Token | undefined): Promise<Token> {
    const first = await loggedIn(refusedToken?.from);
    if (first.tenant === tenant) return { ...first, from: first };
    const selected = await select(first).catch((error: unknown) =>
      isStale(error) ? undefined : Promise.reject(error),
    );
    if (selected !== undefined) return selected;
    const second = await loggedIn(first);
    return second.tenant === tenant ? { ...second, from: second } : select(second);
  }

  async function select(from: Token): Promise<Token> {
    const headers = { authorization: `Bearer ${from.value}` };
    const hint = `check that ${token === undefined ? 'the user' : 'the token'} has access to company ${tenant}`;
    const reply = await ask(http, { ...post('select-company', { company_id: tenant }), headers }, refused(hint));
    const session = sessionOf(reply);
    // Writing to another company than the file names would be the worst mistake of all.
    if (session.tenant === tenant) return { ...session, from };
    throw surprise({ label: reply.label, path: '' }, `a session for another company than ${tenant}`);
  }

  function post(name: string, body: unknown): HttpRequest {
    return { method: 'POST', url: `${baseUrl}/v1/auth/${name}`, body, repeatable: true };
  }
}

function sessionOf({ label, body }: Reply): Token {
  const fields = object(body, { label, thing: 'a session', path: '' });
  const expires = Date.parse(optionalText(fields, 'expires_at', ''));
  const selected = fields.get('selected_company') ?? undefined;
  const company =
    selected === undefined ? '' : text(object(selected, { label, thing: 'a company', path: 'selected_company' }), 'id');
  return { value: text(fields, 'token'), expires: Number.isNaN(expires) ? undefined : expires, tenant: company };
}

function isStale(error: unknown): boolean {
  return error instanceof Failure && error.code === 'auth';
}

function refused(hint: string): Expectations {
  const hints = { 400: hint, 401: hint, 403: hint, 404: hint };
  return { codes: { 400: 'auth', 401: 'auth' }, hints };
}
