/** Who holds a role that a change deletes: users and groups that have it directly. Roles that are composed of it are in the plan. */
import type { Change } from '../../core/change.ts';
import type { Guard } from '../../core/guards.ts';
import { inUse, orUnknowable } from '../support/holders.ts';
import { type Api, itemsOf, segment } from './api.ts';
import { homeOf, type Realm } from './realm.ts';

/** No more are counted: who reads the number wants to know whether there are any. */
const MOST = 100;

export async function checkHolders(
  api: Api,
  changes: readonly Change[],
  known: () => Promise<Realm>,
): Promise<readonly Guard[]> {
  const deleted = changes.flatMap((change) => (change.action === 'delete' ? change.id : []));
  if (deleted.length === 0) return [];
  const realm = await known();
  const found = await Promise.all(
    deleted.map(async (id) => [id, await orUnknowable(() => holdersOf(api, id, realm))] as const),
  );
  return [inUse(new Map(found))];
}

/** 'one user holds' and the like; undefined: nobody does. */
async function holdersOf(api: Api, id: string, realm: Realm): Promise<string | undefined> {
  const role = realm.roles.get(id);
  const name = role && segment(role.name);
  if (role === undefined) return undefined;
  if (name === undefined) return 'the API cannot look up a role with this name, so somebody may hold';
  const path = `${role.client === undefined ? '' : `/clients/${homeOf(role.client, realm.clients)}`}/roles/${name}`;
  const [users, groups] = await Promise.all([countAt(api, `${path}/users`), countAt(api, `${path}/groups`)]);
  if (users + groups === 0) return undefined;
  return [counted(users, 'user'), counted(groups, 'group')]
    .flatMap((one) => one ?? [])
    .join(' and ')
    .concat(users + groups === 1 ? ' holds' : ' hold');
}

async function countAt(api: Api, path: string): Promise<number> {
  // A role that is gone meanwhile has no holders.
  const reply = await api.find(`${path}?max=${MOST}`);
  return reply === undefined ? 0 : itemsOf(reply, 'holder').length;
}

function counted(count: number, what: string): string | undefined {
  if (count === 0) return undefined;
  return count >= MOST ? `${MOST} ${what}s or more` : `${count} ${what}${count === 1 ? '' : 's'}`;
}
