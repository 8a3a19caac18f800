/** Roles of Keycloak realms and their clients (www.keycloak.org/docs-api). What a role may do is which other roles it is composed of. */
import type { Change } from '../../core/change.ts';
import { Failure } from '../../core/failure.ts';
import { inSteps } from '../../core/steps.ts';
import { shown } from '../../core/text.ts';
import type { Endpoint, Examined, Provider, Remote, WriteAccess } from '../provider.ts';
import { capabilitiesOf } from '../support/capabilities.ts';
import { unusedWhenDeleted } from '../support/holders.ts';
import { normaliser } from '../support/normaliser.ts';
import { type Api, itemsOf, keycloakApi } from './api.ts';
import { placed, staysHome, unknownRole, untouchable } from './guards.ts';
import { checkHolders } from './holders.ts';
import { manifest } from './manifest.ts';
import { type Placed, permissionOf, placesOf } from './names.ts';
import { findRole, holdingsOf, homeOf, type Known, learn, listRealm, lookUp, type Realm, readRole } from './realm.ts';

const capabilities = capabilitiesOf(manifest);

export const keycloak: Provider = {
  name: manifest.name,
  title: manifest.title,
  capabilities,
  concurrency: { reads: 8, writes: 4 },
  normalise: normaliser(capabilities),
  conditions: unusedWhenDeleted,
  permissionOf,
  connect,
};

/** What the lines of one target share: the plain one, and those for a read and the write after it. */
interface Memory {
  realm: Realm | undefined;
}

function connect(access: Endpoint): Remote {
  return remoteOver(access, { realm: undefined });
}

function remoteOver(access: Endpoint, memory: Memory): Remote {
  const api = keycloakApi(access);
  const { tenant } = access;
  const managed = access.options['clients'] ?? [];

  const list: Remote['list'] = async () => {
    const listed = await listRealm(api, managed, tenant);
    memory.realm = listed.realm;
    return listed.live;
  };
  const known = async (): Promise<Realm> => {
    if (memory.realm === undefined) await list();
    if (memory.realm === undefined) throw new Error('the list left nothing behind');
    return memory.realm;
  };

  return {
    list,
    read: async (id) => readRole(api, id, await known(), tenant),
    known: async () => everyPermission(api, await known()),
    writeAccess: async () => writeAccess(api.rights(), managed.length > 0),
    examine: async (changes) => examine(api, await known(), changes, { managed, tenant }),
    checks: (changes) => checkHolders(api, changes, known),
    create: async ({ after }) => {
      const realm = await known();
      const place = placedIn(managed)(after.name);
      const { name, description } = after;
      const held = await rolesOf(api, after.permissions, realm);
      const path = place.client === undefined ? '' : `/clients/${homeOf(place.client, realm.clients)}`;
      // With what it holds at once: a role that is not there is refused, and then nothing is made (26.0.7).
      await api.write('POST', `${path}/roles`, { name: place.name, description, ...contentOf(held) });
      // The answer is empty, and its address has no id.
      const made = await lookUp(api, path, place.name);
      if (made !== undefined) return learn(realm, made).id;
      throw new Failure('incomplete', `the role \`${shown(name)}\` was created, and is not there; plan again`);
    },
    update: async ({ id, after, grants, revokes, fields }) => {
      const realm = await known();
      const path = `/roles-by-id/${encodeURIComponent(String(id))}`;
      const place = placedIn(managed)(after.name);
      if (Object.keys(fields).length > 0) {
        // What is left out is gone, the name included; only the attributes stay (26.0.7).
        await api.write('PUT', path, { name: place.name, description: after.description });
        const before = realm.roles.get(String(id));
        if (before !== undefined) realm.roles.set(before.id, { ...before, ...place });
      }
      if (grants.length > 0) await api.write('POST', `${path}/composites`, namedIn(await rolesOf(api, grants, realm)));
      if (revokes.length > 0)
        await api.write('DELETE', `${path}/composites`, namedIn(await rolesOf(api, revokes, realm)));
    },
    delete: async ({ id }) => {
      // 404: gone already, which is what was wanted.
      await api.write('DELETE', `/roles-by-id/${encodeURIComponent(id)}`, undefined, [404]);
    },
    steps: inSteps,
    paired: () => remoteOver({ ...access, http: access.http.paired() }, memory),
  };
}

