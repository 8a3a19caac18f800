/** What is read of a realm: which roles there are, where they live, and which others each is composed of. */
import { Failure } from '../../core/failure.ts';
import type { LiveRole } from '../../core/role.ts';
import { shown } from '../../core/text.ts';
import { type Fields, flag, identifier, optionalText, surprise } from '../support/read.ts';
import { type Api, ambiguous, itemOf, itemsOf, segment } from './api.ts';
import { type Placed, permissionName, placesOfPermission, roleName } from './names.ts';

/** A role that this run knows. What is granted and taken is named by id, and a new role's content by name. */
export interface Known extends Placed {
  readonly id: string;
  /** As the last list called it: a role that this run renames keeps its word until the next list. */
  readonly permission: string;
  /** It holds others. */
  readonly isComposite: boolean;
}

export interface Realm {
  /** Internal id → the id that people see. */
  readonly clients: Map<string, string>;
  /** By id: all that the list held, and what was looked up or made since. */
  readonly roles: Map<string, Known>;
  /** Permission → id of the role that it is. */
  readonly ids: Map<string, string>;
  /** Permission → the permissions that it holds, for roles that the list held, or whose content was asked for. */
  readonly held: Map<string, readonly string[]>;
}

export interface Listed {
  readonly realm: Realm;
  readonly live: readonly LiveRole[];
}

/** Roles of the realm and of the clients named in `managed`. Neither list has pages, so each is whole or fails. */
export async function listRealm(api: Api, managed: readonly string[], tenant: string): Promise<Listed> {
  const [clients, ofRealm] = await Promise.all([readClients(api), api.get('/roles')]);
  const homes = managed.map((client) => homeOf(client, clients));
  const ofClients = await Promise.all(homes.map((home) => api.get(`/clients/${home}/roles`)));
  const records = [ofRealm, ...ofClients].flatMap((reply) => itemsOf(reply, 'role'));
  const realm: Realm = { clients, roles: new Map(), ids: new Map(), held: new Map() };
  const known = records.map((record) => ({ record, known: learn(realm, record) }));
  if (realm.roles.size < records.length) throw surprise({ label: 'GET roles', path: '' }, 'the same role twice');
  const live = await Promise.all(
    known.map(async ({ record, known: one }) => {
      const held = one.isComposite ? await compositesOf(api, one.id) : [];
      if (held === undefined) throw vanished(one.permission);
      const role = liveRole(record, one, held, realm, tenant);
      realm.held.set(one.permission, role.role.permissions);
      return role;
    }),
  );
  checkDistinct(realm);
  return { realm, live };
}

/** undefined: it is gone. */
export async function readRole(api: Api, id: string, realm: Realm, tenant: string): Promise<LiveRole | undefined> {
  const reply = await api.find(`/roles-by-id/${encodeURIComponent(id)}`);
  if (reply === undefined) return undefined;
  const record = itemOf(reply, 'role');
  if (identifier(record, 'id') !== id) throw surprise(record.at, 'another role than was asked for');
  const held = flag(record, 'composite') ? await compositesOf(api, id) : [];
  if (held === undefined) return undefined;
  // A client that is newer than the list: what it is called is told by a list.
  const isForeign = [record, ...held].some((one) => isOfUnknownClient(one, realm));
  if (isForeign) for (const [key, client] of await readClients(api)) realm.clients.set(key, client);
  const { client, name } = placeOf(record, realm);
  return liveRole(record, { client, name }, held, realm, tenant);
}

/** The role that a permission is; undefined: there is none. What the list did not hold is asked for, once. */
export async function findRole(api: Api, permission: string, realm: Realm): Promise<Known | undefined> {
  const listed = knownAs(permission, realm);
  if (listed !== undefined) return listed;
  const homes = new Map([...realm.clients].map(([home, client]) => [client, home]));
  const places = placesOfPermission(permission, homes.keys());
  const found = await Promise.all(
    places.map(async ({ client, name }) =>
      lookUp(api, client === undefined ? '' : `/clients/${homes.get(client)}`, name),
    ),
  );
  const [record, other] = found.filter((one) => one !== undefined);
  if (other !== undefined) throw ambiguous(permission);
  return record && learn(realm, record);
}

/**
 * What the roles hold that no list has, and what those hold, for all that these permissions lead to: Keycloak's own, and roles
 * of clients that are not managed. A request for each that holds anything.
 */
export async function holdingsOf(
  api: Api,
  permissions: Iterable<string>,
  realm: Realm,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const holdings = new Map<string, readonly string[]>();
  const seen = new Set<string>();
  const follow = async (permission: string): Promise<void> => {
    const role = knownAs(permission, realm);
    if (role === undefined || !role.isComposite || seen.has(permission)) return;
    seen.add(permission);
    const held = realm.held.get(permission) ?? (await askFor(role));
    await Promise.all(held.map(follow));
  };
  const askFor = async ({ id, permission }: Known): Promise<readonly string[]> => {
    const held = ((await compositesOf(api, id)) ?? []).map((record) => learn(realm, record).permission);
    holdings.set(permission, held);
    return held;
  };
  await Promise.all([...permissions].map(follow));
  return holdings;
}

