/** Refuses more than any role file holds, counted in the text before it is parsed. */
import { type Problem, problem, wholeFile } from '../core/problem.ts';
import type { TextFile } from '../files/gather.ts';
import { placesIn } from './document.ts';

/** Far above any role file; a parsed file takes hundreds of times the memory of its text where it holds little else. */
const maxAliases = 10_000;
const maxValues = 60_000;
/** Some twenty thousand roles. What is made of a value takes much more memory than its text. */
const maxValuesTogether = 500_000;

/** Quotes no line: nobody knows yet where credentials are. */
export function tooMuch({ file, text }: TextFile): Problem | undefined {
  const at = (offset: number) => ({ source: placesIn(file, text)(offset).source });
  const alias = text.includes('*') ? aliasAt(text, maxAliases) : undefined;
  if (alias !== undefined) {
    const message = `the file holds more than ${maxAliases} aliases (\`*name\`): write the values out, or split the file`;
    return problem(at(alias), 'too-many', message);
  }
  const { offset } = values(text, maxValues);
  if (offset === undefined) return undefined;
  return problem(at(offset), 'too-large', `the file holds more than ${maxValues} values: split it`);
}

/** Of all files of a run. */
export function tooMuchTogether(files: readonly TextFile[]): readonly Problem[] {
  let total = 0;
  for (const { file, text } of files) {
    total += values(text).count;
    if (total <= maxValuesTogether) continue;
    const message = `the role files hold more than ${maxValuesTogether} values in total with this file: give fewer files at once`;
    return [problem(wholeFile(file), 'too-large', message)];
  }
  return [];
}

/** Where the first alias is that is too many. */
function aliasAt(text: string, most: number): number | undefined {
  let found = 0;
  for (const match of text.matchAll(/(?<=^|[\s,[{:])\*[^\s*]/g)) {
    found += 1;
    if (found > most) return match.index;
  }
  return undefined;
}

const [colon, ...others] = codes(':\n,[{');
/** By code: what may be the mark of a value. Most characters are none. */
const marks = new Uint8Array(128);
for (const code of [colon ?? 0, ...others]) marks[code] = 1;
/** What comes behind or before a colon that parts a key from its value; that of a plain text (`read:hooks`) parts nothing. */
const behindKey = new Set(codes(' \t\r\n,[]{}'));
const endOfKey = new Set(codes('"\']}'));

function codes(characters: string): readonly number[] {
  return Array.from(characters, (one) => one.charCodeAt(0));
}

/**
 * About as many values as the text holds, and never fewer: before or after every value is a line break, a comma, an opening
 * bracket or the colon of a key. `offset`: where the first one is beyond `most`.
 */
export function values(
  text: string,
  most = Number.POSITIVE_INFINITY,
): { readonly count: number; readonly offset?: number } {
  let count = 0;
  for (let offset = 0; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    if (marks[code] !== 1 || (code === colon && !isOfKey(text, offset))) continue;
    count += 1;
    if (count > most) return { count, offset };
  }
  return { count };
}

function isOfKey(text: string, colonAt: number): boolean {
  return behindKey.has(text.charCodeAt(colonAt + 1)) || endOfKey.has(text.charCodeAt(colonAt - 1));
}
