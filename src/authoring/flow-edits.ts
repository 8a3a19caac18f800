/** Items of a list or map in brackets taken out and put in, line by line as a person would. */
import { type Edit, lineBreak, lineStart, nextLine } from './edit.ts';
import type { Slot } from './role-tree.ts';

/** `isGone` by index. What is left may need another look: commas in unusual places are not made out. */
export function removeSlots(text: string, slots: readonly Slot[], isGone: (at: number) => boolean): readonly Edit[] {
  return groups(text, slots, isGone).map(({ first, last, before, after }) => {
    if (after !== undefined) return cut(first.start, after.start);
    if (before !== undefined) return cut(before.end, last.end);
    return alone(text, first, last);
  });
}

function cut(start: number, end: number): Edit {
  return { start, end, text: '' };
}

/** Neighbours that go together. `before` and `after` stay, on the same line. */
interface Group {
  readonly first: Slot;
  readonly last: Slot;
  readonly before: Slot | undefined;
  readonly after: Slot | undefined;
}

function groups(text: string, slots: readonly Slot[], isGone: (at: number) => boolean): readonly Group[] {
  const found: Group[] = [];
  for (let at = 0; at < slots.length; at += 1) {
    const first = slots[at];
    if (first === undefined || !isGone(at)) continue;
    const from = at;
    while (isGone(at + 1) && touches(text, slots[at], slots[at + 1])) at += 1;
    const last = slots[at] ?? first;
    const [before, after] = [slots[from - 1], slots[at + 1]];
    found.push({
      first,
      last,
      before: !isGone(from - 1) && touches(text, before, first) ? before : undefined,
      after: touches(text, last, after) ? after : undefined,
    });
  }
  return found;
}

function touches(text: string, one: Slot | undefined, next: Slot | undefined): boolean {
  return one !== undefined && next !== undefined && !/[\n#]/.test(text.slice(one.end, next.start));
}

/** If nothing else is on its lines, they are removed whole, with the comment at their end. Beside a bracket, only the items are. */
function alone(text: string, { start }: Slot, { end, comma }: Slot): Edit {
  const [from, to] = [lineStart(text, start), nextLine(text, end)];
  const isWhole =
    /^[ \t]*(?:,[ \t]*)?$/.test(text.slice(from, start)) && /^[ \t]*,?[ \t]*(?:#.*)?\r?\n$/.test(text.slice(end, to));
  if (isWhole) return cut(from, to);
  return cut(start, comma !== undefined && !/[\n#]/.test(text.slice(end, comma)) ? comma + 1 : end);
}

/** Texts to insert after a slot that stays; the texts are ready, the slot is on `text`. */
export function insertAfter(text: string, slot: Slot, added: readonly string[]): readonly Edit[] {
  const [from, to] = [lineStart(text, slot.start), nextLine(text, slot.end)];
  const indent = text.slice(from, slot.start);
  const isOwnLine = /^[ \t]*$/.test(indent) && /^[ \t]*,?[ \t]*(?:#.*)?\r?\n$/.test(text.slice(slot.end, to));
  const hasComma = slot.comma !== undefined;
  if (!isOwnLine || (hasComma && (slot.comma ?? 0) >= to)) {
    return [{ start: slot.end, end: slot.end, text: added.map((one) => `, ${one}`).join('') }];
  }
  const end = lineBreak(text, slot.end);
  const lines = added.map((one, at) => `${indent}${one}${hasComma || at < added.length - 1 ? ',' : ''}${end}`);
  return [
    ...(hasComma ? [] : [{ start: slot.end, end: slot.end, text: ',' }]),
    { start: to, end: to, text: lines.join('') },
  ];
}

/** The same before the first one. */
export function insertBefore(text: string, slot: Slot, added: readonly string[]): readonly Edit[] {
  const from = lineStart(text, slot.start);
  const indent = text.slice(from, slot.start);
  const isOwnLine = /^[ \t]*$/.test(indent);
  if (!isOwnLine) return [{ start: slot.start, end: slot.start, text: added.map((one) => `${one}, `).join('') }];
  const end = lineBreak(text, slot.start);
  return [{ start: from, end: from, text: added.map((one) => `${indent}${one},${end}`).join('') }];
}
