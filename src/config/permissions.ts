/** Permissions that are probably typos: warnings, because a catalogue never has everything. */
import type { Problem } from '../core/problem.ts';
import { problem } from '../core/problem.ts';
import { shown } from '../core/text.ts';
import { didYouMean } from '../nearest-word.ts';
import type { Catalogue } from '../providers/manifest.ts';
import type { Document } from './document.ts';
import type { Item } from './shape.ts';

/** `strict` turns what the catalogue does not have into errors. A repeat stays a warning: a set loses nothing by it. */
export function checkPermissions(
  permissions: readonly Item<string>[],
  catalogue: Catalogue,
  document: Document,
  strict: boolean,
): readonly Problem[] {
  const seen = new Map<string, number>();
  return permissions.flatMap(({ value, pointer }) => {
    const place = document.at(pointer);
    const first = seen.get(value);
    if (first !== undefined) {
      const message = `\`${shown(value)}\` stands here twice: first in line ${first}`;
      return [problem(place, 'repeated-permission', message, 'warning')];
    }
    seen.set(value, place.source.line);
    const doubt = doubtful(value, catalogue);
    return doubt === undefined ? [] : [problem(place, 'unknown-permission', doubt, strict ? 'error' : 'warning')];
  });
}

function doubtful(permission: string, catalogue: Catalogue): string | undefined {
  const { source, grammar, complete } = catalogue;
  const known = knownTo(catalogue);
  const fits = grammar === undefined || grammar.test(permission);
  if (known.has(permission) || (fits && !complete)) return undefined;
  const what = fits ? 'is not among' : complete ? 'does not even look like one of' : 'does not have';
  return `\`${shown(permission)}\` ${what} ${source}.${didYouMean(permission, known)}`;
}

const indexes = new WeakMap<Catalogue, ReadonlySet<string>>();

function knownTo(catalogue: Catalogue): ReadonlySet<string> {
  const index =
    indexes.get(catalogue) ?? new Set([...catalogue.known.map(([permission]) => permission), ...catalogue.wildcards]);
  indexes.set(catalogue, index);
  return index;
}
