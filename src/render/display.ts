/** Foreign text made safe to show: no terminal sequence, no invisible or direction-changing character leaves here. */
import { replaceUnseen } from '../core/text.ts';

const needsQuotes = /^$|^\s|\s$|["\\]/u;
const longest = 200;

/** A name or permission: bare where it is plain, else quoted with everything unusual escaped; a long one is cut and says so. */
export function display(text: string): string {
  const head = text.length > longest ? text.slice(0, longest) : text;
  const shown = escapeUnsafe(head);
  // A no-break space can be seen, but not told from a space.
  const plain = shown === head && !needsQuotes.test(head) && !head.includes('\u00a0');
  const quoted = plain ? head : `"${escapeUnsafe(head.replace(/["\\]/g, '\\$&')).replaceAll('\u00a0', '\\u00a0')}"`;
  return head === text ? quoted : `${quoted}… (${text.length} characters)`;
}

/** Free text, such as a description or a provider's own words: whole, with everything unsafe as an escape. */
export function escapeUnsafe(text: string): string {
  return replaceUnseen(text, escapeOf);
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
