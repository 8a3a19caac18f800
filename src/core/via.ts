/** Where the effects of a change come from, where a role's own list does not say it: a set, an exception, an end that has come. Pure. */
import type { Change, Part } from './change.ts';
import type { Via } from './plan.ts';
import { byCodeUnit, type DesiredRole, type Source } from './role.ts';

export interface ViaIndex {
  /** Sorted; empty where the role's own list says it all. */
  readonly of: (change: Change) => readonly Via[];
  /** Whether the part only takes what the files gave an end that has come: no drift, and nothing that a branch brings. */
  readonly isEnd: (change: Change, part: Part) => boolean;
}

/** `base`: what the base revision declares for the same live system; undefined: it is not known. */
export function viaIndex(desired: readonly DesiredRole[], base: readonly DesiredRole[] | undefined): ViaIndex {
  const head = new Map(desired.map((role) => [sourceKey(role.source), role]));
  const before = new Map((base ?? []).map((role) => [role.name, role]));
  const endsOf = (change: Change) => {
    const roles = rolesOf(change);
    return new Map(
      roles.toReversed().flatMap((role) => (role.ended ?? []).map((end) => [end.permission, end] as const)),
    );
  };

  function rolesOf({ source, role, before: live }: Change): readonly DesiredRole[] {
    const own = source === null ? undefined : head.get(sourceKey(source));
    const old = before.get(role) ?? before.get(live?.name ?? role);
    return [own, old].filter((one) => one !== undefined);
  }

  return {
    of: (change) => {
      if (change.action === 'delete' || change.source === null) return [];
      const own = head.get(sourceKey(change.source));
      const old = before.get(change.role) ?? before.get(change.before?.name ?? change.role);
      const ends = endsOf(change);
      const grants = change.grants.flatMap((permission) => originsOf(own, permission, 'grant'));
      const revokes = change.revokes.flatMap((permission): readonly Via[] => {
        const end = ends.get(permission);
        if (end === undefined) return originsOf(old, permission, 'revoke');
        const { until, reason, source } = end;
        return [{ effect: 'revoke', permission, kind: 'end', sets: [], until, reason, source }];
      });
      return [...grants, ...revokes];
    },
    isEnd: (change, part) =>
      part.kind === 'revoke' && change.action === 'update' && endsOf(change).has(part.permission),
  };
}

function originsOf(role: DesiredRole | undefined, permission: string, effect: Via['effect']): readonly Via[] {
  const all = (role?.origins?.get(permission) ?? []).map((origin): Via => {
    const { kind, source } = origin;
    if (kind === 'set') return { effect, permission, kind, sets: origin.sets, until: null, reason: null, source };
    const { until, reason } = origin;
    return { effect, permission, kind, sets: [], until, reason, source };
  });
  return all.toSorted((a, b) => byCodeUnit(sourceKey(a.source), sourceKey(b.source)));
}

function sourceKey({ file, line, column }: Source): string {
  return `${line}:${column}:${file}`;
}
