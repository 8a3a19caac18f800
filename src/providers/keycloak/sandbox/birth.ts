/** What a realm is born with: Keycloak's own clients and roles, as 26.0.7 makes them. */
import { uuidOf } from '../../../sandbox/identity.ts';
import type { KeycloakClient, KeycloakRealm, KeycloakRole } from './state.ts';

/** Roles by client, '' for the realm; each with the roles of the same client that it is composed of. */
const ownRoles: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  '': { offline_access: [], uma_authorization: [] },
  account: {
    'delete-account': [],
    'manage-account': ['manage-account-links'],
    'manage-account-links': [],
    'manage-consent': ['view-consent'],
    'view-applications': [],
    'view-consent': [],
    'view-groups': [],
    'view-profile': [],
  },
  'account-console': {},
  'admin-cli': {},
  broker: { 'read-token': [] },
  'realm-management': {
    'create-client': [],
    impersonation: [],
    'manage-authorization': [],
    'manage-clients': [],
    'manage-events': [],
    'manage-identity-providers': [],
    'manage-realm': [],
    'manage-users': [],
    'query-clients': [],
    'query-groups': [],
    'query-realms': [],
    'query-users': [],
    'view-authorization': [],
    'view-clients': ['query-clients'],
    'view-events': [],
    'view-identity-providers': [],
    'view-realm': [],
    'view-users': ['query-groups', 'query-users'],
  },
  'security-admin-console': {},
};

export function newRealm(realm: string): KeycloakRealm {
  const clients: KeycloakClient[] = Object.keys(ownRoles)
    .filter((clientId) => clientId !== '')
    .map((clientId) => ({ id: uuidOf('keycloak client', realm, clientId), clientId, rights: [] }));
  const idOf = (clientId: string, name: string) => uuidOf('keycloak role', realm, clientId, name);
  const role = (clientId: string, name: string, composites: readonly string[]): KeycloakRole => ({
    id: idOf(clientId, name),
    name,
    description: `\${role_${name.replace(/_/g, '-').replace('uma-', 'uma_')}}`,
    ...(clientId !== '' && { client: uuidOf('keycloak client', realm, clientId) }),
    composites,
    attributes: {},
  });
  const roles = Object.entries(ownRoles).flatMap(([clientId, own]) =>
    Object.entries(own).map(([name, held]) =>
      role(
        clientId,
        name,
        held.map((one) => idOf(clientId, one)),
      ),
    ),
  );
  const management = Object.keys(ownRoles['realm-management'] ?? {});
  const administrator = role(
    'realm-management',
    'realm-admin',
    management.map((name) => idOf('realm-management', name)),
  );
  const standard = [
    idOf('', 'offline_access'),
    idOf('', 'uma_authorization'),
    idOf('account', 'view-profile'),
    idOf('account', 'manage-account'),
  ];
  const name = defaultRole(realm);
  const forAll = { ...role('', name, standard), description: '${role_default-roles}' };
  const id = uuidOf('keycloak realm', realm);
  return { id, clients, roles: [...roles, administrator, forAll], users: [], groups: [] };
}

/** What every new user gets. */
export function defaultRole(realm: string): string {
  return `default-roles-${realm.toLowerCase()}`;
}
