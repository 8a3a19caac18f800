/** Edits of ranges of a text: what no edit names stays byte for byte as it is. */

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Edits may touch, but not overlap. At one place, insertions come first and in the order given. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end, text: instead } of sorted) {
    if (start < at) throw new Error('edits overlap');
    pieces.push(text.slice(at, start), instead);
    at = end;
  }
  return [...pieces, text.slice(at)].join('');
}

/** Where the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Where the line after that of an offset begins. The text ends with a line break. */
export function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}

/** The line break that the line of an offset ends with. */
export function lineBreak(text: string, offset: number): string {
  return text[nextLine(text, offset) - 2] === '\r' ? '\r\n' : '\n';
}
