/** Roles of Dintero accounts (docs.dintero.com/api-reference). Its `scope` is what rolesync calls permissions. */
import { Failure } from '../../core/failure.ts';
import type { LiveRole, Role } from '../../core/role.ts';
import { shown } from '../../core/text.ts';
import { createSession } from '../../http/session.ts';
import type { Token } from '../../http/tokens.ts';
import type { Endpoint, Provider, Remote } from '../provider.ts';
import { ask, type Expectations, type Reply, type Sender } from '../support/ask.ts';
import { capabilitiesOf } from '../support/capabilities.ts';
import { checkUnused, unusedWhenDeleted } from '../support/holders.ts';
import { normaliser } from '../support/normaliser.ts';
import {
  count,
  type Fields,
  identifier,
  isObject,
  list,
  object,
  optionalText,
  surprise,
  text,
  texts,
} from '../support/read.ts';
import { verifyStored } from '../support/verify-stored.ts';
import { manifest } from './manifest.ts';

const capabilities = capabilitiesOf(manifest);

const normalise = normaliser(capabilities);

const PAGE = 100;

export const dintero: Provider = {
  name: manifest.name,
  title: manifest.title,
  capabilities,
  concurrency: { reads: 4, writes: 4 },
  pageSize: PAGE,
  normalise,
  conditions: unusedWhenDeleted,
  connect,
};

/** Far more than an account has: a list without an end must end here. */
const MOST_ROLES = 20_000;

function connect(access: Endpoint): Remote {
  const line = lineOf(access);
  const roles = `${access.baseUrl}/accounts/${encodeURIComponent(access.tenant)}/auth/roles`;
  let last: string | undefined;
  return {
    list: async () => {
      last = undefined;
      const found = await listAll(line, roles);
      last = found.cursor;
      return found.roles;
    },
    proveEnd: async () => proveEnd(line, roles, last),
    read: (id) => readOne(line, roles, id),
    writeAccess: async () => ({
      may: 'unknown',
      note: 'Dintero does not tell; the client needs `admin:accounts` or `write:accounts`',
    }),
    checks: (changes) => checkUnused(changes, () => listUsers(line, access)),
    create: async ({ after }) => {
      const reply = await ask(line, { method: 'POST', url: roles, body: bodyOf(after), write: true }, WRITING);
      const id = identifier(object(reply.body, { label: reply.label, thing: 'a role', path: '' }), 'id');
      checkEcho(reply, after);
      return id;
    },
    update: async ({ id, after }) => {
      const url = `${roles}/${encodeURIComponent(String(id))}`;
      checkEcho(await ask(line, { method: 'PUT', url, body: bodyOf(after), repeatable: false }, WRITING), after);
    },
    delete: async ({ id }) => {
      // 404: gone already, which is what was wanted.
      const url = `${roles}/${encodeURIComponent(id)}`;
      await ask(line, { method: 'DELETE', url, repeatable: false }, { ...WRITING, accept: [404] });
    },
  };
}

