/** A believable little world to try rolesync on: one realm with a shop, the same on every machine. */
import { uuidOf } from '../../../sandbox/identity.ts';
import { own } from '../../../sandbox/state.ts';
import { issueCredentials } from './credentials.ts';
import { findByName } from './roles.ts';
import type { Keycloak, KeycloakRole } from './state.ts';

const REALM = 'acme';

export function furnish(state: Keycloak): void {
  issueCredentials(state, REALM);
  const realm = own(state.realms, REALM);
  if (realm === undefined) return;
  const shop = { id: uuidOf('keycloak client', REALM, 'shop'), clientId: 'shop', rights: [] };
  realm.clients.push(shop);
  const role = (home: string, name: string, description: string, held: readonly (KeycloakRole | undefined)[] = []) => {
    const made: KeycloakRole = {
      id: uuidOf('keycloak role', REALM, home, name),
      name,
      description,
      ...(home !== '' && { client: shop.id }),
      composites: held.flatMap((one) => one?.id ?? []),
      attributes: {},
    };
    realm.roles.push(made);
    return made;
  };
  const read = role('shop', 'orders-read', 'See orders');
  const write = role('shop', 'orders-write', 'Change orders', [read]);
  role('shop', 'refunds', 'Pay money back');
  const offline = findByName(realm, undefined, 'offline_access');
  const support = role('', 'order-support', 'Looks orders up', [read, offline]);
  const finance = role('', 'finance', 'Reads what was sold', [read]);
  const user = (name: string, roles: readonly KeycloakRole[]) => ({
    id: uuidOf('keycloak user', REALM, name),
    name,
    roles: roles.map(({ id }) => id),
  });
  realm.users.push(user('ada', [support, finance]), user('grace', [support]), user('linus', []));
  realm.groups.push({ id: uuidOf('keycloak group', REALM, 'warehouse'), name: 'warehouse', roles: [write.id] });
}
