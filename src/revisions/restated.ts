/** Roles that a branch writes another way and leaves as they are: a set instead of a list, another file. Pure. */
import type { Config } from '../config/config.ts';
import { canonical } from '../core/canonical.ts';
import type { DesiredRole } from '../core/role.ts';
import { pairsOf } from './target-identity.ts';

/** How many roles of the head's files the base wants just so, and says otherwise. A role counts once, however many targets have it. */
export function restated(base: Config, head: Config): number {
  const again = new Set<string>();
  for (const { before, after } of pairsOf(base, head)) {
    const known = new Map(before?.roles.map((role) => [role.name, role]));
    for (const role of after.roles) {
      const old = known.get(role.name);
      if (old === undefined || old === role || canonical(wordsOf(old)) === canonical(wordsOf(role))) continue;
      if (canonical(meaningOf(old)) === canonical(meaningOf(role))) again.add(canonical(role.source));
    }
  }
  return again.size;
}

/** How it is said: in which file, and by which sets and exceptions. */
function wordsOf({ source, origins = new Map() }: DesiredRole): unknown {
  const ways = [...origins].map(([permission, of]) => [
    permission,
    of.map((origin) => (origin.kind === 'set' ? origin.sets : [origin.until, origin.reason])),
  ]);
  return [source.file, ways];
}

function meaningOf({
  source: _place,
  origins: _ways,
  barred: _without,
  ended: _ends,
  ...meaning
}: DesiredRole): unknown {
  return meaning;
}
