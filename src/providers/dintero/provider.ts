/** Roles of Dintero accounts (docs.dintero.com/api-reference). Its `scope` is what rolesync calls permissions. */
import { Failure } from '../../core/failure.ts';
import type { LiveRole, Role } from '../../core/role.ts';
import { createSession, type Token } from '../../http/session.ts';
import type { Endpoint, Provider, Remote } from '../provider.ts';
import { ask, type Expectations, type Line, type Reply } from '../support/ask.ts';
import { capabilitiesOf } from '../support/capabilities.ts';
import { checkUnused, unusedWhenDeleted } from '../support/holders.ts';
import { normaliser } from '../support/normaliser.ts';
import { count, type Fields, identifier, isObject, list, object, optionalText, text, texts } from '../support/read.ts';
import { verifyStored } from '../support/verify-stored.ts';
import { manifest } from './manifest.ts';

const capabilities = capabilitiesOf(manifest);

const normalise = normaliser(capabilities);

export const dintero: Provider = {
  name: manifest.name,
  title: manifest.title,
  capabilities,
  concurrency: { reads: 4, writes: 4 },
  normalise,
  conditions: unusedWhenDeleted,
  connect,
};

const PAGE = 100;

function connect(access: Endpoint): Remote {
  const line = lineOf(access);
  const roles = `${access.baseUrl}/accounts/${encodeURIComponent(access.tenant)}/auth/roles`;
  return {
    list: () => listAll(line, roles),
    checks: (changes) => checkUnused(changes, () => listUsers(line, access)),
    create: async ({ after }) => {
      const reply = await ask(line, { method: 'POST', url: roles, body: bodyOf(after), write: true }, WRITING);
      const id = identifier(object(reply.body, { label: reply.label, thing: 'a role', path: '' }), 'id');
      checkEcho(reply, after);
      return id;
    },
    update: async ({ id, after }) => {
      const url = `${roles}/${encodeURIComponent(String(id))}`;
      checkEcho(await ask(line, { method: 'PUT', url, body: bodyOf(after) }, WRITING), after);
    },
    delete: async ({ id }) => {
      // 404: gone already, which is what was wanted.
      const url = `${roles}/${encodeURIComponent(id)}`;
      await ask(line, { method: 'DELETE', url }, { ...WRITING, accept: [404] });
    },
  };
}

function lineOf({ auth, baseUrl, tenant, http, now }: Endpoint): Line {
  const { token, clientId = '', clientSecret = '' } = { ...auth };
  const login = token === undefined ? () => logIn() : async () => ({ value: token, expires: undefined });
  const check =
    token === undefined
      ? `check the API client and its grants for account ${tenant}`
      : `check that the token is valid and for account ${tenant}`;
  const session = createSession({ http, login, now, check, renewable: token === undefined });
  return { send: session.send, redact: http.redact };

  async function logIn(): Promise<Token> {
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    http.conceal(basic);
    const request = {
      method: 'POST',
      url: `${baseUrl}/accounts/${encodeURIComponent(tenant)}/auth/token`,
      headers: { authorization: `Basic ${basic}` },
      // The audience names api.dintero.com whatever host the token is asked of (docs.dintero.com, "Get Token").
      body: { grant_type: 'client_credentials', audience: `https://api.dintero.com/v1/accounts/${tenant}` },
      repeatable: true,
    } as const;
    const asked = now();
    const hint = `check clientId and clientSecret, and that the API client has a grant for account ${tenant}`;
    const { label, body } = await ask(http, request, {
      codes: { 400: 'auth', 401: 'auth', 403: 'auth' },
      hints: { 400: hint, 401: hint, 403: hint, 404: 'check `account` and `baseUrl`' },
    });
    const fields = object(body, { label, thing: 'a token', path: '' });
    const value = text(fields, 'access_token');
    return { value, expires: asked + count(fields, 'expires_in') * 1000 };
  }
}

const READING: Expectations = {
  hints: {
    403: 'the API client may lack the scope `read:accounts` or `admin:accounts`',
    404: 'check `account` and `baseUrl`',
  },
};

const WRITING: Expectations = {
  hints: {
    403: 'the API client may lack the scope `write:accounts` or `admin:accounts`, or a scope that the role grants',
  },
};

/**
 * The list has no total and no link: a short page is the last one. The cursor is `paging_token` of the last role where
 * it has one, else its id. Its filters (`search`, `name`) are not exact and not used.
 */
async function listAll(line: Line, url: string): Promise<readonly LiveRole[]> {
  const seen = new Map<string, LiveRole | undefined>();
  for (let cursor = ''; ; ) {
    const after = cursor === '' ? '' : `&starting_after=${encodeURIComponent(cursor)}`;
    const { label, body } = await ask(line, { method: 'GET', url: `${url}?limit=${PAGE}${after}` }, READING);
    const known = seen.size;
    const page = list(body, { label, thing: 'roles', path: '' }).map((item, index) =>
      object(item, { label, thing: 'a role', path: `[${index}]` }),
    );
    for (const fields of page) {
      const live = liveRole(fields);
      if (!seen.has(live.id)) seen.set(live.id, isDeleted(fields) ? undefined : live);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return [...seen.values()].filter((role) => role !== undefined);
    if (seen.size === known) throw new Failure('incomplete', `${label} answered a page that it had answered before`);
    cursor = identifier(last, last.get('paging_token') == null ? 'id' : 'paging_token');
  }
}

/** One request for all users: neither pages nor a filter by role are documented (docs.dintero.com, account users). */
async function listUsers(line: Line, { baseUrl, tenant }: Endpoint): Promise<readonly Fields[]> {
  const url = `${baseUrl}/accounts/${encodeURIComponent(tenant)}/management/users?expand=roles`;
  const { label, body } = await ask(line, { method: 'GET', url }, READING);
  const users = list(body, { label, thing: 'users', path: '' });
  // Page sizes of this API elsewhere: an undocumented one may have cut the list.
  if (users.length === 10 || users.length === 100) {
    throw new Failure('incomplete', `${label} answered exactly ${users.length} users, so there may be more`);
  }
  return users
    .map((item, index) => object(item, { label, thing: 'a user', path: `[${index}]` }))
    .filter((user) => !isDeleted(user));
}

function liveRole(fields: Fields): LiveRole {
  return { id: identifier(fields, 'id'), builtIn: false, role: readRole(fields) };
}

function readRole(fields: Fields): Role {
  return {
    name: optionalText(fields, 'name', ''),
    description: optionalText(fields, 'description', ''),
    permissions: texts(fields, 'scope'),
    settings: {},
  };
}

/** Deletes are soft; a deleted role is told by its time of deletion. */
function isDeleted(fields: Fields): boolean {
  return optionalText(fields, 'deleted_at', '') !== '';
}

/** Always the whole role: whether a PUT keeps what it is not sent is not documented. */
function bodyOf({ name, description, permissions }: Role): unknown {
  return { name, description, scope: permissions };
}

/** An answer that is no role is no reason to doubt the write: the next plan looks. */
function checkEcho({ label, body }: Reply, sent: Role): void {
  if (!isObject(body) || !Object.hasOwn(body, 'scope')) return;
  const stored = readRole(object(body, { label, thing: 'a role', path: '' }));
  verifyStored(label, normalise(sent), normalise(stored));
}
