/** New items at the end of a list of a file, such as its roles, written as the items beside them are. */
import { isMap, isScalar, isSeq } from 'yaml';
import { applyEdits, type Edit, lineBreak, lineStart, nextLine } from './edit.ts';
import { asEnded, endOf, isFlow, listAt, pairOf, startOf, type Tree, treeOf } from './role-tree.ts';
import { blockText, scalarText } from './scalar-text.ts';

/** A map as it will be written in the list. */
export interface NewItem {
  /** In this order. */
  readonly keys: readonly (readonly [string, unknown])[];
  /** Lines of a comment above it. */
  readonly remarks?: readonly string[];
}

/** The list that is added to. */
export interface ListPlace {
  /** Of the file. */
  readonly key: string;
  /** Lists of an item: where the last one has them in brackets, the new ones do too. */
  readonly lists: readonly string[];
  /** The same where there is no last one. */
  readonly brackets: boolean;
}

/** The text with these items added, in this order; undefined: there is no telling where they would go. */
export function addItems(text: string, place: ListPlace, added: readonly NewItem[]): string | undefined {
  const tree = treeOf(text);
  const edit = added.length === 0 ? undefined : editFor(tree, place, added);
  return edit && asEnded(applyEdits(tree.text, [edit]), text);
}

function editFor(tree: Tree, { key, lists, brackets }: ListPlace, added: readonly NewItem[]): Edit | undefined {
  const { text, document } = tree;
  const end = lineBreak(text, 0);
  const root = document.contents;
  if (!isMap(root)) return undefined;
  const pair = pairOf(root, key);
  if (pair === undefined && !isFlow(root)) {
    return { start: text.length, end: text.length, text: `${key}:${end}${blocks(added, '  ', true, end, brackets)}` };
  }
  const list = listAt(tree, key);
  if (list === undefined) return undefined;
  const last = list.items.at(-1);
  if (isFlow(list)) {
    const one = added.map(inBraces).join(', ');
    if (last !== undefined) return { start: endOf(last), end: endOf(last), text: `, ${one}` };
    if (isFlow(root)) return { start: startOf(list) + 1, end: startOf(list) + 1, text: one };
    // `roles: []` becomes a list in lines.
    const rest = text.slice(endOf(list), nextLine(text, endOf(list)));
    const isAlone = /^[ \t]*\r?\n$/.test(rest);
    if (!isAlone || pair === undefined) return undefined;
    const from = text.slice(0, startOf(list)).trimEnd().length;
    return {
      start: from,
      end: endOf(list) + rest.length,
      text: `${end}${blocks(added, '  ', true, end, brackets)}`,
    };
  }
  if (last === undefined || list.srcToken?.type !== 'block-seq') return undefined;
  const dash = list.srcToken.items.at(-1)?.start.find(({ type }) => type === 'seq-item-ind')?.offset;
  if (dash === undefined) return undefined;
  const indent = text.slice(lineStart(text, dash), dash);
  if (indent.trim() !== '') return undefined;
  const after = endOf(last);
  const at = text[after - 1] === '\n' ? after : nextLine(text, after);
  const spaced = isSpaced(text, list.items.map(startOf));
  const lines = blocks(
    added,
    indent,
    spaced,
    end,
    lists.some((one) => inBrackets(last, one)),
  );
  return { start: at, end: at, text: `${spaced ? end : ''}${lines}` };
}

/** Whether a blank line separates roles. */
function isSpaced(text: string, starts: readonly number[]): boolean {
  const [first, second] = starts.slice(-2);
  return first !== undefined && second !== undefined && /\n[ \t]*\r?\n/.test(text.slice(first, second));
}

/** Whether the item has this list in brackets, with texts alone. */
function inBrackets(item: unknown, key: string): boolean {
  const list = isMap(item) ? pairOf(item, key)?.value : undefined;
  return isSeq(list) && isFlow(list) && list.items.every((one) => isScalar(one));
}

function blocks(added: readonly NewItem[], indent: string, spaced: boolean, end: string, brackets: boolean): string {
  return added.map((item) => block(item, indent, brackets, end)).join(spaced ? end : '');
}

function block(item: NewItem, indent: string, brackets: boolean, end: string): string {
  const keys = item.keys.map(([key, value]) => {
    if (!Array.isArray(value)) return `${key}: ${lineOrBlock(value, `${indent}    `, end)}`;
    if (brackets || value.length === 0) return `${key}: [${value.map((one) => scalar(one, true)).join(', ')}]`;
    return [`${key}:`, ...value.map((one) => `${indent}    - ${scalar(one, false)}`)].join(end);
  });
  const remarks = (item.remarks ?? []).map((remark) => `${indent}# ${remark}${end}`).join('');
  return `${remarks}${indent}- ${keys.join(`${end}${indent}  `)}${end}`;
}

/** Several lines are written below their key, if that can express them exactly. */
function lineOrBlock(value: unknown, indent: string, end: string): string {
  const text = typeof value === 'string' && value.includes('\n') ? blockText(value, `|\n${indent}x`, end) : undefined;
  return text === undefined ? scalar(value, false) : text.slice(0, -end.length);
}

function inBraces(item: NewItem): string {
  const keys = item.keys.map(([key, value]) => {
    const text = Array.isArray(value) ? `[${value.map((one) => scalar(one, true)).join(', ')}]` : scalar(value, true);
    return `${key}: ${text}`;
  });
  return `{ ${keys.join(', ')} }`;
}

function scalar(value: unknown, inFlow: boolean): string {
  return typeof value === 'string' ? scalarText(value, 'PLAIN', inFlow) : String(value);
}
