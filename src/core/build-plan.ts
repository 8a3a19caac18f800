/** Makes a plan out of what was compared and judged: sorted, counted, and named by its digest. */
import type { Change } from './change.ts';
import type { Differences } from './diff.ts';
import { checksum, digest } from './digest.ts';
import type { Judged } from './judge.ts';
import {
  type Condition,
  type Identity,
  isPlanned,
  type Named,
  openWithheld,
  type Plan,
  type PlannedTarget,
  type PlanPart,
  type Reached,
  type Safeguard,
  type Summary,
  type TargetPlan,
  type Via,
} from './plan.ts';
import { byCodeUnit } from './role.ts';

export interface Findings {
  readonly differences: Differences;
  readonly judged: Judged;
  readonly ignoreUnmanaged: boolean;
  readonly conditions: (change: Change) => readonly Condition[];
  readonly acknowledged: (change: Change) => readonly string[];
  readonly via?: (change: Change) => readonly Via[];
  readonly inTheEnd?: readonly Reached[];
}

/** One target as the plan shows it. */
export function planTarget(identity: Identity, findings: Findings): PlannedTarget {
  const { differences, judged, ignoreUnmanaged, conditions, acknowledged, via = () => [], inTheEnd = [] } = findings;
  const unmanaged = differences.unmanaged.map(({ id, role }) => ({ id, name: role.name })).sort(byName);
  return {
    ...identity,
    changes: judged.changes.map((change) => {
      const origins = via(change);
      return {
        ...change,
        conditions: conditions(change),
        acknowledged: acknowledged(change),
        managed: change.action === 'update' ? (differences.managed.get(change.id ?? '') ?? []) : [],
        ...(origins.length > 0 && { via: origins }),
      };
    }),
    withheld: judged.withheld,
    ...(inTheEnd.length > 0 && { inTheEnd }),
    unmanaged: ignoreUnmanaged ? [] : unmanaged,
    ignored: ignoreUnmanaged ? unmanaged.length : 0,
    live: differences.live.map(({ id, builtIn, role }) => ({ id, builtIn, ...role })).sort(byName),
    unchanged: differences.unchanged,
  };
}

function byName(a: Named, b: Named): number {
  return byCodeUnit(a.name, b.name) || byCodeUnit(a.id, b.id);
}

export interface ComparedWith {
  readonly base: string | null;
  readonly safeguards: readonly Safeguard[];
  /** Roles that this revision says another way than the base, and leaves as they are. */
  readonly restated?: number;
  readonly part?: PlanPart;
}

/** The targets of a run as one plan. */
export function assemble(
  targets: readonly TargetPlan[],
  { version, at }: { readonly version: string; readonly at: string },
  { base, safeguards, restated = 0, part }: ComparedWith = { base: null, safeguards: [] },
): Plan {
  const sorted = [...targets].sort((a, b) => byCodeUnit(a.name, b.name));
  const plan = {
    formatVersion: 2,
    at,
    tool: { name: 'rolesync', version },
    base,
    ...(part && { part }),
    safeguards,
    ...(restated > 0 && { restated }),
    targets: sorted,
    summary: summarise(sorted),
    digest: digest(sorted),
  } as const;
  return {
    ...plan,
    // Made where it is asked for: it takes reading all live roles once more, and few runs save or print the document.
    get checksum() {
      return checksum(plan);
    },
  };
}

/** Counts over the targets that could be read. */
export function summarise(targets: readonly TargetPlan[]): Summary {
  const planned = targets.filter(isPlanned);
  const total = (count: (target: PlannedTarget) => number) => planned.reduce((sum, target) => sum + count(target), 0);
  const acting = (action: Change['action']) =>
    total((target) => target.changes.filter((change) => change.action === action).length);
  return {
    create: acting('create'),
    update: acting('update'),
    delete: acting('delete'),
    unchanged: total((target) => target.unchanged),
    withheld: total((target) => openWithheld(target.withheld).length),
    unmanaged: total((target) => target.unmanaged.length + target.ignored),
  };
}
