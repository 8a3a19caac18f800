/** Which characters a name, permission or description may hold, and how text from elsewhere is shown. It knows no field. */

/**
 * Characters that a reader cannot see or that change what is seen: control, format (bidirectional, zero-width), unassigned,
 * private use, lone surrogates, line separators, and whatever Unicode lets a renderer ignore. The emoji selector is fine
 * where it follows an emoji.
 */
const unseen = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?<!\p{Extended_Pictographic})\ufe0f|(?!\ufe0f)\p{DI}`;
const anyUnseen = new RegExp(unseen, 'u');
const unseenExceptNewline = new RegExp(`(?!\\n)(?:${unseen})`, 'u');
const everyUnseen = new RegExp(unseen, 'gu');

/** Nothing can be wrong with it: no look into the tables of Unicode. */
const plainName = /^[!-~](?:[ -~]*[!-~])?$/;

/** What is wrong with a name or a permission, as the end of the sentence "`x` …"; undefined: nothing. */
export function faultInName(name: string): string | undefined {
  if (plainName.test(name)) return undefined;
  const hidden = anyUnseen.exec(name);
  if (hidden) return `holds ${codePoint(hidden[0])}, which a reader cannot see`;
  if (name !== name.trim()) return `begins or ends with white space (${codePoint(edge(name))})`;
  if (name !== name.normalize('NFC')) {
    return `is not in Unicode normal form C: ${codePoint(firstDifference(name))} is written as more than one character, or as another one`;
  }
  return undefined;
}

/** The same for a description, where line breaks are allowed and white space may stand anywhere. */
export function faultInDescription(description: string): string | undefined {
  const hidden = unseenExceptNewline.exec(description);
  return hidden ? `holds ${codePoint(hidden[0])}, which a reader cannot see` : undefined;
}

/** Text for a message: what cannot be seen is spelled out, what is too long is cut. */
export function shown(text: string, length = 80): string {
  const cut = text.length > length ? `${text.slice(0, length)}…` : text;
  return replaceUnseen(cut, (character) => `<${codePoint(character)}>`);
}

/** The text with each character that a reader cannot see written another way. */
export function replaceUnseen(text: string, write: (character: string) => string): string {
  if (/^[ -~]*$/.test(text)) return text;
  return text.replace(everyUnseen, write);
}

/** 'an account id', 'a company id' */
export function withArticle(noun: string): string {
  return `${/^[aeio]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}

/** `U+202E` */
function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function edge(name: string): string {
  return name.trimStart() === name ? (name.at(-1) ?? '') : (name[0] ?? '');
}

function firstDifference(name: string): string {
  const composed = name.normalize('NFC');
  const index = [...name].findIndex((_, at) => !composed.startsWith([...name].slice(0, at + 1).join('')));
  return [...name][index] ?? '';
}
