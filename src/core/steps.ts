/** A change that takes several writes, one at a time: each is an update of its own, and the next begins where it ends. Pure. */
import { carry, type Part, parts, type Update, update } from './change.ts';

/**
 * For providers that add and take permissions by calls of their own: the fields, then the grants, last the revokes. Whoever
 * stops at the first that fails has revoked nothing whose grant is missing.
 */
export function inSteps(change: Update): readonly Update[] {
  const { id, cause, source } = change;
  const kinds: readonly Part['kind'][] = ['field', 'grant', 'revoke'];
  const steps: Update[] = [];
  let reached = change.before;
  for (const kind of kinds) {
    const next = carry(
      reached,
      parts(change).filter((part) => part.kind === kind),
    );
    const step = update(id, reached, next, { cause, source });
    if (step === undefined) continue;
    steps.push(step);
    reached = next;
  }
  return steps;
}
