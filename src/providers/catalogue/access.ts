/** What a permission lets its holder do, in words and as a class of risk. Data for reviewers; it decides nothing. */
import type { Meaning } from '../../core/access.ts';
import { phraseDintero } from '../dintero/phrases.ts';
import { phraseRinne } from '../rinne/phrases.ts';
import { phraseRocketchat } from '../rocketchat/phrases.ts';
import type { Phrasebook } from './phrasebook.ts';

const books: ReadonlyMap<string, Phrasebook> = new Map([
  ['dintero', phraseDintero],
  ['rinne', phraseRinne],
  ['rocketchat', phraseRocketchat],
]);

/** A null phrase means that nobody can say what it does: a wildcard, or a permission that no source names. Show it raw. */
export function accessOf(provider: string, permission: string): Meaning {
  if (permission.includes('*')) return { phrase: null, class: 'wildcard' };
  return books.get(provider)?.(permission) ?? { phrase: null, class: 'unknown' };
}
