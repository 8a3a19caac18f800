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
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length * 0.4)) + 1;
  for (const candidate of candidates) {
    const far = apart(word, candidate);
    if (far < least) [best, least] = [candidate, far];
  }
  return best;
}

/** Capitals do not count; words (`receipts:write`) or letters (`amce`) in another order hardly do. */
function apart(word: string, candidate: string): number {
  const [a, b] = [word.toLowerCase(), candidate.toLowerCase()];
  if (a === b) return 0;
  return inOrder(a) === inOrder(b) || letters(a) === letters(b) ? 1 : distance(a, b);
}

function letters(text: string): string {
  return [...text].sort().join('');
}

function inOrder(text: string): string {
  const words = text.split(/[^\p{L}\p{N}]+/u);
  return words.length < 2 ? text : words.sort().join(' ');
}
