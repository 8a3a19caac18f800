/** A token of Rinne that is good for one company: log in, then select the company unless the login did. */
import type { HttpRequest } from '../../http/http.ts';
import { createSession, type Token } from '../../http/session.ts';
import type { Endpoint } from '../provider.ts';
import { ask, type Expectations, type Reply } from '../support/ask.ts';
import { object, optionalText, surprise, text } from '../support/read.ts';

/** docs.rinne.com.br/api-reference/authentication: user-login-with-password, select-company-context. */
export function rinneSession({ auth, baseUrl, tenant, http, now }: Endpoint): ReturnType<typeof createSession> {
  const { token, identifier = '', password = '' } = { ...auth };
  const check =
    token === undefined
      ? `check that the user may still use company ${tenant}`
      : 'check that the token has not expired, or use identifier and password';
  // A token that was given is traded for one of the company, and that trade can be repeated while the token lives.
  const login = token === undefined ? withPassword : () => select(token);
  return createSession({ http, login, now, check, renewable: true });

  async function withPassword(): Promise<Token> {
    const hint = 'check identifier and password; the user needs the authentication method PASSWORD';
    const reply = await ask(http, post('login', { identifier, password }), refused(hint));
    const session = sessionOf(reply);
    http.conceal(session.value);
    return session.company === tenant ? session : select(session.value);
  }

  async function select(value: string): Promise<Token> {
    const headers = { authorization: `Bearer ${value}` };
    const hint = `check that ${token === undefined ? 'the user' : 'the token'} has access to company ${tenant}`;
    const reply = await ask(http, { ...post('select-company', { company_id: tenant }), headers }, refused(hint));
    const session = sessionOf(reply);
    // Writing to another company than the file names would be the worst mistake of all.
    if (session.company === tenant) return session;
    throw surprise({ label: reply.label, path: '' }, `a session for another company than ${tenant}`);
  }

  function post(name: string, body: unknown): HttpRequest {
    return { method: 'POST', url: `${baseUrl}/v1/auth/${name}`, body, repeatable: true };
  }
}

interface CompanyToken extends Token {
  readonly company: string;
}

function sessionOf({ label, body }: Reply): CompanyToken {
  const fields = object(body, { label, thing: 'a session', path: '' });
  const expires = Date.parse(optionalText(fields, 'expires_at', ''));
  const selected = fields.get('selected_company') ?? undefined;
  const company =
    selected === undefined ? '' : text(object(selected, { label, thing: 'a company', path: 'selected_company' }), 'id');
  return { value: text(fields, 'token'), expires: Number.isNaN(expires) ? undefined : expires, company };
}

function refused(hint: string): Expectations {
  const hints = { 400: hint, 401: hint, 403: hint, 404: hint };
  return { codes: { 400: 'auth', 401: 'auth' }, hints };
}
