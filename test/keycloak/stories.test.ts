/** The stories, on a server that nobody here wrote, behind a proxy. */
import { inject } from 'vitest';
import { stories } from '../providers/keycloak/stories.ts';
import { newRealm, startProxy } from './realm.ts';

stories(
  'on a Keycloak server',
  async (rights, intercept) => {
    const realm = await newRealm(inject('keycloak'), rights);
    const { origin, ...proxy } = await startProxy(inject('keycloak'), intercept);
    return { realm, baseUrl: origin, ...proxy };
  },
  { isReal: true },
);