function knownAs(permission: string, { ids, roles }: Realm): Known | undefined {
  const id = ids.get(permission);
  return id === undefined ? undefined : roles.get(id);
}

/** The role of that name in a place, by the path of the place; undefined: there is none. */
export async function lookUp(api: Api, place: string, name: string): Promise<Fields | undefined> {
  const last = segment(name);
  if (last === undefined) {
    return itemsOf(await api.get(`${place}/roles`), 'role').find((record) => optionalText(record, 'name', '') === name);
  }
  const reply = await api.find(`${place}/roles/${last}`);
  return reply && itemOf(reply, 'role');
}

export async function readClients(api: Api): Promise<Map<string, string>> {
  const clients = itemsOf(await api.get('/clients'), 'client');
  return new Map(clients.map((client) => [identifier(client, 'id'), identifier(client, 'clientId')]));
}

/** The internal id of a client, for paths. */
export function homeOf(client: string, clients: ReadonlyMap<string, string>): string {
  const [home] = [...clients].find(([, id]) => id === client) ?? [];
  if (home !== undefined) return encodeURIComponent(home);
  const what = `\`clients\` of the target lists \`${shown(client)}\`, and the realm shows no client of that id`;
  throw new Failure('not-found', `${what}; correct it, or give the service account \`view-clients\``);
}

/** Remembers a role; one that was there keeps the permission that it was listed as. */
export function learn(realm: Realm, record: Fields): Known {
  const id = identifier(record, 'id');
  const place = placeOf(record, realm);
  const permission = realm.roles.get(id)?.permission ?? permissionName(place);
  const known = { ...place, id, permission, isComposite: flag(record, 'composite') };
  realm.roles.set(id, known);
  realm.ids.set(permission, id);
  return known;
}

/** Roles that no file can touch: of Keycloak's own clients, and those that rule all realms. */
export function isUntouchable({ client, name }: Placed, tenant: string): boolean {
  if (client !== undefined) return OWN_CLIENTS.includes(client) || (tenant === 'master' && client.endsWith('-realm'));
  return tenant === 'master' && (name === 'admin' || name === 'create-realm');
}

const OWN_CLIENTS: readonly string[] = [
  'account',
  'account-console',
  'admin-cli',
  'broker',
  'realm-management',
  'security-admin-console',
];

/** Roles that every realm is born with. That of new users is named after the realm as it was called then. */
function isOwn(place: Placed, description: string, tenant: string): boolean {
  if (isUntouchable(place, tenant)) return true;
  const { client, name } = place;
  if (client !== undefined) return false;
  const isDefault = name === `default-roles-${tenant.toLowerCase()}` || description === '${role_default-roles}';
  return isDefault || name === 'offline_access' || name === 'uma_authorization';
}

function liveRole(record: Fields, place: Placed, held: readonly Fields[], realm: Realm, tenant: string): LiveRole {
  const description = optionalText(record, 'description', '');
  return {
    id: identifier(record, 'id'),
    builtIn: isOwn(place, description, tenant),
    role: {
      name: roleName(place),
      description,
      permissions: held.map((one) => (realm.roles.get(identifier(one, 'id')) ?? learn(realm, one)).permission),
      settings: {},
    },
  };
}

/** A list tells only whether a role holds others. undefined: the role is gone meanwhile. */
async function compositesOf(api: Api, id: string): Promise<readonly Fields[] | undefined> {
  const reply = await api.find(`/roles-by-id/${encodeURIComponent(id)}/composites`);
  return reply && itemsOf(reply, 'role');
}

function placeOf(record: Fields, { clients }: Pick<Realm, 'clients'>): Placed {
  // A role can be without a name: a PUT that leaves it out takes it away.
  const name = optionalText(record, 'name', '');
  if (!flag(record, 'clientRole')) return { client: undefined, name };
  const home = identifier(record, 'containerId');
  const client = clients.get(home);
  if (client !== undefined) return { client, name };
  const what = `${record.at.label} answered a role of the client \`${shown(home)}\`, which is not among the clients of the realm`;
  throw new Failure('incomplete', `${what}; give the service account \`view-clients\`, or run it again`);
}

function isOfUnknownClient(record: Fields, { clients }: Realm): boolean {
  return flag(record, 'clientRole') && !clients.has(identifier(record, 'containerId'));
}

/** Two roles that files cannot tell apart. */
function checkDistinct({ roles, ids }: Realm): void {
  for (const { id, permission } of roles.values()) if (ids.get(permission) !== id) throw ambiguous(permission);
}

function vanished(permission: string): Failure {
  return new Failure(
    'incomplete',
    `the role \`${shown(permission)}\` was deleted while the realm was read; run it again`,
  );
}
