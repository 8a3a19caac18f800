/** Which safeties of the role files a branch moves: pairs the targets of two revisions and puts what was found in order. */
import type { Reached } from '../core/meant.ts';
import type { Rail } from '../core/plan.ts';
import { roleRails } from '../core/rails.ts';
import { byCodeUnit } from '../core/role.ts';
import type { Config, TargetConfig } from './config.ts';
import { placeOf } from './place.ts';
import { added, removed, targetRails } from './target-rails.ts';

/**
 * Sorted by target, the target's own before those of its roles. `live`: by name of the head's target, what was read; for a
 * target that is not in it the files alone speak. A rail's source is in the head where the role or target still stands there,
 * and in the base otherwise.
 */
export function rails(
  base: Config,
  head: Config,
  live: ReadonlyMap<string, readonly Reached[]> = new Map(),
): readonly Rail[] {
  const pairs = paired(base, head);
  const gone = base.targets.filter((target) => !pairs.some(({ before }) => before === target));
  const found = [
    ...gone.map(removed),
    ...pairs.flatMap(({ before, after }) => {
      if (before === undefined) return [added(after)];
      const { name: target, unmanaged } = after;
      const sides = { target, base: before.roles, head: after.roles, unmanaged, live: live.get(target) };
      return [...targetRails(before, after), ...roleRails(sides)];
    }),
  ];
  return found.toSorted(inOrder);
}

interface TargetPair {
  readonly before: TargetConfig | undefined;
  readonly after: TargetConfig;
}

/** By name, and what is left by place: a target that is only renamed. */
function paired(base: Config, head: Config): readonly TargetPair[] {
  const named = new Map(base.targets.map((target) => [target.name, target]));
  const kept = new Set(head.targets.map(({ name }) => name));
  const left = new Map(base.targets.filter(({ name }) => !kept.has(name)).map((one) => [placeOf(one, {}), one]));
  return head.targets.map((after) => ({ before: named.get(after.name) ?? left.get(placeOf(after, {})), after }));
}

function inOrder(a: Rail, b: Rail): number {
  return (
    byCodeUnit(a.target, b.target) ||
    Number(a.role !== null) - Number(b.role !== null) ||
    byCodeUnit(a.role ?? '', b.role ?? '') ||
    byCodeUnit(a.code, b.code) ||
    byCodeUnit(a.message, b.message)
  );
}
