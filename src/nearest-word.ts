/** The nearest valid word to a mistyped one. */
import { distance } from 'fastest-levenshtein';

/** " Did you mean `x`?", or nothing where no candidate is near. Begins with a space. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : ` Did you mean \`${near}\`?`;
}

/** The candidate that a person most likely meant; undefined where none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > 200) return undefined;
  const apartFrom = distancesTo(word);
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length * 0.4)) + 1;
  for (const candidate of candidates) {
    const far = apartFrom(candidate, least);
    if (far < least) [best, least] = [candidate, far];
  }
  return best;
}

/**
 * Capitals do not count; words (`receipts:write`) or letters (`amce`) in another order hardly do. A distance of `enough` or
 * more is not computed: it is at least the difference in length.
 */
function distancesTo(word: string): (candidate: string, enough: number) => number {
  const own = word.toLowerCase();
  const ownLetters = letters(own);
  const ownWords = wordsOf(own);
  const ownOrdered = ownWords.toSorted().join(' ');
  return (candidate, enough) => {
    const other = candidate.toLowerCase();
    if (own === other) return 0;
    if (ownWords.length > 1 && ownOrdered === wordsOf(other).toSorted().join(' ')) return 1;
    if (own.length === other.length && ownLetters === letters(other)) return 1;
    return Math.abs(own.length - other.length) >= enough ? enough : distance(own, other);
  };
}

function letters(text: string): string {
  return [...text].sort().join('');
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[^\p{L}\p{N}]+/u);
}
