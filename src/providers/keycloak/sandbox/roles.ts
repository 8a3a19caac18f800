/** The roles of a realm and of its clients: list, get, create, replace, delete, and who holds one. */
import { type Answer, asObject, isStrings, objectIn, wholeNumber } from '../../../sandbox/call.ts';
import { newUuid } from '../../../sandbox/identity.ts';
import { own, put, replace } from '../../../sandbox/state.ts';
import { defaultRole } from './birth.ts';
import { done, forbidden, may, maySeeAnything, mistake, unexpected, type Visit } from './handler.ts';
import type { KeycloakHolder, KeycloakRealm, KeycloakRole } from './state.ts';

/** A list says whether a role is composed of others, and not of which. Without `first` and `max` it is whole. */
export function listRoles(visit: Visit, client: string | undefined): Answer {
  const isSeen = client === undefined ? maySeeAnything(visit) : may(visit, 'view', { client });
  if (!isSeen) return forbidden;
  const { realm } = visit;
  const found = realm.roles.filter((role) => role.client === client);
  return { status: 200, body: found.map((role) => shownRole(realm, role, 'brief')) };
}

export function shownRole(realm: KeycloakRealm, role: KeycloakRole, how: 'brief' | 'whole'): object {
  const { id, name, description, client, composites, attributes } = role;
  return {
    id,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    composite: composites.length > 0,
    clientRole: client !== undefined,
    containerId: client ?? realm.id,
    ...(how === 'whole' && { attributes }),
  };
}

export function findByName(realm: KeycloakRealm, client: string | undefined, name: string): KeycloakRole | undefined {
  return realm.roles.find((role) => role.client === client && role.name === name);
}

/** 201, an empty body, and an address by name. What the role is composed of may come with it, by name, or is passed over. */
export function createRole(visit: Visit, client: string | undefined): Answer {
  if (!may(visit, 'manage', client === undefined ? {} : { client })) return forbidden;
  const fields = fieldsOf(visit);
  if (!('fields' in fields)) return fields;
  const { name, description, attributes = {} } = fields.fields;
  if (name === undefined) return { status: 400, body: { error: 'role has no name' } };
  const { realm, realmName, origin } = visit;
  if (findByName(realm, client, name) !== undefined) return mistake(409, `Role with name ${name} already exists`);
  const held = heldIn(visit, fields.fields.composite === true ? fields.fields.composites : undefined);
  if ('status' in held) return held;
  realm.roles.push({
    id: newUuid(),
    name,
    ...(description !== undefined && { description }),
    ...(client !== undefined && { client }),
    composites: held,
    attributes,
  });
  const place = client === undefined ? '' : `/clients/${client}`;
  const location = `${origin}/admin/realms/${encodeURIComponent(realmName)}${place}/roles/${encodeURIComponent(name)}`;
  return { status: 201, headers: { location }, wrote: true };
}

/** What the body leaves out is gone, the name included; attributes stay. What it says of composites is passed over. */
export function changeRole(visit: Visit, old: KeycloakRole): Answer {
  const fields = fieldsOf(visit);
  if (!('fields' in fields)) return fields;
  const { name, description, attributes = old.attributes } = fields.fields;
  // A role that has lost its name cannot be named again.
  if (old.name === undefined) return unexpected;
  const other = name === undefined ? undefined : findByName(visit.realm, old.client, name);
  if (other !== undefined && other.id !== old.id) {
    return { status: 409, body: { error: 'unknown_error', error_description: 'Duplicate resource error' } };
  }
  const { id, client, composites } = old;
  replace(visit.realm.roles, old, {
    id,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(client !== undefined && { client }),
    composites,
    attributes,
  });
  return done;
}

/** Whoever had it, and whatever was composed of it, has it no more. */
export function deleteRole({ realm, realmName }: Visit, old: KeycloakRole): Answer {
  if (old.client === undefined && old.name === defaultRole(realmName)) {
    return mistake(400, `${old.name} is default role of the realm and cannot be removed.`);
  }
  realm.roles.splice(realm.roles.indexOf(old), 1);
  for (const role of [...realm.roles]) {
    if (!role.composites.includes(old.id)) continue;
    replace(realm.roles, role, { ...role, composites: role.composites.filter((id) => id !== old.id) });
  }
  for (const list of [realm.users, realm.groups]) {
    for (const one of [...list]) replace(list, one, { ...one, roles: one.roles.filter((id) => id !== old.id) });
  }
  return done;
}

