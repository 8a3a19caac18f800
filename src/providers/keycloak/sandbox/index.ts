/** The stand-in of Keycloak, as it registers with the sandbox. */
import { type StandIn, standIn } from '../../../sandbox/stand-in.ts';
import { issueCredentials, logins, prefix } from './credentials.ts';
import { keycloak } from './routes.ts';
import { furnish } from './seed.ts';
import type { Keycloak, KeycloakToken } from './state.ts';
import { schema } from './state-schema.ts';

export const keycloakSandbox: StandIn = standIn<Keycloak>({
  name: 'keycloak',
  prefix,
  empty: () => ({ realms: {} }),
  schema,
  furnish,
  issueCredentials,
  logins,
  open: (opening) => {
    const memory = new Map<string, KeycloakToken>();
    return {
      run: (call) => keycloak({ ...opening, memory }, call),
      refuse: (status, message) => ({ status, body: { error: message } }),
      expireTokens: () => memory.clear(),
    };
  },
});
