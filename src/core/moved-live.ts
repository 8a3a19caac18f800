/** What moved on a live role between the plan and its write, in words. Empty: it is what the plan saw. Pure. */
import { effects } from './change.ts';
import type { Role } from './role.ts';
import { shown } from './text.ts';

/** Both are normalised; `now` is undefined where the role is gone. */
export function movedSince(then: Role, now: Role | undefined): readonly string[] {
  if (now === undefined) return ['the role was deleted since the plan'];
  const { grants, revokes, fields } = effects(then, now);
  return [
    ...grants.map((permission) => `\`${shown(permission)}\` was granted since the plan`),
    ...revokes.map((permission) => `\`${shown(permission)}\` was revoked since the plan`),
    ...Object.entries(fields).map(
      ([field, { before, after }]) => `${field} was ${quoted(before)} in the plan and is ${quoted(after)} now`,
    ),
  ];
}

function quoted(value: unknown): string {
  return JSON.stringify(typeof value === 'string' ? shown(value) : value);
}
