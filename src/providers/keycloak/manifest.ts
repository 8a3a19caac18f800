/** Keycloak as role files, messages and docs know it. What a role may do is which other roles it is composed of. */
import type { Manifest } from '../manifest.ts';
import { catalogue } from './catalogue.ts';

export const manifest: Manifest = {
  name: 'keycloak',
  title: 'Keycloak',
  variables: 'KEYCLOAK_',
  // Every server has a host of its own.
  hosts: [],
  sameSystem: [],
  baseUrl: {
    description:
      'The root of the server, as its sign-in pages have it before `/realms/`. May hold variables. Whoever runs rolesync allows the host with `--allow-host`.',
    examples: ['${KEYCLOAK_URL}', 'https://sso.example.com', 'https://sso.example.com/auth'],
  },
  place: { one: 'realm', many: 'realms', description: 'One realm of a server.' },
  tenant: {
    key: 'realm',
    noun: 'realm name',
    description: 'Name of the realm, as it appears in URLs after `/realms/`. May hold `${KEYCLOAK_…}` variables.',
    pattern: '[^./\\\\?#%;][^/\\\\?#%;]*',
    form: 'what follows `/realms/` in URLs',
    example: 'shop',
    sample: 'realm-########',
  },
  auth: {
    description:
      'Either `clientId` and `clientSecret` of a confidential client of the realm that has a service account, or an access `token`.',
    keys: {
      clientId: {
        title: 'Client id',
        description: 'The client that rolesync signs in as. May hold `${KEYCLOAK_…}` variables.',
        secret: false,
        header: false,
      },
      clientSecret: {
        title: 'Client secret',
        description: 'Exactly one variable: a secret is never written into a file.',
        secret: true,
        header: false,
      },
      token: {
        title: 'Access token',
        description: 'A ready-made access token, instead of `clientId` and `clientSecret`. Exactly one variable.',
        secret: true,
        header: true,
      },
    },
    alternatives: [['clientId', 'clientSecret'], ['token']],
  },
  settings: {},
  options: {
    clients: {
      title: 'Clients whose roles are managed',
      description:
        'Ids of clients whose roles are managed in addition to those of the realm. Such a role is named `client-id:role`. Roles of other clients can be granted but are not managed.',
      item: { title: 'Client id', description: 'As the admin console shows it.', example: 'shop' },
      widens: { one: 'its roles are managed', many: 'their roles are managed' },
    },
  },
  capabilities: {
    create: true,
    update: true,
    delete: true,
    uniqueNames: true,
    permissionsRequired: false,
    builtIn: {
      names: ['offline_access', 'uma_authorization'],
      fixed: ['name', 'description', 'delete'],
      keepsPermissions: true,
    },
  },
  // A longer one is answered with 500 (26.0.7).
  limits: { name: 255, description: 255 },
  catalogue,
  role: {
    description: 'A role of the realm, or of a client that the target lists in `clients`.',
    name: 'A role of the realm has its plain name; a role of a client is `client-id:role`. A role of the realm with a colon in its name is written `realm:a:b`.',
    permissions: 'The roles that the role is composed of: `realm:role` or `client-id:role`. `[]` is none.',
    permission: 'A role that everyone who has this one has too.',
    example: {
      name: 'order-support',
      description: 'Looks up and changes orders',
      permissions: ['realm:offline_access', 'shop:orders-read', 'shop:orders-write'],
    },
  },
  synonyms: { composites: 'permissions' },
  switches: [],
};
