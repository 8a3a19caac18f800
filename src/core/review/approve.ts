/** Decides what of the plan of now was reviewed: a change goes when each of its effects stands in a reviewed change. */
import { type Change, carry, type Part, partKey, parts, restrict } from '../change.ts';
import { sameLiveSystem } from '../digest.ts';
import { isPlanned, type Plan, type PlannedChange, type PlannedTarget, type Withheld } from '../plan.ts';
import type { Role } from '../role.ts';
import { reasonFor, differences, equalRoles, noLongerOpen, unmanagedMoved } from './since-review.ts';

export interface Approval {
  readonly targets: readonly ApprovedTarget[];
}

export interface ApprovedTarget {
  readonly name: string;
  /** What goes; nothing where a role of the target is refused. */
  readonly changes: readonly PlannedChange[];
  /** What nobody reviewed, and drift that was shown but not approved. The rest goes. */
  readonly held: readonly Withheld[];
  readonly refused: readonly Refusal[];
  /** As sentences: reviewed effects that need no write any more, and what else moved since the review. */
  readonly notes: readonly string[];
}

/** A role that moved since its review: what was reviewed, what was live then, what is live now. */
export interface Refusal {
  readonly role: string;
  readonly id: string | null;
  readonly reason: string;
  /** What moved, a sentence each. */
  readonly moved: readonly string[];
  readonly reviewed: Role | null;
  readonly liveThen: Role | null;
  readonly liveNow: Role | null;
}

export interface ApprovalRules {
  /** Repair drift that the review showed as such. */
  readonly includeDrift: boolean;
}

/**
 * Judges every target of the plan of now by the union of the reviewed plans. Pure. A reviewed change counts only for the
 * same provider, base URL, tenant, target and live id; creates and deletes count only whole.
 */
export function approve(now: Plan, reviewed: readonly Plan[], rules: ApprovalRules): Approval {
  return {
    targets: now.targets.filter(isPlanned).map((target) => {
      const then = reviewed
        .flatMap((plan) => plan.targets.filter(isPlanned))
        .filter((one) => sameLiveSystem(one, target));
      return judgeTarget(target, then, rules);
    }),
  };
}

type Judgement =
  | { readonly kind: 'go'; readonly change: PlannedChange }
  | { readonly kind: 'held'; readonly change: Withheld }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

function judgeTarget(now: PlannedTarget, then: readonly PlannedTarget[], rules: ApprovalRules): ApprovedTarget {
  const reviewed = then.flatMap((target) => target.changes);
  const judged = now.changes.flatMap((change) => judgeChange(change, reviewed, rules));
  const refused = judged.flatMap((one) => (one.kind === 'refused' ? one.refusal : []));
  const going = judged.flatMap((one) => (one.kind === 'go' ? one.change : []));
  return {
    name: now.name,
    changes: refused.length > 0 ? [] : going,
    held: [
      ...judged.flatMap((one) => (one.kind === 'held' ? one.change : [])),
      ...(refused.length > 0
        ? going.map((change) => hold(change, 'refused', 'another role of this target is refused'))
        : []),
    ],
    refused,
    notes: [...noLongerOpen(now, reviewed), ...unmanagedMoved(now, then)],
  };
}

function judgeChange(
  change: PlannedChange,
  reviewed: readonly PlannedChange[],
  rules: ApprovalRules,
): readonly Judgement[] {
  if (change.action === 'create') return [judgeCreate(change, reviewed, rules)];
  const same = reviewed.filter((one) => one.id === change.id);
  if (change.action === 'delete') return [judgeDelete(change, same, rules)];
  return judgeUpdate(change, same, rules);
}

