/** Dintero as role files, messages and docs know it. Its `scope` is what rolesync calls permissions. */
import type { Manifest } from '../manifest.ts';
import { catalogue } from './catalogue.ts';

export const manifest: Manifest = {
  name: 'dintero',
  title: 'Dintero',
  variables: 'DINTERO_',
  // docs.dintero.com/docs/checkout/authentication
  hosts: ['api.dintero.com', 'checkout.dintero.com'],
  sameSystem: [['api.dintero.com', 'checkout.dintero.com']],
  baseUrl: {
    default: 'https://api.dintero.com/v1',
    description: 'URL of the API, including `/v1`. Rarely needed. May hold variables.',
    examples: ['https://api.dintero.com/v1', '${DINTERO_BASE_URL:-https://api.dintero.com/v1}'],
  },
  place: {
    one: 'account',
    many: 'accounts',
    description: 'One account. Ids that begin with T are test accounts, with P production.',
  },
  tenant: {
    key: 'account',
    noun: 'account id',
    description: 'T or P and 8 digits (an account) or 3 digits (a partner). May hold `${DINTERO_…}` variables.',
    pattern: '[PT](?:[0-9]{3}|[0-9]{8})',
    form: '`T` (test) or `P` (production) and 8 or 3 digits',
    example: 'T11112222',
    sample: 'T########',
  },
  auth: {
    description:
      'Either `clientId` and `clientSecret` of an API client (Backoffice, Settings, API Clients), or an access `token`.',
    keys: {
      clientId: {
        title: 'Client id',
        description: 'Id of the API client. May hold `${DINTERO_…}` variables.',
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
  options: {},
  capabilities: {
    create: true,
    update: true,
    delete: true,
    uniqueNames: false,
    permissionsRequired: true,
    builtIn: { names: [], fixed: [] },
  },
  limits: {},
  catalogue,
  role: {
    permissions: 'Everything that the role may do; Dintero calls it `scope`. At least one permission.',
    permission: 'One permission, spelled as the provider spells it.',
    example: {
      name: 'order support',
      description: 'Administrate orders',
      permissions: ['read:accounts', 'read:billing', 'admin:shopping'],
    },
  },
  synonyms: { oid: 'account' },
  switches: [],
};
