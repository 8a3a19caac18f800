/** Decides which parts of the current plan were reviewed: a change is written if each of its effects is in a reviewed change. */
import { type Change, carry, type Part, partKey, parts, restrict } from '../change.ts';
import { sameLiveSystem } from '../digest.ts';
import { movedOutcome, type Outcome } from '../outcome.ts';
import {
  type Identity,
  isPlanned,
  type Plan,
  type PlannedChange,
  type PlannedTarget,
  type Reached,
  type Withheld,
} from '../plan.ts';
import type { Role } from '../role.ts';
import { shown } from '../text.ts';
import { differences, equalRoles, noLongerOpen, reasonFor, unmanagedMoved } from './since-review.ts';

export interface Approval {
  readonly targets: readonly ApprovedTarget[];
}

export interface ApprovedTarget {
  readonly name: string;
  readonly changes: readonly PlannedChange[];
  /** What nobody reviewed, drift that was shown but not approved, and what was applied before. The rest is written. */
  readonly held: readonly Withheld[];
  /** Roles that changed since their review: they are not written, and the rest of the target continues. */
  readonly moved: readonly Outcome[];
  /** As sentences: reviewed effects that need no write any more, and what else moved since the review. */
  readonly notes: readonly string[];
}

export interface ApprovalRules {
  /** Repair drift that the review showed as such. */
  readonly includeDrift: boolean;
  /** An effect that was applied since that moment: the review of then was used up, so it does not go by it again. */
  readonly isSpent?: (target: Identity, change: Change, part: Part, since: string) => boolean;
  /** A revoke that the end of an exception brings, and that whoever merged the end has approved. */
  readonly isEnded?: (target: Identity, change: PlannedChange, permission: string) => boolean;
}

/**
 * Judges every target of the current plan by the union of the reviewed plans. Pure. A reviewed change counts only for the
 * same provider, base URL, tenant, target and live id; creates and deletes count only whole.
 */
export function approve(now: Plan, reviewed: readonly Plan[], rules: ApprovalRules): Approval {
  return {
    targets: now.targets.filter(isPlanned).map((target) => {
      const then = reviewed.flatMap(({ at, targets }) =>
        targets
          .filter(isPlanned)
          .filter((one) => sameLiveSystem(one, target))
          .map((one) => ({ ...one, changes: one.changes.map((change) => ({ ...change, at })) })),
      );
      return judgeTarget(target, then, rules);
    }),
  };
}

/** With the time of its plan. */
type Reviewed = PlannedChange & Pick<Plan, 'at'>;

type ReviewedTarget = PlannedTarget & { readonly changes: readonly Reviewed[] };

type Judgement =
  | { readonly kind: 'go'; readonly change: PlannedChange }
  | { readonly kind: 'held'; readonly change: Withheld }
  | { readonly kind: 'moved'; readonly outcome: Outcome };

function judgeTarget(now: PlannedTarget, then: readonly ReviewedTarget[], rules: ApprovalRules): ApprovedTarget {
  const reviewed = then.flatMap((target) => target.changes);
  const judged = holdWider(
    now.changes.flatMap((change) => judgeChange(change, reviewed, rules, now)),
    now,
    then,
  );
  return {
    name: now.name,
    changes: judged.flatMap((one) => (one.kind === 'go' ? one.change : [])),
    held: judged.flatMap((one) => (one.kind === 'held' ? one.change : [])),
    moved: judged.flatMap((one) => (one.kind === 'moved' ? one.outcome : [])),
    notes: [...noLongerOpen(now, reviewed), ...unmanagedMoved(now, then)],
  };
}

/**
 * Where roles hold roles, a grant brings along what the granted role holds, and that may have grown since the review. Held
 * with it is whatever brings more than any review showed, be it by a change that is itself not approved.
 */
function holdWider(
  judged: readonly Judgement[],
  { inTheEnd = [] }: PlannedTarget,
  then: readonly PlannedTarget[],
): readonly Judgement[] {
  const keyOf = ({ role, id, direction, permission }: Reached) => JSON.stringify([id ?? [role], direction, permission]);
  const seen = new Set(then.flatMap((target) => (target.inTheEnd ?? []).map(keyOf)));
  const fresh = inTheEnd.filter((one) => !seen.has(keyOf(one)));
  if (fresh.length === 0) return judged;
  return judged.map((one) => {
    if (one.kind !== 'go') return one;
    const { grants, revokes } = one.change;
    const brings = fresh.find(({ direction, way }) =>
      way.some((permission) => (direction === 'gains' ? grants : revokes).includes(permission)),
    );
    return brings === undefined ? one : { kind: 'held', change: widened(one.change, brings) };
  });
}

