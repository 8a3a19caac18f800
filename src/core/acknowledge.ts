/** Dangers that a pull request can accept by naming them, one operation at a time. Nothing else is lifted by it. Pure. */
import { candidatesIn } from './candidates.ts';
import type { Capabilities } from './capabilities.ts';
import type { Change, Part } from './change.ts';
import type { Guard } from './guards.ts';
import type { Withheld } from './plan.ts';
import type { DesiredRole, LiveRole, Source } from './role.ts';

/** Accepted for one change, and only while the base revision does not have them. */
const liftable: ReadonlySet<string> = new Set(['in-use', 'second-factor', 'many-deletes', 'built-in-loses']);

/** What a provider cannot do for good: known, and no news in every plan. */
const silenced: ReadonlySet<string> = new Set(['licence', 'unsupported', 'immutable']);

export interface Acknowledged {
  /** Codes that count for the change. */
  readonly of: (change: Change) => readonly string[];
  readonly warnings: readonly string[];
}

/** `base`: the roles of the revision before; undefined: there is none, and every acknowledgement counts. */
export function acknowledgements(
  desired: readonly DesiredRole[],
  base: readonly DesiredRole[] | undefined,
  live: readonly LiveRole[],
): Acknowledged {
  const candidatesOf = candidatesIn(live.map(({ id, role }) => ({ id, name: role.name })));
  const merged = new Map<string, Set<string>>();
  const keysOf = (role: DesiredRole) => [`name ${role.name}`, ...candidatesOf(role).map(({ id }) => `id ${id}`)];
  for (const role of base ?? []) {
    const codes = (role.acknowledged ?? []).filter((code) => liftable.has(code));
    if (codes.length === 0) continue;
    for (const key of keysOf(role)) merged.set(key, new Set([...(merged.get(key) ?? []), ...codes]));
  }
  const used = (role: DesiredRole) => keysOf(role).flatMap((key) => [...(merged.get(key) ?? [])]);
  const counting = new Map<Source, readonly string[]>();
  const warnings: string[] = [];
  for (const role of desired) {
    const given = role.acknowledged ?? [];
    if (given.length === 0) continue;
    const before = new Set(used(role));
    counting.set(
      role.source,
      given.filter((code) => !before.has(code)),
    );
    const spent = given.filter((code) => before.has(code)).map((code) => `\`${code}\``);
    if (spent.length > 0) {
      warnings.push(
        `role \`${role.name}\`: ${spent.join(', ')} of \`acknowledge\` is already merged and no longer counts; remove it`,
      );
    }
  }
  return { of: ({ source }) => (source === null ? [] : (counting.get(source) ?? [])), warnings };
}

/** The guards without what the change acknowledges. */
export function lifting(guards: readonly Guard[], of: (change: Change) => readonly string[]): readonly Guard[] {
  return guards.map((guard) => (part, change) => {
    const objection = guard(part, change);
    const isLifted = objection !== undefined && liftable.has(objection.code) && of(change).includes(objection.code);
    return isLifted ? undefined : objection;
  });
}

/** Marks what is withheld for good and known to be. */
export function silence(withheld: readonly Withheld[], of: (change: Change) => readonly string[]): readonly Withheld[] {
  return withheld.map((change) =>
    silenced.has(change.code) && of(change).includes(change.code) ? { ...change, known: true } : change,
  );
}

/** A setting that a role is safer with, and that would be given up. */
export function keepsSafe({ safer = {} }: Pick<Capabilities, 'safer'>): Guard {
  return (part: Part) => {
    if (part.kind !== 'field' || !Object.hasOwn(safer, part.field) || part.before !== safer[part.field])
      return undefined;
    const reason = `\`${part.field}\` would be turned off, and whoever has a holder's password would have the role; if that is intended, add \`acknowledge: [second-factor]\` to the role`;
    return { code: 'second-factor', reason };
  };
}

/** More deletes at once than anybody reads one by one. */
export function fewDeletes(
  changes: readonly Change[],
  limit: number,
  of: (change: Change) => readonly string[],
): Guard {
  const unnamed = changes.filter((change) => change.action === 'delete' && !of(change).includes('many-deletes'));
  return (part) => {
    if (part.kind !== 'delete' || unnamed.length <= limit) return undefined;
    const reason = `${unnamed.length} roles would be deleted, more than \`limits.deletes: ${limit}\` of the target; add \`acknowledge: [many-deletes]\` to each intended one, or raise the limit`;
    return { code: 'many-deletes', reason };
  };
}
