/** The server answers what the stand-in answers. */
import { inject } from 'vitest';
import { facts } from '../providers/keycloak/facts.ts';
import { ROBOT } from '../providers/keycloak/stories.ts';
import { newRealm } from './realm.ts';

facts('a Keycloak server', async () => {
  const base = inject('keycloak');
  const { realmName: realm } = await newRealm(base);
  return { base, realm, auth: ROBOT };
});
