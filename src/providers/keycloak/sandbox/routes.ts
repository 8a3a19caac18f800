/**
 * A stand-in of Keycloak's token endpoint and of the part of its admin API that has to do with roles, as 26.0.7 answers. It
 * changes nothing but the state it is given.
 */
import { type Answer, type Call, formIn, segmentsOf } from '../../../sandbox/call.ts';
import { newToken } from '../../../sandbox/identity.ts';
import { own } from '../../../sandbox/state.ts';
import { composites } from './composites.ts';
import { prefix } from './credentials.ts';
import { forbidden, may, missing, notFound, type Visit } from './handler.ts';
import { changeRole, createRole, deleteRole, findByName, holders, listRoles, shownRole } from './roles.ts';
import type { KeycloakClient, KeycloakRealm, KeycloakWorld } from './state.ts';

export function keycloak(world: KeycloakWorld, call: Call): Answer {
  const path = segmentsOf(call.path) ?? [];
  const [top, first = '', ...rest] = path;
  if (top === 'realms' && rest.join('/') === 'protocol/openid-connect/token') return giveToken(world, first, call);
  if (top !== 'admin' || first !== 'realms') return notFound;
  const [name = '', ...below] = rest;
  const realm = own(world.state.realms, name);
  const client = callerOf(world, name, realm, call);
  if (client === undefined) return { status: 401, body: { error: 'HTTP 401 Unauthorized' } };
  if (realm === undefined) return { status: 404, body: { error: 'Realm not found.' } };
  const origin = `http://${call.headers['host'] ?? ''}${prefix}`;
  return answer({ realmName: name, realm, call, origin, rights: rightsOf(realm, client) }, below);
}

/** '.' and '..' in a path are what they are in any path, escaped or not. */
function answer(visit: Visit, [area, id, leaf, name, end, ...rest]: readonly string[]): Answer {
  const { method } = visit.call;
  if (rest.length > 0 || [id, leaf, name].some((one) => one === '.' || one === '..' || one === '')) return notFound;
  const is = (verb: string, ...parts: readonly (string | undefined)[]) =>
    method === verb && parts.every((part) => part === undefined);
  if (area === 'roles') return ofPlace(visit, undefined, [id, leaf, name]);
  if (area === 'clients' && is('GET', id)) return listClients(visit);
  if (area === 'clients' && leaf === 'roles') {
    const client = visit.realm.clients.find((one) => one.id === id);
    return client === undefined ? missing('client') : ofPlace(visit, client.id, [name, end]);
  }
  if (area !== 'roles-by-id' || id === undefined || end !== undefined || name !== undefined) return notFound;
  const role = visit.realm.roles.find((one) => one.id === id);
  if (role === undefined) return missing('role with id');
  if (!may(visit, method === 'GET' ? 'view' : 'manage', role)) return forbidden;
  if (leaf === 'composites') return composites(visit, role);
  if (leaf !== undefined) return notFound;
  if (method === 'GET') return { status: 200, body: shownRole(visit.realm, role, 'whole') };
  if (method === 'PUT') return changeRole(visit, role);
  return method === 'DELETE' ? deleteRole(visit, role) : notFound;
}

/** `/roles` of the realm or of a client, and what is below. */
function ofPlace(
  visit: Visit,
  client: string | undefined,
  [name, leaf, more]: readonly (string | undefined)[],
): Answer {
  const { method } = visit.call;
  if (more !== undefined) return notFound;
  if (name === undefined) {
    if (method === 'GET') return listRoles(visit, client);
    return method === 'POST' ? createRole(visit, client) : notFound;
  }
  if (method !== 'GET') return notFound;
  if (!may(visit, 'view', client === undefined ? {} : { client })) return forbidden;
  const role = findByName(visit.realm, client, name);
  if (role === undefined) return missing('role');
  if (leaf === undefined) return { status: 200, body: shownRole(visit.realm, role, 'whole') };
  return leaf === 'users' || leaf === 'groups' ? holders(visit, role, leaf) : notFound;
}

function listClients({ realm, rights }: Visit): Answer {
  if (!rights.has('view-clients') && !rights.has('manage-clients')) return forbidden;
  return { status: 200, body: realm.clients.map(({ id, clientId }) => ({ id, clientId, enabled: true })) };
}

function giveToken(world: KeycloakWorld, name: string, call: Call): Answer {
  const realm = own(world.state.realms, name);
  if (realm === undefined) return { status: 404, body: { error: 'Realm does not exist' } };
  const form = formIn(call.body);
  const grant = form && own(form, 'grant_type');
  if (form === undefined || grant === undefined)
    return refused(400, 'invalid_request', 'Missing form parameter: grant_type');
  if (grant !== 'client_credentials') return refused(400, 'unsupported_grant_type', 'Unsupported grant_type');
  const client = realm.clients.find(({ clientId }) => clientId === own(form, 'client_id'));
  if (client?.secret === undefined || client.secret !== own(form, 'client_secret')) {
    return refused(401, 'unauthorized_client', 'Invalid client or Invalid client credentials');
  }
  const token = newToken();
  world.memory.set(token, { realm: name, client: client.id, expires: world.now() + world.tokenSeconds * 1000 });
  const body = { access_token: token, expires_in: world.tokenSeconds, token_type: 'Bearer', scope: 'profile email' };
  return { status: 200, body };
}

function refused(status: number, error: string, error_description: string): Answer {
  return { status, body: { error, error_description } };
}

function callerOf(
  world: KeycloakWorld,
  name: string,
  realm: KeycloakRealm | undefined,
  call: Call,
): KeycloakClient | undefined {
  const [, token = ''] = /^Bearer (\S+)$/.exec(call.headers['authorization'] ?? '') ?? [];
  const known = world.memory.get(token);
  if (known === undefined || known.realm !== name || known.expires <= world.now()) return undefined;
  return realm?.clients.find(({ id }) => id === known.client);
}

function rightsOf(realm: KeycloakRealm, { rights }: KeycloakClient): ReadonlySet<string> {
  const management = realm.clients.find(({ clientId }) => clientId === 'realm-management')?.id;
  const byId = new Map(realm.roles.map((role) => [role.id, role]));
  const found = new Set<string>();
  const add = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const id of findByName(realm, management, name)?.composites ?? []) add(byId.get(id)?.name ?? '');
  };
  for (const right of rights) add(right);
  return found;
}
