/** Rinne as role files, messages and docs know it. Only the token of a person manages roles: API keys are not for them. */
import type { Manifest } from '../manifest.ts';
import { catalogue } from './catalogue.ts';

export const manifest: Manifest = {
  name: 'rinne',
  title: 'Rinne',
  variables: 'RINNE_',
  // docs.rinne.com.br/api-reference/introduction
  hosts: ['api.rinne.com.br', 'api-sandbox.rinne.com.br'],
  // Sandbox and production are two.
  sameSystem: [],
  baseUrl: {
    description: 'URL of the API, including `/core`. Sandbox and production are different hosts. May hold variables.',
    examples: ['https://api-sandbox.rinne.com.br/core', 'https://api.rinne.com.br/core'],
  },
  place: { one: 'company', many: 'companies', description: 'One company, in the sandbox or in production.' },
  tenant: {
    key: 'company',
    noun: 'company id',
    description: 'Id of the company to select after logging in. May hold `${RINNE_…}` variables.',
    example: '${RINNE_COMPANY}',
    sample: 'company-########',
  },
  auth: {
    description:
      'Either `identifier` and `password` of a robot user, or a session `token` (JWT). API keys cannot manage roles.',
    keys: {
      identifier: {
        title: 'E-mail or phone of the user',
        description: 'What the robot user logs in with. May hold `${RINNE_…}` variables.',
        secret: false,
        header: false,
      },
      password: {
        title: 'Password',
        description: 'Exactly one variable: a secret is never written into a file.',
        secret: true,
        header: false,
      },
      token: {
        title: 'Session token',
        description: 'A ready-made session token, instead of `identifier` and `password`. Exactly one variable.',
        secret: true,
        header: true,
      },
    },
    alternatives: [['identifier', 'password'], ['token']],
  },
  settings: {
    companyId: {
      title: 'Company of the role',
      description: 'Makes it a role of that company. Used only when the role is created; it cannot change later.',
      type: 'string',
      onCreate: null,
      immutable:
        '`companyId` is fixed when the role is created; declare a role with another name, and set `ensure: absent` on this one',
      examples: ['3c90c3cc-0d44-4b50-8888-8dd25736052a'],
    },
    inheritsFrom: {
      title: 'Role to inherit from',
      description:
        'Id of the role that this one inherits from (the API calls it `organization_id`). Used only when the role is created; it cannot change later.',
      type: 'string',
      onCreate: null,
      immutable:
        '`inheritsFrom` is fixed when the role is created; declare a role with another name, and set `ensure: absent` on this one',
      examples: ['3c90c3cc-0d44-4b50-8888-8dd25736052a'],
    },
  },
  options: {},
  capabilities: {
    create: true,
    update: true,
    delete: true,
    uniqueNames: false,
    permissionsRequired: true,
    builtIn: { names: ['admin', 'user', 'merchant-admin'], fixed: 'everything', tenantSetting: 'companyId' },
  },
  limits: { name: 100, description: 500 },
  catalogue,
  role: {
    name: 'Users are given roles by name, so a rename needs care.',
    permissions:
      'Everything that the role may do, like `resource.action`. `*` stands for all: `transaction.*`. At least one.',
    permission: 'One permission, spelled as the provider spells it.',
    example: {
      name: 'viewer',
      description: 'Views everything, changes nothing',
      permissions: ['transaction.list', 'merchant.transaction.list'],
    },
  },
  synonyms: { organization_id: 'inheritsFrom' },
  switches: [],
};
