/** Roles of Rinne companies (docs.rinne.com.br/api-reference/roles), with the token of a person: API keys are not for roles. */
import type { LiveRole, Role } from '../../core/role.ts';
import type { Endpoint, Provider, Remote, WriteAccess } from '../provider.ts';
import { ask, type Expectations, type Reply, type Sender } from '../support/ask.ts';
import { capabilitiesOf } from '../support/capabilities.ts';
import { checkUnused, unusedWhenDeleted } from '../support/holders.ts';
import { normaliser } from '../support/normaliser.ts';
import { type Fields, identifier, isObject, object, optionalText, surprise, text, texts } from '../support/read.ts';
import { verifyStored } from '../support/verify-stored.ts';
import { manifest } from './manifest.ts';
import { listPages, PAGE, provePagesEnd } from './pages.ts';
import { rinneSession } from './session.ts';

const capabilities = capabilitiesOf(manifest);

const normalise = normaliser(capabilities);

export const rinne: Provider = {
  name: manifest.name,
  title: manifest.title,
  capabilities,
  concurrency: { reads: 4, writes: 4 },
  pageSize: PAGE,
  normalise,
  conditions: unusedWhenDeleted,
  connect,
};

function connect(access: Endpoint): Remote {
  const line: Sender = { send: rinneSession(access).send, redact: access.http.redact };
  const roles = `${access.baseUrl}/v1/roles`;
  let known = 0;
  return {
    list: async () => {
      const live = await listRoles(line, roles);
      known = live.length;
      return live;
    },
    proveEnd: () => provePagesEnd(line, roles, known),
    read: (id) => readOne(line, roles, id),
    writeAccess: () => writeAccess(line, `${access.baseUrl}/v1/auth/me`),
    checks: (changes) => checkUnused(changes, () => listPages(line, `${access.baseUrl}/v1/users`, 'user')),
    create: async ({ after }) => {
      const body = { ...bodyOf(after), ...onlyAtCreation(after) };
      const reply = await ask(line, { method: 'POST', url: roles, body, write: true }, refusedFor('role.create'));
      const id = identifier(object(reply.body, { label: reply.label, thing: 'a role', path: '' }), 'id');
      checkEcho(reply, after);
      return id;
    },
    update: async ({ id, after }) => {
      const url = `${roles}/${encodeURIComponent(String(id))}`;
      checkEcho(
        await ask(line, { method: 'PUT', url, body: bodyOf(after), repeatable: false }, refusedFor('role.edit')),
        after,
      );
    },
    delete: async ({ id }) => {
      // 404: gone already, which is what was wanted.
      const url = `${roles}/${encodeURIComponent(id)}`;
      await ask(line, { method: 'DELETE', url, repeatable: false }, { ...refusedFor('role.delete'), accept: [404] });
    },
  };
}

function refusedFor(permission: string): Expectations {
  return { hints: { 403: `the user may lack the permission \`${permission}\` in the selected company` } };
}

function liveRole(fields: Fields): LiveRole {
  const role = readRole(fields);
  // The update page's own example is a role called `admin` that has a company: such a one is the company's own.
  const builtIn = capabilities.builtIn.names.includes(role.name) && role.settings['companyId'] === null;
  return { id: identifier(fields, 'id'), builtIn, role };
}

async function listRoles(line: Sender, roles: string): Promise<readonly LiveRole[]> {
  return (await listPages(line, roles)).map(liveRole);
}

/** docs.rinne.com.br/api-reference/roles/get-role-by-id; where it is not answered, the list tells. */
async function readOne(line: Sender, roles: string, id: string): Promise<LiveRole | undefined> {
  const url = `${roles}/${encodeURIComponent(id)}`;
  const expected = { ...refusedFor('role.list'), accept: [404, 405, 501] };
  const { label, status, body } = await ask(line, { method: 'GET', url }, expected);
  if (status >= 200 && status < 300) {
    const live = liveRole(object(body, { label, thing: 'a role', path: '' }));
    if (live.id !== id) throw surprise({ label, path: '' }, 'another role than was asked for');
    return live;
  }
  return (await listRoles(line, roles)).find((role) => role.id === id);
}

const writing = ['role.create', 'role.edit', 'role.delete'];

/** GET /v1/auth/me (docs.rinne.com.br/api-reference/introduction); whether its roles hold their permissions is not documented. */
async function writeAccess(line: Sender, url: string): Promise<WriteAccess> {
  const { body, label, status } = await ask(line, { method: 'GET', url }, { accept: [403, 404] });
  const user = isObject(body) && 'user' in body ? body.user : undefined;
  const roles: readonly unknown[] = isObject(user) && 'roles' in user && Array.isArray(user.roles) ? user.roles : [];
  const held = roles.flatMap((role) =>
    isObject(role) && 'permissions' in role
      ? texts(object(role, { label, thing: 'a role of the user', path: 'user.roles' }), 'permissions')
      : [],
  );
  if (status >= 300 || held.length === 0) return { may: 'unknown', note: `the user needs ${asList(writing)}` };
  const lacks = writing.filter((one) => !['*.*', 'role.*', one].some((enough) => held.includes(enough)));
  if (lacks.length === 0) return { may: 'yes', note: '' };
  return { may: lacks.length === writing.length ? 'no' : 'some', note: `the user lacks ${asList(lacks)}` };
}

function asList(permissions: readonly string[]): string {
  const all = permissions.map((one) => `\`${one}\``);
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

function readRole(fields: Fields): Role {
  return {
    name: text(fields, 'name'),
    description: optionalText(fields, 'description', ''),
    permissions: texts(fields, 'permissions'),
    settings: {
      companyId: optionalText(fields, 'company_id', null),
      inheritsFrom: optionalText(fields, 'organization_id', null),
    },
  };
}

/** Always the whole role: whether a PUT keeps what it is not sent is not documented. A description is cleared with ''. */
function bodyOf({ name, description, permissions }: Role): object {
  return { name, description, permissions };
}

/** `organization_id` holds the id of a role, whatever its name says; neither field has a null in the request. */
function onlyAtCreation({ settings }: Role): object {
  const [company, parent] = [settings['companyId'] ?? null, settings['inheritsFrom'] ?? null];
  return {
    ...(company === null ? {} : { company_id: company }),
    ...(parent === null ? {} : { organization_id: parent }),
  };
}

/** Without the settings: a company that was not sent may be filled in. An answer that is no role is left to the next plan. */
function checkEcho({ label, body }: Reply, sent: Role): void {
  if (!isObject(body) || !Object.hasOwn(body, 'permissions')) return;
  const stored = readRole(object(body, { label, thing: 'a role', path: '' }));
  verifyStored(label, normalise(sent), { ...normalise(stored), settings: normalise(sent).settings });
}
