/** The shape of what the stand-in of Keycloak remembers. */
import { list, record, table, text, texts } from '../../../sandbox/state-schema.ts';

export const schema = record([], { realms: table(realmSchema()) });

function realmSchema(): object {
  const holder = record(['id', 'name'], { id: text, name: text, roles: texts });
  return record(['id', 'clients', 'roles'], {
    id: text,
    clients: list(record(['id', 'clientId'], { id: text, clientId: text, secret: text, rights: texts })),
    roles: list(
      record(['id'], {
        id: text,
        name: text,
        description: text,
        client: text,
        composites: texts,
        attributes: table({ type: 'array', items: text }),
      }),
    ),
    users: list(holder),
    groups: list(holder),
  });
}