function judgeChange(
  change: PlannedChange,
  reviewed: readonly Reviewed[],
  { includeDrift, isSpent = () => false, isEnded = () => false }: ApprovalRules,
  target: PlannedTarget,
): readonly Judgement[] {
  const isSpentPart = (part: Part) => {
    const holding = reviewed.filter((one) => isSameSubject(one, change) && parts(one).some(isPart(part)));
    return holding.length > 0 && holding.every(({ at }) => isSpent(target, change, part, at));
  };
  const live = new Set(target.live.map(({ id }) => id));
  // A side effect is a part like any other, and no end of an exception approves it.
  const drops = new Set(change.drops.map(({ permission }) => permission));
  const ended = (part: Part) =>
    part.kind === 'revoke' && !drops.has(part.permission) && isEnded(target, change, part.permission);
  const rules = { includeDrift, isSpent: isSpentPart, isEnded: ended, isLive: (id: string) => live.has(id) };
  const judged = judgeBy(change, reviewed, rules);
  // A part that nobody reviewed is refused as such; only what would go can be spent.
  const spent = parts(change).some((part) => part.kind === change.action && rules.isSpent(part));
  return spent
    ? judged.map((one) => (one.kind === 'go' ? { kind: 'held', change: spentChange(change) } : one))
    : judged;
}

function isSameSubject(a: Change, b: Change): boolean {
  return a.action === b.action && a.id === b.id && (a.id !== null || a.role === b.role);
}

function isPart(part: Part): (other: Part) => boolean {
  const key = partKey(part);
  return (other) => partKey(other) === key;
}

interface Rules {
  readonly includeDrift: boolean;
  readonly isSpent: (part: Part) => boolean;
  readonly isEnded: (part: Part) => boolean;
  readonly isLive: (id: string) => boolean;
}

function judgeBy(change: PlannedChange, reviewed: readonly PlannedChange[], rules: Rules): readonly Judgement[] {
  if (change.action === 'create') return [judgeCreate(change, reviewed, rules)];
  const same = reviewed.filter((one) => one.id === change.id);
  if (change.action === 'delete') return [judgeDelete(change, same, rules)];
  return judgeUpdate(change, same, rules);
}

function judgeCreate(change: PlannedChange, reviewed: readonly PlannedChange[], rules: Rules): Judgement {
  const vanished = reviewed.find(
    (one) => one.action === 'update' && one.role === change.role && one.id !== null && !rules.isLive(one.id),
  );
  if (vanished !== undefined) {
    return refuse(change, vanished, 'vanished since review', [
      'the role was deleted since the review; plan again to create it',
    ]);
  }
  const creates = reviewed.filter((one) => one.action === 'create' && one.role === change.role);
  const equal = creates.filter((one) => equalRoles(one.after, change.after) && coversDrops(one, change));
  if (equal.length > 0) return wholly(change, equal, rules);
  const [other] = creates;
  if (other === undefined) return { kind: 'held', change: unreviewed(change) };
  return refuse(change, other, 'the role to create is not the one that was reviewed', [
    ...differences(other.after, change.after),
    ...newDrops(other, change),
  ]);
}

function judgeDelete(change: PlannedChange, same: readonly PlannedChange[], rules: Rules): Judgement {
  const deletes = same.filter((one) => one.action === 'delete');
  const equal = deletes.filter((one) => equalRoles(one.before, change.before) && coversDrops(one, change));
  if (equal.length > 0) return wholly(change, equal, rules);
  const [other] = deletes;
  if (other === undefined) return { kind: 'held', change: unreviewed(change) };
  return refuse(change, other, 'the role to delete changed since the review', [
    ...differences(other.before, change.before),
    ...newDrops(other, change),
  ]);
}

/** Indivisible, so drift in any part of it is drift of the whole, unless one review holds it as its own. */
function wholly(change: PlannedChange, equal: readonly PlannedChange[], { includeDrift }: Rules): Judgement {
  const isOwn = equal.some((one) => (one.drift?.length ?? 0) === 0);
  return isOwn || includeDrift ? { kind: 'go', change } : { kind: 'held', change: drifted(change) };
}

