/** Tells apart what a plan repairs (live differs from what is already merged) and what this branch changes. Pure. */
import { type Change, type Part, parts } from './change.ts';
import { diff, type Rules } from './diff.ts';
import { Failure } from './failure.ts';
import { byCodeUnit, type DesiredRole, type LiveRole } from './role.ts';

/** What the base declares for a target, or why that is unknown. */
export type BasePlan =
  | { readonly changes: readonly Change[]; readonly warning?: undefined }
  | { readonly changes?: undefined; readonly warning: string };

/**
 * `live` is the snapshot that the head is planned against, `rules` those of the provider with the base's own `unmanaged`.
 * No guard judges: what the base may not do either is still no idea of this branch.
 */
export function planBase(desired: readonly DesiredRole[], live: readonly LiveRole[], rules: Rules): BasePlan {
  try {
    return { changes: diff(desired, live, rules).changes };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { warning: `drift cannot be told apart, because the base does not match the live roles: ${error.message}` };
  }
}

/** Of a change of the head, the parts that the base plans for the same live role as well. */
export function driftIn(base: readonly Change[]): (change: Change) => readonly Part[] {
  const wanted = new Map(base.map((change) => [subject(change), new Set(keys(change))]));
  return (change) => {
    const also = wanted.get(subject(change));
    const all = parts(change);
    const drift = new Set(all.filter((part) => also?.has(key(part, change)) === true));
    // What writing a row also takes away comes from whoever wants the row written.
    const rows = new Set([...drift].map((part) => ('permission' in part ? part.permission : '')));
    const isDeleted = change.action === 'delete' && [...drift].some(({ kind }) => kind === 'delete');
    const isDrift = (part: Part) => part.kind === 'drop' && (rows.has(part.permission) || isDeleted);
    return all.filter((part) => drift.has(part) || isDrift(part));
  };
}

/** The changes with their drift marked; what is withheld has drift too. `isNone`: parts that are no drift although the base wants them. */
export function markDrift<Some extends Change>(
  head: readonly Some[],
  base: readonly Change[],
  isNone: (change: Change, part: Part) => boolean = () => false,
): readonly (Some & { readonly drift: readonly Part[] })[] {
  const drift = driftIn(base);
  return head.map((change) => ({ ...change, drift: drift(change).filter((part) => !isNone(change, part)) }));
}

/** A role that is not live yet is known by its name, any other by its id. */
function subject({ action, id, role }: Change): string {
  return JSON.stringify([action, id, id === null ? role : null]);
}

function keys(change: Change): readonly string[] {
  return parts(change).map((part) => key(part, change));
}

function key(part: Part, { after }: Change): string {
  if (part.kind === 'grant' || part.kind === 'revoke') return JSON.stringify([part.kind, part.permission]);
  if (part.kind === 'drop') return JSON.stringify([part.kind, part.permission, part.id]);
  if (part.kind === 'field') return JSON.stringify([part.kind, part.field, part.before, part.after]);
  if (part.kind === 'delete') return part.kind;
  // A role that is created has no parts for its description and settings: they belong to the create.
  const settings = Object.entries(after?.settings ?? {}).sort(([a], [b]) => byCodeUnit(a, b));
  return JSON.stringify([part.kind, after?.description, settings]);
}
