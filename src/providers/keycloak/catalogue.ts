/**
 * Keycloak's own roles in words: what the console of a realm is ruled by, and what every user is born with. All others are the
 * realm's, and nobody but the realm knows what they are good for. Source: www.keycloak.org/docs/latest/server_admin
 * (realm-specific roles, account console) and the roles that 26.0.7 is born with.
 */
import type { Catalogue, Permission } from '../manifest.ts';

const known: readonly Permission[] = [
  ['account:delete-account', 'write', 'delete their own account'],
  ['account:manage-account', 'write', 'change their own account'],
  ['account:manage-account-links', 'write', 'link their own account to other identity providers'],
  ['account:manage-consent', 'write', 'give and take back their own consents'],
  ['account:view-applications', 'read', 'see the applications they use'],
  ['account:view-consent', 'read', 'see their own consents'],
  ['account:view-groups', 'read', 'see the groups they are in'],
  ['account:view-profile', 'read', 'see their own profile'],
  ['broker:read-token', 'power', 'read the tokens of other identity providers'],
  ['realm-management:create-client', 'power', 'create clients'],
  ['realm-management:impersonation', 'power', 'sign in as any user'],
  ['realm-management:manage-authorization', 'power', 'change what clients allow to whom'],
  ['realm-management:manage-clients', 'power', 'change clients, their secrets and their roles'],
  ['realm-management:manage-events', 'admin', 'change and delete the log of events'],
  ['realm-management:manage-identity-providers', 'power', 'change which identity providers are trusted'],
  ['realm-management:manage-realm', 'power', 'change the realm and its roles'],
  ['realm-management:manage-users', 'power', 'change users, their passwords and the roles they have'],
  ['realm-management:query-clients', 'read', 'search for clients'],
  ['realm-management:query-groups', 'read', 'search for groups'],
  ['realm-management:query-realms', 'read', 'search for realms'],
  ['realm-management:query-users', 'read', 'search for users'],
  ['realm-management:realm-admin', 'power', 'full control of the realm'],
  ['realm-management:view-authorization', 'read', 'see what clients allow to whom'],
  ['realm-management:view-clients', 'read', 'see clients'],
  ['realm-management:view-events', 'read', 'see the log of events'],
  ['realm-management:view-identity-providers', 'read', 'see which identity providers are trusted'],
  ['realm-management:view-realm', 'read', 'see the realm and its roles'],
  ['realm-management:view-users', 'read', 'see users'],
  ['realm:offline_access', 'write', 'stay signed in while offline'],
  ['realm:uma_authorization', 'write', 'share their own resources with others'],
];

/** Of the realm `master` alone. */
const undocumented: readonly Permission[] = [
  ['realm:admin', 'power', 'full control of every realm'],
  ['realm:create-realm', 'power', 'create realms'],
];

export const catalogue: Catalogue = {
  source: "the roles of Keycloak's own (www.keycloak.org/docs, Server Administration)",
  known,
  undocumented,
  wildcards: [],
  grammar: /^[^:]+:./su,
  form: 'a permission of Keycloak is a role: `realm:role`, or `client-id:role`, like `realm:offline_access`',
  isCommonForm: true,
  complete: false,
};
