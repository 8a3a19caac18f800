/** The contract suite, on a server that nobody here wrote. */
import { inject } from 'vitest';
import { contractOn, type Open } from '../providers/contract.ts';
import { REALM, type Realm, ROBOT, type Role } from '../providers/keycloak/stories.ts';
import { keycloak as onSandbox, type SetupOn } from '../providers/setups.ts';
import { newRealm, startProxy } from './realm.ts';

const open: Open<Realm> = async ({ intercept }) => {
  const state = await newRealm(inject('keycloak'));
  return { state, ...(await startProxy(inject('keycloak'), intercept)) };
};

const setup: SetupOn<Realm> = {
  ...onSandbox,
  admit: ({ realmName }) => ({ path: '', tenant: realmName, auth: ROBOT }),
  seed: async (realm, count) => {
    if (count === 0) return;
    const roles = Array.from({ length: count }, (_, n) => ({
      name: `role ${n}`,
      ...(n % 50 === 0 && { composite: true, composites: { realm: ['offline_access'] } }),
    }));
    await realm.send('POST', '/partialImport', { ifResourceExists: 'FAIL', roles: { realm: roles } });
  },
  stored: async (realm) => {
    const roles = await realm.get<readonly Role[]>('/roles?briefRepresentation=false');
    return new Map(roles.map((role) => [role.id, role]));
  },
  listPath: `/admin/realms/${REALM}/roles`,
};

contractOn('keycloak on a server', setup, open);
