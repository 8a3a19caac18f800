/** Roles of Rocket.Chat workspaces (developer.rocket.chat/apidocs), whose permissions live apart from the roles that have them. */

import type { Change } from '../../core/change.ts';
import { Failure } from '../../core/failure.ts';
import type { Guard } from '../../core/guards.ts';
import type { Role } from '../../core/role.ts';
import type { Endpoint, Provider, Remote, WrittenChange } from '../provider.ts';
import { capabilitiesOf } from '../support/capabilities.ts';
import { normaliser } from '../support/normaliser.ts';
import { identifier, object, texts } from '../support/read.ts';
import { type Api, rocketChatApi } from './api.ts';
import { conditions, takesAccess, writesRecord } from './conditions.ts';
import { keepsAdmin, lockOut, unknownPermission, unknownRoles, unlicensed } from './guards.ts';
import { manifest } from './manifest.ts';
import { writePermissions } from './permissions.ts';
import type { KnownRoles } from './rows.ts';
import { rowsOf, type Workspace, workspaceOf } from './workspace.ts';

const capabilities = capabilitiesOf(manifest);

export const rocketchat: Provider = {
  name: manifest.name,
  title: manifest.title,
  capabilities,
  concurrency: { reads: 2, writes: 1 },
  normalise: normaliser(capabilities),
  conditions,
  connect,
};

function connect(endpoint: Endpoint): Remote {
  const access = { ...endpoint, dropUnknownRoles: endpoint.options['dropUnknownRoles'] ?? [] };
  const api = rocketChatApi(access);
  let last: Workspace | undefined;

  async function read(): Promise<Workspace> {
    last = await readWorkspace(api);
    return last;
  }

  return {
    list: async () => (await read()).roles,
    guards: () => (last === undefined ? [] : guardsOf(last, access.dropUnknownRoles)),
    checks: async (changes) => checksOf(api, last ?? (await read()), changes),
    create: async ({ after }) => {
      const answer = await api.post('roles.create', { body: recordOf(after) });
      return identifier(object(answer.get('role'), { ...answer.at, thing: 'a role', path: 'role' }), '_id');
    },
    update: async ({ id, after, fields }) => {
      if (Object.keys(fields).length === 0) return;
      await api.post('roles.update', { body: { roleId: id, ...recordOf(after) }, repeatable: true });
    },
    delete: async ({ id }) => {
      // The API takes an id or a name; a name could be another role's. Gone already is what was wanted.
      await api.post('roles.delete', { body: { roleId: id }, repeatable: true, accept: ['error-invalid-roleId'] });
    },
    permissions: async (written) => {
      const known = knownOf(last ?? (await read()), written, access.dropUnknownRoles);
      await writePermissions(api, written, known, async () => knownOf(await read(), written, access.dropUnknownRoles));
    },
  };
}

async function readWorkspace(api: Api): Promise<Workspace> {
  const [roles, permissions] = await Promise.all([api.get('roles.list'), api.get('permissions.listAll')]);
  return workspaceOf(roles, rowsOf(permissions, 'update'));
}

function guardsOf(workspace: Workspace, drop: readonly string[]): readonly Guard[] {
  const known = knownOf(workspace, [], drop);
  return [unknownPermission(workspace.rows), unknownRoles(workspace.rows, known), keepsAdmin];
}

async function checksOf(api: Api, workspace: Workspace, changes: readonly Change[]): Promise<readonly Guard[]> {
  const [own, licensed] = await Promise.all([
    changes.some(takesAccess) ? ownRoles(api) : [],
    changes.some(writesRecord) ? hasCustomRoles(api) : undefined,
  ]);
  return [lockOut(workspace, changes, own), ...(licensed === false ? [unlicensed()] : [])];
}

async function ownRoles(api: Api): Promise<readonly string[]> {
  return texts(await api.get('me'), 'roles');
}

/** undefined: a workspace that cannot or will not say; then the first write tells. */
async function hasCustomRoles(api: Api): Promise<boolean | undefined> {
  try {
    const answer = await api.get('licenses.info');
    const license = object(answer.get('license'), { ...answer.at, thing: 'a licence', path: 'license' });
    return texts(license, 'activeModules').includes('custom-roles');
  } catch (error) {
    if (error instanceof Failure && (error.code === 'not-found' || error.code === 'forbidden')) return undefined;
    throw error;
  }
}

function knownOf({ roles }: Workspace, written: readonly WrittenChange[], drop: readonly string[]): KnownRoles {
  const ids = new Set(roles.map((role) => role.id));
  for (const { change, id } of written) {
    if (change.action === 'delete') ids.delete(id);
    else ids.add(id);
  }
  return { ids, droppable: new Set(drop) };
}

/** Always whole: a field that is left out falls back to its default, two-factor login included (Rocket.Chat, Roles.updateById). */
function recordOf({ name, description, settings }: Role): object {
  return { name, scope: settings['scope'], description, mandatory2fa: settings['mandatory2fa'] };
}