function judgeUpdate(
  change: PlannedChange,
  same: readonly PlannedChange[],
  { includeDrift, isSpent, isEnded }: Rules,
): readonly Judgement[] {
  const [first] = same;
  const all = parts(change);
  const seen = new Set(same.flatMap((one) => parts(one).map(partKey)));
  const unknown = all.filter((part) => !seen.has(partKey(part)) && !isEnded(part));
  const drift = new Set(same.flatMap((one) => (one.drift ?? []).map(partKey)));
  const own = new Set(
    same.flatMap((one) => {
      const repaired = new Set((one.drift ?? []).map(partKey));
      return parts(one)
        .map(partKey)
        .filter((key) => !repaired.has(key));
    }),
  );
  const approved = (part: Part) =>
    own.has(partKey(part)) || (includeDrift && drift.has(partKey(part))) || isEnded(part);
  const spent = all.filter((part) => approved(part) && part.kind !== 'drop' && isSpent(part));
  const going = keepingAccess(
    change,
    all.filter((part) => approved(part) && !spent.includes(part)),
  );
  if (!all.some(approved)) {
    return [{ kind: 'held', change: unknown.length > 0 ? unreviewed(change) : drifted(change) }];
  }
  if (first !== undefined && unknown.length > 0) {
    return [
      refuse(
        change,
        first,
        'the role changed since the review',
        unknown.map((part) => reasonFor(part, first, change)),
      ),
    ];
  }
  const elsewhere = same.map((one) => movedElsewhere(one, change));
  if (first !== undefined && elsewhere.every((moved) => moved.length > 0)) {
    return [refuse(change, first, 'the role changed since the review', elsewhere[0] ?? [])];
  }
  const left = all.filter((part) => !going.includes(part) && part.kind !== 'drop');
  const rest = restrict(
    change,
    left.filter((part) => !spent.includes(part)),
  );
  // Without a review of the role, the end of an exception is applied alone.
  const because = unknown.length > 0 ? unreviewed : drifted;
  const used = restrict(change, spent);
  const kept = restrict(change, going);
  const { conditions, managed, acknowledged } = change;
  return [
    ...(kept === undefined ? [] : [{ kind: 'go', change: { ...kept, conditions, managed, acknowledged } } as const]),
    ...(rest === undefined ? [] : [{ kind: 'held', change: because(rest) } as const]),
    ...(used === undefined ? [] : [{ kind: 'held', change: spentChange(used) } as const]),
  ];
}

/** What moved of the fields that the files do not declare: they are written as they are live, and nobody saw that. */
function movedElsewhere(reviewed: PlannedChange, now: PlannedChange): readonly string[] {
  if (reviewed.before === null || now.before === null) return [];
  const { permissions, description, settings } = reviewed.before;
  const managed = new Set(now.managed);
  const then: Role = {
    name: now.before.name,
    description: managed.has('description') ? now.before.description : description,
    permissions: managed.has('permissions') ? now.before.permissions : permissions,
    settings: Object.fromEntries(
      Object.entries(now.before.settings).map(([key, value]) => [
        key,
        managed.has(key) ? value : (settings[key] ?? null),
      ]),
    ),
  };
  return differences(then, now.before);
}

function coversDrops(reviewed: Change, now: Change): boolean {
  return newDrops(reviewed, now).length === 0;
}

function newDrops(reviewed: Change, now: Change): readonly string[] {
  const seen = new Set(reviewed.drops.map(({ permission, id }) => JSON.stringify([permission, id])));
  return now.drops
    .filter(({ permission, id }) => !seen.has(JSON.stringify([permission, id])))
    .map(
      ({ permission, id }) => `it would also take \`${permission}\` from \`${id}\`, which was not in what was reviewed`,
    );
}

/** Without the revokes where only they would go of a role that keeps something: held grants must not leave it empty. */
function keepingAccess(change: PlannedChange, going: readonly Part[]): readonly Part[] {
  if (change.action !== 'update' || change.after.permissions.length === 0) return going;
  if (carry(change.before, going).permissions.length > 0) return going;
  return going.filter((part) => part.kind !== 'revoke');
}

function refuse(change: Change, reviewed: Change, reason: string, moved: readonly string[]): Judgement {
  const movement = { reason, moved, wanted: reviewed.after, liveThen: reviewed.before, liveNow: change.before };
  return { kind: 'moved', outcome: movedOutcome({ ...change, id: change.id ?? reviewed.id }, movement) };
}

function unreviewed(change: Change): Withheld {
  return hold(change, 'unreviewed', 'nobody reviewed this; plan again and have it approved');
}

function widened(change: Change, { role, direction, permission, way }: Reached): Withheld {
  const what = `\`${shown(role)}\` ${direction} \`${shown(permission)}\` through ${way.map((one) => `\`${shown(one)}\``).join(' → ')}`;
  return hold(
    change,
    'comes-to-more',
    `it amounts to more than was reviewed: ${what}; plan again and have it approved`,
  );
}

function drifted(change: Change): Withheld {
  return hold(change, 'drift', 'the review showed this as drift, not as its own change; `--include-drift` repairs it');
}

function spentChange(change: Change): Withheld {
  const reason =
    'the review is used up: this was applied before, and somebody has undone it since; plan again and have it approved';
  return hold(change, 'spent', reason);
}

function hold(change: Change, code: string, reason: string): Withheld {
  return { ...change, code, reason };
}
