/** Which live role each declared role means: by id, by exact name, by a former name. Says so when that is not certain. */
import { Failure } from './failure.ts';
import { type DesiredRole, groupBy, type LiveRole } from './role.ts';

export interface Pair {
  readonly desired: DesiredRole;
  readonly live: LiveRole | undefined;
}

export interface Match {
  readonly pairs: readonly Pair[];
  /** Live roles that no declared role means. */
  readonly unmanaged: readonly LiveRole[];
  readonly warnings: readonly string[];
}

/**
 * Pairs declared with live roles of one target. Names are compared exactly, without folding.
 * @throws Failure 'not-found' for a pinned id that is not live, 'ambiguous' where two live roles, or two declared
 * roles, could be meant. Nothing of such a target may be planned.
 */
export function match(desired: readonly DesiredRole[], live: readonly LiveRole[]): Match {
  const byId = new Map(live.map((role) => [role.id, role]));
  // A live role that an `id` pins is spoken for: its name is free for another role of the files.
  const pinned = new Set(desired.map((role) => role.id));
  const byName = groupBy(
    live.filter(({ id }) => !pinned.has(id)),
    (role) => role.role.name,
  );
  const warnings: string[] = [];
  const pairs = desired.map((role) => ({ desired: role, live: find(role, byId, byName, warnings) }));
  refuseSharedRole(pairs);
  const meant = new Set(pairs.map((pair) => pair.live?.id));
  return { pairs, unmanaged: live.filter((role) => !meant.has(role.id)), warnings };
}

type ById = ReadonlyMap<string, LiveRole>;
type ByName = ReadonlyMap<string, readonly LiveRole[]>;

function find(role: DesiredRole, byId: ById, byName: ByName, warnings: string[]): LiveRole | undefined {
  if (role.id !== undefined) return byPinnedId(role, role.id, byId);
  const named = only(role.name, role.name, byName);
  const former = role.previously.find((name) => byName.has(name));
  if (named !== undefined && former !== undefined) {
    warnings.push(
      `role \`${role.name}\`: \`${former}\` from \`previously\` is live too; ` +
        `the role called \`${role.name}\` is used, the other counts as unmanaged`,
    );
  }
  return named ?? (former === undefined ? undefined : only(former, role.name, byName));
}

function byPinnedId(role: DesiredRole, id: string, byId: ById): LiveRole | undefined {
  const live = byId.get(id);
  if (live !== undefined || role.absent) return live;
  const what = `role \`${role.name}\` is pinned to id \`${id}\`, which is not live`;
  throw new Failure('not-found', `${what}: correct the \`id\`, or remove it to match by name or create the role`);
}

/** The one live role of that name. Two would mean a guess about who gets which permissions. */
function only(name: string, declared: string, byName: ByName): LiveRole | undefined {
  const all = byName.get(name) ?? [];
  // Beside a role of the tenant's own, one of the provider's that shares its name is never meant.
  const own = all.filter(({ builtIn }) => !builtIn);
  const meant = own.length > 0 ? own : all;
  const [first, second] = meant;
  if (first === undefined || second === undefined) return first;
  const ids = meant.map((role) => `\`${role.id}\``).join(', ');
  const what = `role \`${declared}\`: ${meant.length} live roles are called \`${name}\` (ids ${ids})`;
  const way = 'pin the one you mean with `id`; to delete another, name it with its own `id` and `ensure: absent`';
  throw new Failure('ambiguous', `${what}; ${way}`);
}

function refuseSharedRole(pairs: readonly Pair[]): void {
  const meantBy = new Map<string, DesiredRole>();
  for (const { desired, live } of pairs) {
    if (live === undefined) continue;
    const other = meantBy.get(live.id);
    if (other !== undefined) {
      const what = `roles \`${other.name}\` and \`${desired.name}\` both refer to the live role \`${live.role.name}\` (id \`${live.id}\`)`;
      throw new Failure('ambiguous', `${what}; pin each with its own \`id\`, or remove one`);
    }
    meantBy.set(live.id, desired);
  }
}
