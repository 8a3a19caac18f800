/** Compares what was reported as done with the plan made after it: an apply looks, it does not assume. */
import { type Change, type Part, parts } from './change.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { PlannedTarget, Withheld } from './plan.ts';

export interface Verified {
  readonly outcomes: readonly Outcome[];
  readonly verified: boolean;
}

/**
 * `withheld`: what was known not to go; `after` is the plan made after the writes. A change that was reported as done
 * and is still wanted has failed; one that was reported as failed or whose answer was lost is done if nothing of it is
 * wanted any more, since a server can refuse a write that it has carried out. What is
 * wanted now and was not in the plan at all is reported as failed too: somebody else wrote at the same time.
 */
export function verify(outcomes: readonly Outcome[], withheld: readonly Withheld[], after: PlannedTarget): Verified {
  const known = new Set(withheld.flatMap((change) => parts(change).map((part) => effect(subject(change), part))));
  const isKnown = (change: Change, part: Part) =>
    known.has(effect(subject(change), part)) || known.has(effect(subject({ ...change, id: null }), part));
  const left = [...after.changes, ...after.withheld]
    .map((change) => ({ change, open: parts(change).filter((part) => !isKnown(change, part)) }))
    .filter(({ open }) => open.length > 0);
  const judged = outcomes.map((outcome) => {
    if (!REJUDGED.includes(outcome.status)) return { outcome, agrees: true };
    const still = left.find(({ change }) => concerns(change, outcome));
    if (still === undefined) return { outcome: confirmed(outcome), agrees: true };
    return { outcome: untaken(outcome, still.open), agrees: outcome.status === 'failed' };
  });
  const strangers = left.filter(({ change }) => !outcomes.some((outcome) => concerns(change, outcome)));
  return {
    outcomes: [...judged.map(({ outcome }) => outcome), ...strangers.map(({ change, open }) => stranger(change, open))],
    verified: strangers.length === 0 && judged.every(({ agrees }) => agrees),
  };
}

/** What a second look can tell; the others were not sent. */
const REJUDGED: readonly Outcome['status'][] = ['done', 'failed', 'uncertain'];

function concerns(change: Change, outcome: Outcome): boolean {
  return change.id === null || outcome.id === null ? change.role === outcome.role : change.id === outcome.id;
}

/** By id; a role that was created in between had only its name before. */
function subject({ id, role }: { readonly id: string | null; readonly role: string }): string {
  return JSON.stringify(id === null ? ['name', role] : ['id', id]);
}

function effect(of: string, part: Part): string {
  return `${of} ${JSON.stringify(part)}`;
}

function confirmed(outcome: Outcome): Outcome {
  const { error: _lost, ...rest } = outcome;
  return { ...rest, status: 'done' };
}

function untaken(outcome: Outcome, open: readonly Part[]): Outcome {
  if (outcome.status === 'failed') return outcome;
  const lost =
    outcome.error === undefined ? 'the provider accepted it, but afterwards' : `${outcome.error.message}; and`;
  const message = `${lost} the change is not there: ${open.map(stillOpen).join(', ')}`;
  return { ...outcome, status: 'failed', error: { code: outcome.error?.code ?? 'incomplete', message } };
}

function stranger(change: Change, open: readonly Part[]): Outcome {
  const message = `differs after the apply and was not part of it; somebody else wrote at the same time: ${open.map(stillOpen).join(', ')}`;
  return outcomeOf(change, 'failed', { code: 'incomplete', message });
}

function stillOpen(part: Part): string {
  if (part.kind === 'grant') return `\`${part.permission}\` is still missing`;
  if (part.kind === 'revoke') return `\`${part.permission}\` is still there`;
  if (part.kind === 'drop') return `\`${part.permission}\` still names \`${part.id}\``;
  if (part.kind === 'field') return `${part.field} is still ${JSON.stringify(part.before)}`;
  return part.kind === 'create' ? 'the role is not there' : 'the role is still there';
}
