/** Changes that are the same on several targets, told once: a reader of two hundred targets reads each of them one time. Pure. */
import { isPlanned, type Plan, type PlannedChange, type PlannedTarget, type Withheld } from '../core/plan.ts';
import { groupBy } from '../core/role.ts';

/** One change, and all the targets that have it. */
export interface Repeated<Some> {
  readonly change: Some;
  /** In the order of the plan. */
  readonly targets: readonly PlannedTarget[];
}

export interface Told {
  readonly changes: readonly Repeated<PlannedChange>[];
  readonly withheld: readonly Repeated<Withheld>[];
  /** What is the target's own, and told with it. */
  readonly own: (target: PlannedTarget) => Own;
  /** All of it: what is the same on several targets, and then target by target. */
  readonly groups: readonly (Own & { readonly targets: readonly PlannedTarget[] })[];
}

export type Own = Pick<PlannedTarget, 'changes' | 'withheld'>;

/** From so many targets on; two are read faster one after the other. */
const several = 3;

export function tell({ targets }: Plan): Told {
  const planned = targets.filter(isPlanned);
  const changes = repeated(planned, (target) => target.changes);
  const withheld = repeated(planned, (target) => target.withheld);
  const told = new Set<unknown>([...changes.told, ...withheld.told]);
  const own = (target: PlannedTarget): Own =>
    told.size === 0
      ? target
      : {
          changes: target.changes.filter((change) => !told.has(change)),
          withheld: target.withheld.filter((change) => !told.has(change)),
        };
  return {
    changes: changes.groups,
    withheld: withheld.groups,
    own,
    groups: [
      ...together(changes.groups, withheld.groups),
      ...planned.map((target) => ({ targets: [target], ...pick(own(target)) })),
    ],
  };
}

/** One group for all that the very same targets have. */
function together(
  changes: readonly Repeated<PlannedChange>[],
  withheld: readonly Repeated<Withheld>[],
): Told['groups'] {
  const keyOf = ({ targets }: Repeated<unknown>) => JSON.stringify(targets.map(({ name }) => name));
  const held = groupBy(withheld, keyOf);
  const planned = groupBy(changes, keyOf);
  return [...new Set([...planned.keys(), ...held.keys()])].map((key) => {
    const [some, others] = [planned.get(key) ?? [], held.get(key) ?? []];
    return {
      targets: (some[0] ?? others[0])?.targets ?? [],
      changes: some.map(({ change }) => change),
      withheld: others.map(({ change }) => change),
    };
  });
}

function pick({ changes, withheld }: Own): Own {
  return { changes, withheld };
}

function repeated<Some extends PlannedChange | Withheld>(
  targets: readonly PlannedTarget[],
  of: (target: PlannedTarget) => readonly Some[],
) {
  if (targets.length < several) return { groups: [], told: [] };
  const all = targets.flatMap((target) => of(target).map((change) => ({ target, change })));
  const groups = [...groupBy(all, ({ target, change }) => sameEffect(target, change)).values()]
    .map((members) => ({ members, targets: [...new Set(members.map(({ target }) => target))] }))
    // Two roles of one target that change alike are two changes.
    .filter(({ members, targets: holders }) => holders.length >= several && holders.length === members.length);
  return {
    groups: groups.flatMap(({ members: [first], targets: holders }): readonly Repeated<Some>[] =>
      first === undefined ? [] : [{ change: first.change, targets: holders }],
    ),
    told: groups.flatMap(({ members }) => members.map(({ change }) => change)),
  };
}

/** Equal for changes of which a reader would read the same words. */
function sameEffect({ provider }: PlannedTarget, change: PlannedChange | Withheld): string {
  const { action, role, cause, source, before, after, grants, revokes, fields, drops, drift } = change;
  const created = action === 'create' ? [after?.description, after?.settings] : null;
  const rest =
    'reason' in change ? [change.code, change.reason, change.known ?? false] : [change.conditions, change.via ?? []];
  return JSON.stringify([
    ...[provider, action, role, before?.name ?? null, cause, source],
    ...[grants, revokes, fields, drops, drift ?? null, created, rest],
  ]);
}
