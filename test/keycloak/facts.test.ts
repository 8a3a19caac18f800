/** The server answers what the stand-in answers. */
import { inject } from 'vitest';
import { facts } from '../providers/keycloak/facts.ts';
import { newRealm, REALM, ROBOT } from './realm.ts';

facts('a Keycloak server', async () => {
  const { origin } = await newRealm(inject('keycloak'));
  return { base: origin, realm: REALM, auth: ROBOT };
});
