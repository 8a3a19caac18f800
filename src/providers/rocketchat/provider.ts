/** Roles of Rocket.Chat workspaces (developer.rocket.chat/apidocs), whose permissions live apart from the roles that have them. */

import type { Change } from '../../core/change.ts';
import { Failure } from '../../core/failure.ts';
import type { Guard } from '../../core/guards.ts';
import type { LiveRole, Role } from '../../core/role.ts';
import type { Endpoint, Examined, Provider, Remote, WriteAccess, WrittenChange } from '../provider.ts';
import { capabilitiesOf } from '../support/capabilities.ts';
import { normaliser } from '../support/normaliser.ts';
import { identifier, list, object, texts } from '../support/read.ts';
import { type Api, rocketChatApi } from './api.ts';
import { conditions, mayLockOut, writesRecord } from './conditions.ts';
import { ACCESS, keepsAdmin, lockOut, takenId, unknownPermission, unknownRoles, unlicensed } from './guards.ts';
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
    read: (id) => readRecord(api, id),
    known: async () => (last ?? (await read())).rows.map(({ permission }) => permission),
    writeAccess: async () => writeAccess(api, last ?? (await read())),
    examine: async (changes) => examine(api, last ?? (await read()), changes, access.dropUnknownRoles),
    checks: async (changes) => checksOf(api, last ?? (await read()), changes),
    create: async ({ after }) => {
      const answer = await api.post('roles.create', { body: recordOf(after) });
      return identifier(object(answer.get('role'), { ...answer.at, thing: 'a role', path: 'role' }), '_id');
    },
    update: async ({ id, after, fields }) => {
      if (Object.keys(fields).length === 0) return;
      await api.post('roles.update', { body: { roleId: id, ...recordOf(after) } });
    },
    delete: async ({ id }) => {
      // The API takes an id or a name; a name could be another role's. Gone already is what was wanted.
      await api.post('roles.delete', { body: { roleId: id }, accept: ['error-invalid-roleId'] });
    },
    permissions: async (written) => {
      const { roles } = last ?? (await read());
      // The rows are written right after they are read.
      const paired = rocketChatApi({ ...access, http: access.http.paired() });
      return writePermissions(paired, written, knownNow(roles, written), async () =>
        knownFresh((await read()).roles, written),
      );
    },
  };
}

async function readWorkspace(api: Api): Promise<Workspace> {
  const [roles, permissions] = await Promise.all([api.get('roles.list'), api.get('permissions.listAll')]);
  return workspaceOf(roles, rowsOf(permissions, 'update'));
}

/** Only the record: what roles have of permissions is read with the rows, just before those are written. */
async function readRecord(api: Api, id: string): Promise<LiveRole | undefined> {
  return workspaceOf(await api.get('roles.list'), []).roles.find((role) => role.id === id);
}

/** A row is written whole, so an id in it that is no role is in the way, or is dropped: which of both is part of the plan. */
async function examine(
  api: Api,
  { roles, rows }: Workspace,
  changes: readonly Change[],
  allowed: readonly string[],
): Promise<Examined> {
  const ids = new Set(roles.map(({ id }) => id));
  const written = new Set(changes.flatMap(({ grants, revokes }) => [...grants, ...revokes]));
  const unknown = rows
    .filter(({ permission }) => written.has(permission))
    .map(({ permission, roles: held }) => ({ permission, held: held.filter((id) => !ids.has(id)) }));
  const isAsked = unknown.some(({ held }) => held.some((id) => !allowed.includes(id)));
  const droppable = new Set([...allowed, ...(isAsked ? await removedIds(api) : [])]);
  return {
    guards: [unknownPermission(rows), unknownRoles(rows, ids, droppable, allowed), takenId(ids, changes), keepsAdmin],
    // A row with another unknown id is not written at all, and loses nothing.
    drops: unknown
      .filter(({ held }) => held.every((id) => droppable.has(id)))
      .flatMap(({ permission, held }) => held.map((id) => ({ permission, id }))),
  };
}

/**
 * Ids that the workspace knows to be deleted roles: they grant nothing. roles.delete leaves them in the rows. None where it
 * will not say: the ids stay unknown then.
 */
async function removedIds(api: Api): Promise<readonly string[]> {
  const answer = await orUndefined(api.get('roles.sync?updatedSince=1970-01-01T00:00:00.000Z'));
  if (answer === undefined) return [];
  const roles = object(answer.get('roles'), { ...answer.at, thing: 'roles', path: 'roles' });
  const place = { ...answer.at, thing: 'removed roles', path: 'roles.remove' };
  return list(roles.get('remove'), place).map((item) => identifier(object(item, place), '_id'));
}

async function checksOf(api: Api, workspace: Workspace, changes: readonly Change[]): Promise<readonly Guard[]> {
  const [own, licensed] = await Promise.all([
    changes.some(mayLockOut) ? ownRoles(api) : [],
    changes.some(writesRecord) ? hasCustomRoles(api) : undefined,
  ]);
  return [lockOut(workspace, changes, own), ...(licensed === false ? [unlicensed()] : [])];
}

/** Whoever has this permission may write roles and permissions; the names of roles take a licence as well. */
async function writeAccess(api: Api, { rows }: Workspace): Promise<WriteAccess> {
  const holders = rows.find(({ permission }) => permission === ACCESS)?.roles ?? [];
  const own = await ownRoles(api);
  return own.some((id) => holders.includes(id))
    ? { may: 'yes', note: '' }
    : { may: 'no', note: `none of the roles of the user has \`${ACCESS}\`` };
}

async function ownRoles(api: Api): Promise<readonly string[]> {
  return texts(await api.get('me'), 'roles');
}

/** undefined: a workspace that cannot or will not say; then the first write tells. */
async function hasCustomRoles(api: Api): Promise<boolean | undefined> {
  const answer = await orUndefined(api.get('licenses.info'));
  if (answer === undefined) return undefined;
  const license = object(answer.get('license'), { ...answer.at, thing: 'a licence', path: 'license' });
  return texts(license, 'activeModules').includes('custom-roles');
}

/** For calls that older workspaces do not have, or not for everybody. */
async function orUndefined<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Failure && (error.code === 'not-found' || error.code === 'forbidden')) return undefined;
    throw error;
  }
}

/** As the plan saw the workspace, with what this apply has created and without what it has deleted. */
function knownNow(roles: readonly LiveRole[], written: readonly WrittenChange[]): KnownRoles {
  const { ids, isDroppable } = knownFresh(roles, written);
  return {
    ids: new Set([...ids, ...written.flatMap(({ change, id }) => (change.action === 'delete' ? [] : id))]),
    isDroppable,
  };
}

/** What the workspace lists now. A row loses no other id than those that the plan says. */
function knownFresh(roles: readonly LiveRole[], written: readonly WrittenChange[]): KnownRoles {
  const deleted = new Set(written.flatMap(({ change, id }) => (change.action === 'delete' ? id : [])));
  const drops = new Set(
    written.flatMap(({ change }) => change.drops).map((drop) => JSON.stringify([drop.permission, drop.id])),
  );
  return {
    ids: new Set(roles.map(({ id }) => id).filter((id) => !deleted.has(id))),
    isDroppable: (permission, id) => drops.has(JSON.stringify([permission, id])),
  };
}

/** Always whole: a field that is left out falls back to its default, two-factor login included (Rocket.Chat, Roles.updateById). */
function recordOf({ name, description, settings }: Role): object {
  return { name, scope: settings['scope'], description, mandatory2fa: settings['mandatory2fa'] };
}