/** Users or groups that have the role themselves. */
export function holders({ realm, call }: Visit, role: KeycloakRole, what: 'users' | 'groups'): Answer {
  const most = wholeNumber(own(call.query, 'max') ?? '100', 0, 1_000_000) ?? 100;
  const found = realm[what].filter(({ roles }) => roles.includes(role.id)).slice(0, most);
  const shown = ({ id, name }: KeycloakHolder) => ({ id, [what === 'users' ? 'username' : 'name']: name });
  return { status: 200, body: found.map(shown) };
}

interface Fields {
  readonly name?: string;
  readonly description?: string;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  readonly composite?: boolean;
  readonly composites?: unknown;
}

const KEYS: readonly string[] = [
  'attributes',
  'clientRole',
  'composite',
  'composites',
  'containerId',
  'description',
  'id',
  'name',
  'scopeParamRequired',
];

function fieldsOf({ call }: Visit): { readonly fields: Fields } | Answer {
  const body = objectIn(call.body);
  if (body === undefined)
    return { status: 400, body: { error: 'unknown_error', error_description: 'Cannot parse the JSON' } };
  const foreign = Object.keys(body).find((key) => !KEYS.includes(key));
  if (foreign !== undefined) {
    return {
      status: 400,
      body: { error: `Unrecognized field "${foreign}" (class org.keycloak.representations.idm.RoleRepresentation)` },
    };
  }
  const { name, description, composite, composites } = body;
  const attributes = attributesIn(body['attributes']);
  if (![name, description].every((text) => text === undefined || text === null || typeof text === 'string')) {
    return { status: 400, body: { error: 'unknown_error', error_description: 'Cannot parse the JSON' } };
  }
  // The columns are that long.
  if ([name, description].some((text) => typeof text === 'string' && text.length > 255)) return unexpected;
  return {
    fields: {
      ...(typeof name === 'string' && { name }),
      ...(typeof description === 'string' && { description }),
      ...(attributes && { attributes }),
      composite: composite === true,
      composites,
    },
  };
}

function attributesIn(value: unknown): Readonly<Record<string, readonly string[]>> | undefined {
  const given = asObject(value);
  if (given === undefined) return undefined;
  const attributes: Record<string, readonly string[]> = {};
  for (const [key, texts] of Object.entries(given)) if (isStrings(texts)) put(attributes, key, texts);
  return attributes;
}

/** A role that is not there refuses all; a client that is not there is passed over. */
function heldIn(visit: Visit, value: unknown): readonly string[] | Answer {
  const { realm } = visit;
  const given = asObject(value) ?? {};
  const wanted: { readonly client: string | undefined; readonly name: string }[] = [];
  for (const name of namesIn(given['realm'])) wanted.push({ client: undefined, name });
  for (const [clientId, names] of Object.entries(asObject(given['client']) ?? {})) {
    const client = realm.clients.find((one) => one.clientId === clientId);
    if (client !== undefined) for (const name of namesIn(names)) wanted.push({ client: client.id, name });
  }
  const held: string[] = [];
  for (const { client, name } of wanted) {
    const role = findByName(realm, client, name);
    const kind = client === undefined ? 'Realm' : 'Client';
    if (role === undefined) return mistake(404, `${kind} Role with name ${name} does not exist`);
    if (!mayGrant(visit, role)) return forbidden;
    held.push(role.id);
  }
  return [...new Set(held)];
}

function namesIn(value: unknown): readonly string[] {
  return isStrings(value) ? value : [];
}

/** Nobody gives rights over the realm that they do not have. */
export function mayGrant(visit: Visit, role: KeycloakRole): boolean {
  const { realm, rights } = visit;
  const home = realm.clients.find(({ id }) => id === role.client)?.clientId;
  if (home === 'realm-management') return rights.has(role.name ?? '');
  return may(visit, 'manage', role);
}
