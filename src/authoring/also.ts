/** What edited files say otherwise of targets that it was not taken from. Pure. */
import type { Config } from '../config/config.ts';
import type { DesiredRole } from '../core/role.ts';
import { placesThen } from './prove.ts';
import { keyOf, type Taken } from './take-over.ts';

/** A role of a target, from what the files said to what they say. */
export interface AlsoChanged {
  readonly target: string;
  readonly role: string;
  readonly gains: readonly string[];
  readonly loses: readonly string[];
  /** Names of other fields. */
  readonly fields: readonly string[];
}

export function alsoChanged(before: Config, after: Config, taken: readonly Taken[]): readonly AlsoChanged[] {
  return before.targets.flatMap((then) => {
    const now = after.targets.find(({ name }) => name === then.name);
    const places = placesThen(then, now);
    const earlier = new Map(then.roles.map((role) => [keyOf(role.source), role]));
    return (now?.roles ?? []).flatMap((role): readonly AlsoChanged[] => {
      const place = places.get(keyOf(role.source));
      const old = place === undefined ? undefined : earlier.get(place);
      if (old === undefined) return [];
      const known = taken.filter(({ target, source }) => target === then.name && keyOf(source) === place);
      const [granted, revoked, fields] = [
        known.flatMap(({ change }) => change.grants),
        known.flatMap(({ change }) => change.revokes),
        known.flatMap(({ change }) => Object.keys(change.fields)),
      ];
      const other: AlsoChanged = {
        target: then.name,
        role: old.name,
        gains: lacking(role, old).filter((one) => !granted.includes(one)),
        loses: lacking(old, role).filter((one) => !revoked.includes(one)),
        fields: fieldsOf(old, role).filter((one) => !fields.includes(one)),
      };
      return other.gains.length + other.loses.length + other.fields.length === 0 ? [] : [other];
    });
  });
}

/** Permissions that the other does not have. */
function lacking({ permissions = [] }: DesiredRole, other: DesiredRole): readonly string[] {
  const held = new Set(other.permissions);
  return permissions.filter((one) => !held.has(one));
}

function fieldsOf(old: DesiredRole, now: DesiredRole): readonly string[] {
  const [before, after] = [old, now].map(({ name, description, settings }) => ({ name, description, ...settings }));
  const keys = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...keys].filter((key) => Reflect.get(before ?? {}, key) !== Reflect.get(after ?? {}, key));
}
