/** Who can sign in to the stand-in of Keycloak. */
import { uuidOf } from '../../../sandbox/identity.ts';
import type { Login, Options } from '../../../sandbox/stand-in.ts';
import { own, put } from '../../../sandbox/state.ts';
import { newRealm } from './birth.ts';
import type { Keycloak, KeycloakClient } from './state.ts';

/** Where the server begins, after the origin. */
export const prefix = '/keycloak';

export interface Issued {
  readonly path: string;
  readonly auth: { readonly clientId: string; readonly clientSecret: string };
}

/**
 * A client of the realm whose service account may manage roles of the realm and of its clients, and nothing else. The realm has
 * the clients that a target lists.
 */
export function issueCredentials({ realms }: Keycloak, realm: string, { clients = [] }: Options = {}): Issued {
  const data = own(realms, realm) ?? put(realms, realm, newRealm(realm));
  const clientId = 'rolesync';
  const known = data.clients.find((client) => client.clientId === clientId && client.secret !== undefined);
  const robot: KeycloakClient = known ?? {
    id: uuidOf('keycloak client', realm, clientId),
    clientId,
    secret: `sandbox-secret-${realm}`,
    rights: ['manage-clients', 'manage-realm', 'view-clients', 'view-realm'],
  };
  if (known === undefined) data.clients.push(robot);
  for (const one of clients) {
    if (data.clients.some((client) => client.clientId === one)) continue;
    data.clients.push({ id: uuidOf('keycloak client', realm, one), clientId: one, rights: [] });
  }
  return { path: prefix, auth: { clientId, clientSecret: robot.secret ?? '' } };
}

export function logins(state: Keycloak): readonly Login[] {
  return Object.keys(state.realms).map((realm) => ({
    title: `realm ${realm}`,
    tenant: realm,
    ...issueCredentials(state, realm),
  }));
}
