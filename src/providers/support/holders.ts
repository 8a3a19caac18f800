/** Who holds a role that a change deletes: asked right before the write, because the identity that plans may not be allowed to know. */
import type { Change } from '../../core/change.ts';
import { Failure, type FailureCode } from '../../core/failure.ts';
import type { Guard } from '../../core/guards.ts';
import type { Condition } from '../../core/plan.ts';
import { type Fields, identifier, list, object } from './read.ts';

/** Why the answer is not known, and not that the provider is out of order. */
const unknowable: readonly FailureCode[] = ['forbidden', 'not-found', 'incomplete'];

export function unusedWhenDeleted({ action }: Change): readonly Condition[] {
  return action === 'delete' ? [{ code: 'unused', text: 'nobody holds the role' }] : [];
}

/**
 * Withholds deletes of roles that somebody holds, or where that cannot be known. `users` reads all users, each with its
 * `roles`; it is asked only if a role is to be deleted.
 */
export async function checkUnused(
  changes: readonly Change[],
  users: () => Promise<readonly Fields[]>,
): Promise<readonly Guard[]> {
  if (!changes.some(({ action }) => action === 'delete')) return [];
  const holders = await orUnknowable(() => countHolders(users));
  const deleted = changes.flatMap(({ action, id }) => (action === 'delete' && id !== null ? [id] : []));
  return [inUse(new Map(deleted.map((id) => [id, holders instanceof Failure ? holders : wordsFor(holders.get(id))])))];
}

/** By id of the role: who holds it, as `2 users hold`; undefined: nobody. A Failure: it cannot be known. */
export function inUse(holders: ReadonlyMap<string, string | undefined | Failure>): Guard {
  return (part, change) => {
    const who = part.kind === 'delete' && change.id !== null ? holders.get(change.id) : undefined;
    if (who === undefined) return undefined;
    if (who instanceof Failure) {
      const reason = `it is unknown whether anybody holds the role: ${who.message}`;
      return { code: 'in-use', reason };
    }
    return {
      code: 'in-use',
      reason: `${who} the role; take it from them first, or add \`acknowledge: [in-use]\` to the role`,
    };
  };
}

/** What `ask` resolves with, or why it cannot be known, where the provider will not say. */
export async function orUnknowable<Answer>(ask: () => Promise<Answer>): Promise<Answer | Failure> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Failure && unknowable.includes(error.code)) return error;
    throw error;
  }
}

async function countHolders(users: () => Promise<readonly Fields[]>): Promise<ReadonlyMap<string, number>> {
  const holders = new Map<string, number>();
  for (const user of await users()) {
    for (const id of roleIds(user)) holders.set(id, (holders.get(id) ?? 0) + 1);
  }
  return holders;
}

function wordsFor(count = 0): string | undefined {
  return count === 0 ? undefined : count === 1 ? '1 user holds' : `${count} users hold`;
}

function roleIds(user: Fields): ReadonlySet<string> {
  const roles = user.get('roles');
  // A user without the field is not a user without roles: the API did not say.
  if (roles === undefined || roles === null)
    throw new Failure('incomplete', `${user.at.label} answered users without their roles`);
  const place = { ...user.at, path: `${user.at.path}.roles` };
  return new Set(list(roles, place).map((role) => identifier(object(role, place), 'id')));
}