function judgeCreate(change: PlannedChange, reviewed: readonly PlannedChange[], rules: ApprovalRules): Judgement {
  const vanished = reviewed.find((one) => one.id !== null && one.action === 'update' && one.role === change.role);
  if (vanished !== undefined) {
    return refuse(change, vanished, 'vanished since review', [
      'the role was deleted since the review; plan again to create it',
    ]);
  }
  const creates = reviewed.filter((one) => one.action === 'create' && one.role === change.role);
  const equal = creates.filter((one) => equalRoles(one.after, change.after));
  if (equal.length > 0) return wholly(change, equal, rules);
  const [other] = creates;
  if (other === undefined) return { kind: 'held', change: unreviewed(change) };
  return refuse(
    change,
    other,
    'the role to create is not the one that was reviewed',
    differences(other.after, change.after),
  );
}

function judgeDelete(change: PlannedChange, same: readonly PlannedChange[], rules: ApprovalRules): Judgement {
  const deletes = same.filter((one) => one.action === 'delete');
  const equal = deletes.filter((one) => equalRoles(one.before, change.before));
  if (equal.length > 0) return wholly(change, equal, rules);
  const [other] = deletes;
  if (other === undefined) return { kind: 'held', change: unreviewed(change) };
  return refuse(change, other, 'the role to delete changed since the review', differences(other.before, change.before));
}

/** Indivisible, so drift in any part of it is drift of the whole, unless one review holds it as its own. */
function wholly(change: PlannedChange, equal: readonly PlannedChange[], { includeDrift }: ApprovalRules): Judgement {
  const isOwn = equal.some((one) => (one.drift?.length ?? 0) === 0);
  return isOwn || includeDrift ? { kind: 'go', change } : { kind: 'held', change: drifted(change) };
}

function judgeUpdate(
  change: PlannedChange,
  same: readonly PlannedChange[],
  { includeDrift }: ApprovalRules,
): readonly Judgement[] {
  const seen = new Set(same.flatMap((one) => parts(one).map(partKey)));
  const drift = new Set(same.flatMap((one) => (one.drift ?? []).map(partKey)));
  const own = new Set(
    same.flatMap((one) =>
      parts(one)
        .map(partKey)
        .filter((key) => !(one.drift ?? []).map(partKey).includes(key)),
    ),
  );
  const approved = (part: Part) => own.has(partKey(part)) || (includeDrift && drift.has(partKey(part)));
  const all = parts(change);
  const going = keepingAccess(change, all.filter(approved));
  const unknown = all.filter((part) => !seen.has(partKey(part)));
  const [first] = same;
  if (going.length === 0 || first === undefined) {
    return [{ kind: 'held', change: unknown.length > 0 ? unreviewed(change) : drifted(change) }];
  }
  if (unknown.length > 0) {
    return [
      refuse(
        change,
        first,
        'the role changed since the review',
        unknown.map((part) => reasonFor(part, first, change)),
      ),
    ];
  }
  const rest = restrict(
    change,
    all.filter((part) => !going.includes(part)),
  );
  const kept = restrict(change, going);
  return [
    ...(kept === undefined ? [] : [{ kind: 'go', change: { ...kept, conditions: change.conditions } } as const]),
    ...(rest === undefined ? [] : [{ kind: 'held', change: drifted(rest) } as const]),
  ];
}

/** Without the revokes where only they would go of a role that keeps something: held grants must not leave it empty. */
function keepingAccess(change: PlannedChange, going: readonly Part[]): readonly Part[] {
  if (change.action !== 'update' || change.after.permissions.length === 0) return going;
  if (carry(change.before, going).permissions.length > 0) return going;
  return going.filter((part) => part.kind !== 'revoke');
}

function refuse(change: Change, reviewed: Change, reason: string, moved: readonly string[]): Judgement {
  const { role, id, before } = change;
  return {
    kind: 'refused',
    refusal: {
      role,
      id: id ?? reviewed.id,
      reason,
      moved,
      reviewed: reviewed.after,
      liveThen: reviewed.before,
      liveNow: before,
    },
  };
}

function unreviewed(change: Change): Withheld {
  return hold(change, 'unreviewed', 'nobody reviewed this; plan again and have it approved');
}

function drifted(change: Change): Withheld {
  return hold(change, 'drift', 'the review showed this as drift, not as its own change; `--include-drift` repairs it');
}

function hold(change: Change, code: string, reason: string): Withheld {
  return { ...change, code, reason };
}
