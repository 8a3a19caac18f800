/** The shape of what the stand-in of Rinne remembers. */
import { flag, list, record, stamp, text, texts } from '../../../sandbox/state-schema.ts';

const orNull = { type: 'string', nullable: true, default: null };

export const schema = record([], {
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
