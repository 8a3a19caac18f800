/** What a permission lets its holder do, in words and as a class of risk. For reviewers; it decides nothing. */
import type { Meaning, MeaningOf } from '../../core/access.ts';
import type { Catalogue, Manifests } from '../manifest.ts';

/** A null phrase means that nobody can say what it does: a wildcard, or a permission that no catalogue has. Show it raw. */
export function meaningIn(manifests: Manifests): MeaningOf {
  const books = new Map<string, ReadonlyMap<string, Meaning>>();
  return (provider, permission) => {
    if (permission.includes('*')) return { phrase: null, class: 'wildcard' };
    const catalogue = manifests.get(provider)?.catalogue;
    if (catalogue === undefined) return unknown;
    const book = books.get(provider) ?? bookOf(catalogue);
    books.set(provider, book);
    return book.get(permission) ?? unknown;
  };
}

const unknown: Meaning = { phrase: null, class: 'unknown' };

function bookOf({ known, undocumented }: Catalogue): ReadonlyMap<string, Meaning> {
  return new Map(
    [...known, ...undocumented].map(([permission, risk, phrase]) => [permission, { class: risk, phrase }]),
  );
}
