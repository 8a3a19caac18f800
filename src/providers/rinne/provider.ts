/** Roles of Rinne companies (docs.rinne.com.br/api-reference/roles), with the token of a person: API keys are not for roles. */
import type { LiveRole, Role } from '../../core/role.ts';
import type { Endpoint, Provider, Remote } from '../provider.ts';
import { ask, type Expectations, type Line, type Reply } from '../support/ask.ts';
import { capabilitiesOf } from '../support/capabilities.ts';
import { checkUnused, unusedWhenDeleted } from '../support/holders.ts';
import { normaliser } from '../support/normaliser.ts';
import { type Fields, identifier, isObject, object, optionalText, text, texts } from '../support/read.ts';
import { verifyStored } from '../support/verify-stored.ts';
import { manifest } from './manifest.ts';
import { listPages } from './pages.ts';
import { rinneSession } from './session.ts';

const capabilities = capabilitiesOf(manifest);

const normalise = normaliser(capabilities);

export const rinne: Provider = {
  name: manifest.name,
  title: manifest.title,
  capabilities,
  concurrency: { reads: 4, writes: 4 },
  normalise,
  conditions: unusedWhenDeleted,
  connect,
};

function connect(access: Endpoint): Remote {
  const line: Line = { send: rinneSession(access).send, redact: access.http.redact };
  const roles = `${access.baseUrl}/v1/roles`;
  return {
    list: async () => (await listPages(line, roles)).map(liveRole),
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
      checkEcho(await ask(line, { method: 'PUT', url, body: bodyOf(after) }, refusedFor('role.edit')), after);
    },
    delete: async ({ id }) => {
      // 404: gone already, which is what was wanted.
      const url = `${roles}/${encodeURIComponent(id)}`;
      await ask(line, { method: 'DELETE', url }, { ...refusedFor('role.delete'), accept: [404] });
    },
  };
}

function refusedFor(permission: string): Expectations {
  return { hints: { 403: `the user may lack the permission \`${permission}\` in the selected company` } };
}

function liveRole(fields: Fields): LiveRole {
  const role = readRole(fields);
  return { id: identifier(fields, 'id'), builtIn: capabilities.builtIn.names.includes(role.name), role };
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
