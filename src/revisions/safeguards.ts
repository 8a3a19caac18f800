/** Which safeties of the role files a branch moves: pairs the targets of two revisions and puts what was found in order. */

import type { Config } from '../config/config.ts';
import type { Candidate } from '../core/candidates.ts';
import type { Safeguard } from '../core/plan.ts';
import { inSafeguardOrder, roleSafeguards } from '../core/safeguards.ts';
import { pairsOf } from './target-identity.ts';
import { added, removed, targetSafeguards } from './target-safeguards.ts';

/**
 * Sorted by target, the target's own before those of its roles. `live`: by name of the head's target, what was read; for a
 * target that is not in it the files alone speak. The source of a safeguard is in the head if the role or target is still there,
 * and in the base otherwise.
 */
export function movedSafeguards(
  base: Config,
  head: Config,
  live: ReadonlyMap<string, readonly Candidate[]> = new Map(),
): readonly Safeguard[] {
  const pairs = pairsOf(base, head);
  const paired = new Set(pairs.map(({ before }) => before));
  const gone = base.targets.filter((target) => !paired.has(target));
  const found = [
    ...gone.map(removed),
    ...pairs.flatMap(({ before, after }) => {
      if (before === undefined) return [added(after)];
      const { name: target, unmanaged } = after;
      const sides = { target, base: before.roles, head: after.roles, unmanaged, live: live.get(target) };
      return [...targetSafeguards(before, after), ...roleSafeguards(sides)];
    }),
  ];
  return found.toSorted(inSafeguardOrder);
}
