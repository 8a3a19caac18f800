/** What causes the changes, besides the role's own list: sets, exceptions, and exceptions that have ended. Pure. */
import { isPlanned, type Plan, type PlannedChange, type PlannedTarget, type Via } from '../core/plan.ts';
import { byCodeUnit, groupBy, type Source, sortedSet } from '../core/role.ts';
import { count } from './style.ts';

export interface Cause {
  readonly kind: Via['kind'];
  /** The set that lists the permissions; '' for an exception. */
  readonly set: string;
  readonly until: string | null;
  readonly reason: string | null;
  /** The set's first line among those that count, or the exception. */
  readonly source: Source;
  readonly effect: Via['effect'];
  /** Sorted. */
  readonly permissions: readonly string[];
  /** Names, sorted. */
  readonly roles: readonly string[];
  readonly targets: readonly string[];
}

/** Sets first, the farthest reaching first. A role that is created has its permissions from there, too; that is no news of a set. */
export function causes({ targets }: Plan): readonly Cause[] {
  const all = targets.filter(isPlanned).flatMap((target) => target.changes.flatMap((change) => viasOf(target, change)));
  const byPermission = [...groupBy(all, ({ via }) => JSON.stringify([causeKey(via), via.permission])).values()];
  const same = groupBy(byPermission, (members) => {
    const [first] = members;
    const reached = members.map(({ target, change }) => [target.name, change.role]);
    return JSON.stringify([first && causeKey(first.via), reached]);
  });
  return [...same.values()]
    .flatMap((groups) => causeOf(groups.flat()))
    .sort(
      (a, b) =>
        kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
        b.targets.length - a.targets.length ||
        byCodeUnit(a.set, b.set) ||
        byCodeUnit(a.source.file, b.source.file) ||
        a.source.line - b.source.line,
    );
}

/** `2 roles on 200 targets`, or the one role and the one target by name, as `show` writes them. */
export function reach({ roles, targets }: Cause, show: (name: string) => string): string {
  const [role = ''] = roles;
  const [target = ''] = targets;
  const who = roles.length === 1 ? show(role) : count(roles.length, 'role');
  return `${who} on ${targets.length === 1 ? show(target) : count(targets.length, 'target')}`;
}

/** ` until 2026-12-31` or ` that ended on 2026-12-31`, after the word exception; '' where there is no end. */
export function endText({ kind, until }: Pick<Cause, 'kind' | 'until'>): string {
  if (until === null) return '';
  return kind === 'end' ? ` that ended on ${until}` : ` until ${until}`;
}

const kinds: readonly Via['kind'][] = ['set', 'exception', 'end'];

interface Found {
  readonly target: PlannedTarget;
  readonly change: PlannedChange;
  readonly via: Via;
}

function viasOf(target: PlannedTarget, change: PlannedChange): readonly Found[] {
  const some = (change.via ?? []).filter(({ kind }) => kind !== 'set' || change.action === 'update');
  return some.map((via) => ({ target, change, via }));
}

function causeKey({ kind, sets, effect, until, reason, source }: Via): readonly unknown[] {
  return kind === 'set'
    ? [kind, sets.at(-1), effect, source.file]
    : [kind, effect, until, reason, source.file, source.line];
}

function causeOf(members: readonly Found[]): readonly Cause[] {
  const [first] = members;
  if (first === undefined) return [];
  const { kind, sets, until, reason, effect } = first.via;
  const source = members.map(({ via }) => via.source).reduce((a, b) => (b.line < a.line ? b : a));
  return [
    {
      ...{ kind, until, reason, effect, source },
      set: kind === 'set' ? (sets.at(-1) ?? '') : '',
      permissions: sortedSet(members.map(({ via }) => via.permission)),
      roles: sortedSet(members.map(({ change }) => change.role)),
      targets: sortedSet(members.map(({ target }) => target.name)),
    },
  ];
}
