/** Rocket.Chat as role files, messages and docs know it. Permissions live apart from the roles that have them. */
import type { Manifest } from '../manifest.ts';
import { catalogue } from './catalogue.ts';

export const manifest: Manifest = {
  name: 'rocketchat',
  title: 'Rocket.Chat',
  variables: 'ROCKETCHAT_',
  // Every workspace has a host of its own.
  hosts: [],
  sameSystem: [],
  baseUrl: {
    description:
      'The root of the workspace, without `/api/v1`. May hold variables. Whoever runs rolesync allows the host with `--allow-host`.',
    examples: ['${ROCKETCHAT_URL}', 'https://chat.example.com'],
  },
  place: { one: 'workspace', many: 'workspaces', description: 'One workspace.' },
  auth: {
    description: 'A personal access token (made with "Ignore Two Factor Authentication") and the id of its user.',
    keys: {
      userId: {
        title: 'User id',
        description: 'Id of the user that the token belongs to. May hold `${ROCKETCHAT_…}` variables.',
        secret: false,
        header: true,
      },
      token: {
        title: 'Personal access token',
        description: 'Exactly one variable: a secret is never written into a file.',
        secret: true,
        header: true,
      },
    },
    alternatives: [['userId', 'token']],
  },
  settings: {
    scope: {
      title: 'Scope',
      description:
        'Where the role is held: `Users` in the whole workspace, `Subscriptions` in a room. It cannot change on a live role.',
      type: 'string',
      values: ['Users', 'Subscriptions'],
      onCreate: 'Users',
      immutable:
        'members of a role are kept per scope, so another scope would leave them without the role; declare a role with another name',
      examples: ['Users', 'Subscriptions'],
    },
    mandatory2fa: {
      title: 'Two-factor authentication is mandatory',
      description: '`true`: whoever holds the role must use two-factor authentication.',
      type: 'boolean',
      onCreate: false,
      examples: [true],
    },
  },
  options: {
    dropUnknownRoles: {
      title: 'Unknown role ids to drop',
      description:
        'Role ids that appear in permissions of the workspace without being roles there, and that may be dropped when such a permission is written. Without this, that permission is left alone.',
      item: {
        title: 'Role id',
        description: 'An id that the workspace does not know as a role.',
        example: 'anonymous',
      },
      widens: {
        one: 'a permission that is written is taken from it',
        many: 'a permission that is written is taken from them',
      },
    },
  },
  capabilities: {
    create: true,
    update: true,
    delete: true,
    uniqueNames: true,
    permissionsRequired: false,
    safer: { mandatory2fa: true },
    builtIn: { names: [], fixed: ['name', 'scope', 'description', 'delete'] },
  },
  limits: {},
  catalogue,
  role: {
    description: 'Of a built-in role only `permissions` and `mandatory2fa` are managed.',
    permissions: 'Everything that the role may do; `[]` is nothing at all.',
    permission:
      'Id of a permission of the workspace. Permissions for single settings (`change-setting-…`) are not managed.',
    example: { name: 'community-host', description: 'Hosts channels', permissions: ['create-c', 'mention-all'] },
  },
  synonyms: {},
  switches: [
    { flag: '--rate-limit', description: "Rocket.Chat's limiter: 10 calls a minute per route" },
    { flag: '--no-licence', description: 'Rocket.Chat without the custom-roles licence' },
  ],
};
