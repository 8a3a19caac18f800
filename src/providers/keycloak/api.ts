/** Calls of Keycloak's admin API for one realm (www.keycloak.org/docs-api): where things are, how to sign in, and what a refusal means. */
import { Failure } from '../../core/failure.ts';
import type { HttpRequest } from '../../http/http.ts';
import { createSession } from '../../http/session.ts';
import type { Token } from '../../http/tokens.ts';
import type { Endpoint } from '../provider.ts';
import { ask, type Expectations, type Reply, type Sender } from '../support/ask.ts';
import { count, type Fields, list, object, text, texts } from '../support/read.ts';

export interface Api {
  /** Names of the roles of `realm-management` that the identity has; undefined: the token does not tell. After a request. */
  readonly rights: () => ReadonlySet<string> | undefined;
  /** Of a path below the realm. `missing`: a 404 is an answer too, undefined. */
  readonly get: (path: string) => Promise<Reply>;
  readonly find: (path: string) => Promise<Reply | undefined>;
  /** `accept`: statuses beside 2xx that are fine. */
  readonly write: (
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
    accept?: readonly number[],
  ) => Promise<Reply>;
}

const READING: Expectations = {
  hints: {
    403: 'the service account needs `view-realm` and `view-clients` of `realm-management`',
    404: 'check `realm` and `baseUrl`',
  },
};

const WRITING: Expectations = {
  hints: {
    403: 'the service account needs `manage-realm` for roles of the realm and `manage-clients` for roles of clients, and it can grant a role of `realm-management` only if it has that role itself',
    409: 'a role with that name already exists',
  },
};

export function keycloakApi(access: Endpoint): Api {
  const { token } = access.auth;
  let own = token;
  const line = lineOf(access, (value) => {
    own = value;
  });
  const realm = `${access.baseUrl}/admin/realms/${encodeURIComponent(access.tenant)}`;
  return {
    rights: () => (own === undefined ? undefined : rightsIn(own, access.tenant)),
    get: (path) => ask(line, { method: 'GET', url: realm + path }, READING),
    find: async (path) => {
      const reply = await ask(line, { method: 'GET', url: realm + path }, { ...READING, accept: [404] });
      return reply.status === 404 ? undefined : reply;
    },
    write: (method, path, body, accept = []) => {
      const request: HttpRequest = { method, url: realm + path, write: true, repeatable: false };
      return ask(line, body === undefined ? request : { ...request, body }, { ...WRITING, accept });
    },
  };
}

/** `thing`: 'role'. */
export function itemsOf({ label, body }: Reply, thing: string): readonly Fields[] {
  return list(body, { label, thing: `${thing}s`, path: '' }).map((item, index) =>
    object(item, { label, thing: `a ${thing}`, path: `[${index}]` }),
  );
}

export function itemOf({ label, body }: Reply, thing: string): Fields {
  return object(body, { label, thing: `a ${thing}`, path: '' });
}

/** A segment of a path; undefined where none can say it: '.' and '..' change the path, however they are escaped. */
export function segment(name: string): string | undefined {
  return name === '' || name === '.' || name === '..' || /\p{Cs}/u.test(name) ? undefined : encodeURIComponent(name);
}

/** A token says what it is good for, unless a client scope keeps that out of it. */
function rightsIn(token: string, tenant: string): ReadonlySet<string> | undefined {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  try {
    const place = { label: 'the token', thing: 'a token', path: '' };
    const access = object(object(JSON.parse(payload), place).get('resource_access'), place);
    const management = access.get(tenant === 'master' ? 'master-realm' : 'realm-management') ?? { roles: [] };
    return new Set(texts(object(management, place), 'roles'));
  } catch {
    return undefined;
  }
}

/** `onToken` is called with each token that is received. */
function lineOf({ auth, baseUrl, tenant, http, now }: Endpoint, onToken: (token: string) => void): Sender {
  const { token, clientId = '', clientSecret = '' } = { ...auth };
  const login = token === undefined ? () => logIn() : async () => ({ value: token, expires: undefined });
  const check =
    token === undefined
      ? `check the client and its service account in the realm ${tenant}`
      : `check that the token is valid, and for this server`;
  const tokenUrl = `${baseUrl}/realms/${encodeURIComponent(tenant)}/protocol/openid-connect/token`;
  const key = ['keycloak', tokenUrl, ...(token === undefined ? [clientId, clientSecret] : [token])];
  const session = createSession({ http, key, login, now, check, renewable: token === undefined });
  return { send: session.send, redact: http.redact };

  async function logIn(): Promise<Token> {
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const asked = now();
    const hint = `check clientId and clientSecret, and that the client has "Client authentication" and "Service accounts roles" on`;
    const { label, body } = await ask(
      http,
      { method: 'POST', url: tokenUrl, form, repeatable: true },
      {
        codes: { 400: 'auth', 401: 'auth', 403: 'auth' },
        hints: { 400: hint, 401: hint, 403: hint, 404: 'check `realm` and `baseUrl`' },
      },
    );
    const fields = object(body, { label, thing: 'a token', path: '' });
    const value = text(fields, 'access_token');
    onToken(value);
    return { value, expires: asked + count(fields, 'expires_in') * 1000 };
  }
}

export function ambiguous(permission: string): Failure {
  const what = `\`${permission}\` can mean roles of two clients, because client ids and role names contain colons`;
  return new Failure('ambiguous', `${what}; rename one of them`);
}
