/** The shape of what the stand-in of Dintero remembers. */
import { flag, list, optionalTexts, record, stamp, table, text, texts } from '../../../sandbox/state-schema.ts';

export const schema = record([], { accounts: table(accountSchema()) });

function accountSchema(): object {
  return record(['clients'], {
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
    pagingTokens: flag,
  });
}