function lineOf({ auth, baseUrl, tenant, http, now }: Endpoint): Sender {
  const { token, clientId = '', clientSecret = '' } = { ...auth };
  const login = token === undefined ? () => logIn() : async () => ({ value: token, expires: undefined });
  const check =
    token === undefined
      ? `check the API client and its grants for account ${tenant}`
      : `check that the token is valid and for account ${tenant}`;
  const tokenUrl = `${baseUrl}/accounts/${encodeURIComponent(tenant)}/auth/token`;
  const key = ['dintero', tokenUrl, ...(token === undefined ? [clientId, clientSecret] : [token])];
  const session = createSession({ http, key, login, now, check, renewable: token === undefined });
  return { send: session.send, redact: http.redact };

  async function logIn(): Promise<Token> {
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    http.conceal(basic);
    const request = {
      method: 'POST',
      url: tokenUrl,
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
    403: 'check that the credentials are for this `account`, and that the API client has the scope `read:accounts` or `admin:accounts`',
    404: 'check `account` and `baseUrl`',
  },
};

const WRITING: Expectations = {
  hints: {
    403: 'check that the API client has the scope `write:accounts` or `admin:accounts`, and every scope that the role grants',
  },
};

interface Listed {
  readonly roles: readonly LiveRole[];
  /** After the last role; undefined for an account without any. */
  readonly cursor: string | undefined;
}

/**
 * The list has no total and no link: a short page is the last one. The cursor is `paging_token` of the last role where
 * it has one, else its id. Its filters (`search`, `name`) are not exact and not used.
 */
async function listAll(line: Sender, url: string): Promise<Listed> {
  const seen = new Map<string, LiveRole | undefined>();
  for (let cursor: string | undefined; ; ) {
    const page = await readPage(line, url, cursor);
    for (const fields of page.items) {
      const live = liveRole(fields);
      if (seen.has(live.id)) {
        const what = `${page.label} answered the role \`${shown(live.id)}\` twice, so the list cannot be believed`;
        throw new Failure('incomplete', `${what}; run it again when nobody else writes`);
      }
      seen.set(live.id, isDeleted(fields) ? undefined : live);
    }
    if (seen.size > MOST_ROLES) {
      throw new Failure('response', `${page.label} answered more than ${MOST_ROLES} roles, more than are read`);
    }
    cursor = cursorAfter(page.items) ?? cursor;
    if (page.items.length < PAGE) {
      return { roles: [...seen.values()].filter((role) => role !== undefined), cursor };
    }
  }
}

/** A page that was cut short looks like the last one: only asking for what comes after it tells. */
async function proveEnd(line: Sender, url: string, cursor: string | undefined): Promise<void> {
  const { label, items } = await readPage(line, url, cursor);
  if (items.length === 0) return;
  const what = `${label} answered a short page, and more roles after it: the list was cut`;
  throw new Failure('incomplete', `${what}; run it again`);
}

interface Page {
  readonly label: string;
  readonly items: readonly Fields[];
}

async function readPage(line: Sender, url: string, cursor: string | undefined): Promise<Page> {
  const after = cursor === undefined ? '' : `&starting_after=${encodeURIComponent(cursor)}`;
  const { label, body } = await ask(line, { method: 'GET', url: `${url}?limit=${PAGE}${after}` }, READING);
  const items = list(body, { label, thing: 'roles', path: '' }).map((item, index) =>
    object(item, { label, thing: 'a role', path: `[${index}]` }),
  );
  return { label, items };
}

function cursorAfter(items: readonly Fields[]): string | undefined {
  const last = items.at(-1);
  return last && identifier(last, last.get('paging_token') == null ? 'id' : 'paging_token');
}

/** "Get role" of the 2021 specification; where an account does not answer it, the list tells. */
async function readOne(line: Sender, roles: string, id: string): Promise<LiveRole | undefined> {
  const url = `${roles}/${encodeURIComponent(id)}`;
  const { label, status, body } = await ask(line, { method: 'GET', url }, { ...READING, accept: [404, 405, 501] });
  if (status >= 200 && status < 300) {
    const fields = object(body, { label, thing: 'a role', path: '' });
    const live = liveRole(fields);
    if (live.id !== id) throw surprise({ label, path: '' }, 'another role than was asked for');
    return isDeleted(fields) ? undefined : live;
  }
  return (await listAll(line, roles)).roles.find((role) => role.id === id);
}

/**
 * All users: neither pages nor a filter by role are documented (docs.dintero.com, account users). Where the number is the
 * page size of another list of this API, what comes after the last user is asked for. An answer that starts again knows no
 * pages, and was whole.
 */
async function listUsers(line: Sender, { baseUrl, tenant }: Endpoint): Promise<readonly Fields[]> {
  const url = `${baseUrl}/accounts/${encodeURIComponent(tenant)}/management/users?expand=roles`;
  const seen = new Map<string, Fields>();
  for (let after = ''; ; ) {
    const { label, body } = await askFor(url, after);
    const page = list(body, { label, thing: 'users', path: '' }).map((item, index) =>
      object(item, { label, thing: 'a user', path: `[${index}]` }),
    );
    const known = seen.size;
    for (const user of page) seen.set(identifier(user, 'id'), user);
    const added = seen.size - known;
    const last = page.at(-1);
    const isPageSize = page.length === 10 || page.length === 100;
    if (last === undefined || added === 0 || (!isPageSize && after === '') || page.length < 10) {
      return [...seen.values()].filter((user) => !isDeleted(user));
    }
    if (seen.size > MOST_ROLES) throw new Failure('incomplete', `${label} answered more than ${MOST_ROLES} users`);
    after = `&limit=100&starting_after=${encodeURIComponent(identifier(last, 'id'))}`;
  }

  async function askFor(path: string, more: string): Promise<Reply> {
    try {
      return await ask(line, { method: 'GET', url: `${path}${more}` }, READING);
    } catch (error) {
      if (more === '' || !(error instanceof Failure) || error.code !== 'response') throw error;
      throw new Failure('incomplete', `the list of users may have been cut: ${error.message}`, { cause: error });
    }
  }
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
