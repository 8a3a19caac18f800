/** The shape of what the stand-in of Rocket.Chat remembers. */
import { birth } from '../../../sandbox/state.ts';
import { flag, list, record, stamp, table, text, texts } from '../../../sandbox/state-schema.ts';
import { defaultPermissions, protectedRoles } from './defaults.ts';

export const schema = record([], { workspaces: table(workspaceSchema()) });

function workspaceSchema(): object {
  return record([], {
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
}
