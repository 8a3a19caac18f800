/** Permissions that are probably typos: warnings, because a catalogue never has everything. */
import type { Problem } from '../core/problem.ts';
import { problem } from '../core/problem.ts';
import { shown } from '../core/text.ts';
import { didYouMean } from '../nearest-word.ts';
import { catalogues } from '../providers/catalogue/index.ts';
import type { ProviderName } from '../providers/provider.ts';
import type { Document } from './document.ts';
import type { Item } from './shape.ts';

/** `strict` turns what the catalogue does not have into errors. A repeat stays a warning: a set loses nothing by it. */
export function checkPermissions(
  permissions: readonly Item<string>[],
  provider: ProviderName,
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
    const doubt = doubtful(value, provider);
    return doubt === undefined ? [] : [problem(place, 'unknown-permission', doubt, strict ? 'error' : 'warning')];
  });
}

function doubtful(permission: string, provider: ProviderName): string | undefined {
  const { known, source, grammar, complete } = catalogues[provider];
  const index = indexOf(provider, known);
  const fits = grammar === undefined || grammar.test(permission);
  if (index.has(permission) || (fits && !complete)) return undefined;
  const what = fits ? 'is not among' : complete ? 'does not even look like one of' : 'does not have';
  return `\`${shown(permission)}\` ${what} ${source}.${didYouMean(permission, known)}`;
}

const indexes = new Map<ProviderName, ReadonlySet<string>>();

function indexOf(provider: ProviderName, known: readonly string[]): ReadonlySet<string> {
  const index = indexes.get(provider) ?? new Set(known);
  indexes.set(provider, index);
  return index;
}
