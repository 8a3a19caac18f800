/** Permissions that are probably typos: warnings, because a catalogue never has everything. */
import { type Location, type Problem, problem } from '../core/problem.ts';
import { shown } from '../core/text.ts';
import { didYouMean } from '../nearest-word.ts';
import type { Catalogue } from '../providers/manifest.ts';
import type { Document } from './document.ts';
import type { ProblemList } from './problem-list.ts';
import type { Item } from './shape.ts';

/** `strict` turns what the catalogue does not have into errors. A repeat stays a warning: a set loses nothing by it. */
export function checkPermissions(
  permissions: readonly Item<string>[],
  catalogue: Catalogue,
  document: Document,
  strict: boolean,
  list: ProblemList,
): void {
  const first = new Map<string, string>();
  for (const { value, pointer } of permissions) {
    const before = first.get(value);
    if (before !== undefined) {
      list.add('repeated-permission', () => repeated(value, document.at(pointer), document.at(before)));
      continue;
    }
    first.set(value, pointer);
    const doubt = doubtful(value, catalogue);
    if (doubt === undefined) continue;
    list.add('unknown-permission', () => {
      const message = `\`${shown(value)}\` ${doubt}.${hintFor(value, catalogue)}`;
      return problem(document.at(pointer), 'unknown-permission', message, strict ? 'error' : 'warning');
    });
  }
}

function repeated(permission: string, place: Location, { source }: Location): Problem {
  const message = `\`${shown(permission)}\` stands here twice: first in line ${source.line}`;
  return problem(place, 'repeated-permission', message, 'warning');
}

/** The rest of a sentence that begins with the permission; undefined: it is known, or may well be right. */

function doubtful(permission: string, catalogue: Catalogue): string | undefined {
  const { source, grammar, complete } = catalogue;
  const fits = grammar === undefined || grammar.test(permission);
  if (knownTo(catalogue).has(permission) || (fits && !complete)) return undefined;
  const what = fits ? 'is not among' : complete ? 'does not even look like one of' : 'does not have';
  return `${what} ${source}`;
}

/** Finding the nearest name costs more than anything else here: once a name, and not for more names than anybody reads. */
const COMPARED = 1000;
const hints = new WeakMap<Catalogue, Map<string, string>>();

function hintFor(permission: string, catalogue: Catalogue): string {
  const found = hints.get(catalogue) ?? new Map<string, string>();
  hints.set(catalogue, found);
  const before = found.get(permission);
  if (before !== undefined || found.size >= COMPARED) return before ?? '';
  const hint = didYouMean(permission, knownTo(catalogue));
  found.set(permission, hint);
  return hint;
}

const indexes = new WeakMap<Catalogue, ReadonlySet<string>>();

function knownTo(catalogue: Catalogue): ReadonlySet<string> {
  const index =
    indexes.get(catalogue) ?? new Set([...catalogue.known.map(([permission]) => permission), ...catalogue.wildcards]);
  indexes.set(catalogue, index);
  return index;
}
