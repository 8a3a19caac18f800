/** The shape of a state that a person may write by hand, with a default for everything that can have one. */

import { defaultPermissions, protectedRoles } from '../providers/rocketchat/sandbox/defaults.ts';
import { birth } from './admit.ts';

const text = { type: 'string' };
const flag = { type: 'boolean' };
const stamp = { type: 'string', default: birth };
const optionalTexts = { type: 'array', items: text };
const texts = { ...optionalTexts, default: [] };

const dinteroAccount = record(['clients'], {
  clients: list(record(['clientId', 'clientSecret'], { clientId: text, clientSecret: text, scopes: texts })),
  roles: list(
    record(['id', 'scope'], {
      id: text,
      scope: { type: 'array', items: text },
      name: text,
      description: text,
      created_at: stamp,
      updated_at: stamp,
      created_by: { type: 'string', default: '' },
      deleted_at: text,
      deleted_by: text,
    }),
  ),
  users: list(
    record(['id', 'email', 'name'], {
      id: text,
      email: text,
      name: text,
      scope: optionalTexts,
      roles: list(record(['id'], { id: text })),
    }),
  ),
  strictScopes: flag,
});

const orNull = { type: 'string', nullable: true, default: null };

const rinne = record([], {
  companies: list(record(['id', 'name'], { id: text, name: text })),
  users: list(
    record(['id', 'identifier', 'password'], {
      id: text,
      identifier: text,
      password: text,
      name: text,
      suspended_at: { type: 'string', nullable: true },
      companies: list(record(['id'], { id: text, roles: texts })),
    }),
  ),
  roles: list(
    record(['id', 'name', 'permissions'], {
      id: text,
      name: text,
      permissions: { type: 'array', items: text },
      description: orNull,
      company_id: orNull,
      organization_id: orNull,
      created_at: stamp,
      updated_at: stamp,
      context: text,
    }),
  ),
  uniqueNames: flag,
});

const workspace = record([], {
  users: list(
    record(['_id', 'username'], {
      _id: text,
      username: text,
      name: text,
      password: text,
      tokens: texts,
      roles: texts,
      subscriptions: { type: 'array', items: record(['rid'], { rid: text, roles: texts }) },
    }),
  ),
  roles: list(
    record(['_id', 'name'], {
      _id: text,
      name: text,
      scope: { type: 'string', enum: ['Users', 'Subscriptions'], default: 'Users' },
      description: { type: 'string', default: '' },
      protected: { type: 'boolean', default: false },
      mandatory2fa: { type: 'boolean', nullable: true },
      _updatedAt: stamp,
    }),
    protectedRoles(birth),
  ),
  permissions: list(
    record(['_id', 'roles'], {
      _id: text,
      roles: texts,
      _updatedAt: stamp,
      level: { type: 'string', const: 'settings' },
      settingId: text,
      group: text,
      section: text,
      sorter: { type: 'number' },
    }),
    defaultPermissions(birth),
  ),
  removed: list(record(['_id', '_deletedAt'], { _id: text, _deletedAt: text })),
  customRoles: { type: 'boolean', default: true },
  rateLimit: {
    ...record(['calls', 'windowMs'], {
      calls: { type: 'integer', minimum: 1 },
      windowMs: { type: 'integer', minimum: 1 },
    }),
    nullable: true,
    default: null,
  },
  older: flag,
});

export const stateSchema = record([], {
  dintero: { ...record([], { accounts: table(dinteroAccount) }), default: {} },
  rinne: { ...rinne, default: {} },
  rocketchat: { ...record([], { workspaces: table(workspace) }), default: {} },
});

function record(required: readonly string[], properties: object): object {
  return { type: 'object', required, properties, additionalProperties: false };
}

function list(items: object, standard: readonly object[] = []): object {
  return { type: 'array', items, default: standard };
}

function table(entry: object): object {
  return { type: 'object', additionalProperties: entry, default: {} };
}