interface Rules {
  readonly managed: readonly string[];
  readonly tenant: string;
}

async function examine(api: Api, realm: Realm, changes: readonly Change[], rules: Rules): Promise<Examined> {
  const made = new Set(changes.filter(({ action }) => action === 'create').map(({ role }) => permissionOf(role)));
  const granted = new Set(changes.flatMap(({ grants }) => grants));
  const asked = [...granted].filter((permission) => !made.has(permission));
  const missing = new Set<string>();
  await Promise.all(
    asked.map(async (permission) => {
      if ((await findRole(api, permission, realm)) === undefined) missing.add(permission);
    }),
  );
  const concerned = new Set(changes.flatMap(({ grants, revokes }) => [...grants, ...revokes]));
  const { managed, tenant } = rules;
  return {
    guards: [
      placed(managed, realm),
      untouchable(managed, tenant, realm),
      staysHome(managed, realm),
      unknownRole(missing),
    ],
    drops: [],
    holdings: await holdingsOf(api, concerned, realm),
  };
}

function writeAccess(rights: ReadonlySet<string> | undefined, clientsToo: boolean): WriteAccess {
  const needed = clientsToo ? ['manage-realm', 'manage-clients'] : ['manage-realm'];
  const named = needed.map((right) => `\`${right}\``).join(' and ');
  if (rights === undefined)
    return { may: 'unknown', note: `the token does not tell; the service account needs ${named}` };
  const missing = needed.filter((right) => !rights.has(right)).map((right) => `\`${right}\``);
  if (missing.length === 0) return { may: 'yes', note: '' };
  return {
    may: missing.length < needed.length ? 'some' : 'no',
    note: `the service account lacks ${missing.join(' and ')} of \`realm-management\``,
  };
}

/** To be asked of roles that came past the guards. */
function placedIn(managed: readonly string[]): (role: string) => Placed {
  return (role) => {
    const [place, other] = placesOf(role, managed);
    if (place !== undefined && other === undefined) return place;
    throw new Failure('config', `no client of the target's \`clients\` tells where the role \`${shown(role)}\` lives`);
  };
}

async function rolesOf(api: Api, permissions: readonly string[], realm: Realm): Promise<readonly Known[]> {
  return Promise.all(
    permissions.map(async (permission) => {
      const role = await findRole(api, permission, realm);
      if (role !== undefined) return role;
      throw new Failure('not-found', `there is no role \`${shown(permission)}\`; plan again`);
    }),
  );
}

/** The id alone counts (26.0.7); the name is for the log of the server. */
function namedIn(roles: readonly Known[]): readonly object[] {
  return roles.map(({ id, name }) => ({ id, name }));
}

/** `composites` without `composite` is passed over (26.0.7). */
function contentOf(held: readonly Known[]): object {
  if (held.length === 0) return {};
  const clients = [...new Set(held.flatMap(({ client }) => client ?? []))];
  const namesIn = (home: string | undefined) => held.filter(({ client }) => client === home).map(({ name }) => name);
  return {
    composite: true,
    composites: { realm: namesIn(undefined), client: Object.fromEntries(clients.map((one) => [one, namesIn(one)])) },
  };
}

/** Of all clients, Keycloak's own included: a request for each. */
async function everyPermission(api: Api, realm: Realm): Promise<readonly string[]> {
  await Promise.all(
    [...realm.clients.keys()].map(async (home) => {
      for (const record of itemsOf(await api.get(`/clients/${encodeURIComponent(home)}/roles`), 'role')) {
        learn(realm, record);
      }
    }),
  );
  return [...realm.roles.values()].map(({ permission }) => permission);
}
