/**
 * A list of texts with some taken out and some put in: edits of its lines, in the way that its other items are written.
 * What is no text in it (a reference to a permission set) stays.
 */
import { isAlias, isMap, isScalar, type Pair, parseDocument, type YAMLSeq } from 'yaml';
import { yamlOptions } from '../config/yaml.ts';
import { sortedSet } from '../core/role.ts';
import { applyEdits, type Edit, lineBreak, lineStart, nextLine } from './edit.ts';
import { insertAfter, insertBefore, removeSlots } from './flow-edits.ts';
import { endOf, listOf, slotsOf, startOf, type Tree, textOf } from './role-tree.ts';
import { type ScalarStyle, scalarText } from './scalar-text.ts';

export interface ListChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** `pair` has a list, or an alias of one: that is written out in its place. None if the list already says so. */
export function listEdits(tree: Tree, pair: Pair, { add, remove }: ListChange): readonly Edit[] {
  const list = listOf(pair.value, tree);
  if (list === undefined) throw new Error('there is no list to edit');
  const gone = new Set(remove);
  const values = list.items.map((item) => textOf(item, tree));
  const kept = list.items.filter((_, at) => !isGone(values[at], gone));
  const wanted: Wanted = {
    values,
    gone,
    added: sortedSet(add.filter((one) => !values.includes(one) || gone.has(one))),
    style: styleOf(list),
  };
  if (kept.length === values.length && wanted.added.length === 0) return [];
  const rest = [...kept.map((item) => itemText(item, tree, wanted.style)), ...wanted.added.map(inList(wanted.style))];
  if (isAlias(pair.value)) return [whole(pair.value, rest)];
  const token = list.srcToken;
  if (token?.type === 'flow-collection') {
    const edits = flowEdits(tree, list, wanted);
    return holds(tree.text, list, edits, rest) ? edits : [whole(list, rest)];
  }
  return blockEdits(tree, pair, list, wanted) ?? [whole(list, rest)];
}

interface Wanted {
  /** As they are; undefined: no text. */
  readonly values: readonly (string | undefined)[];
  readonly gone: ReadonlySet<string>;
  readonly added: readonly string[];
  readonly style: ScalarStyle;
}

/** Of most of its items. */
function styleOf({ items }: YAMLSeq): ScalarStyle {
  const types = items.map((item) => (isScalar(item) ? item.type : undefined));
  const count = (style: ScalarStyle) => types.filter((type) => type === style).length;
  const quoted = (['QUOTE_SINGLE', 'QUOTE_DOUBLE'] as const).find((style) => count(style) * 2 > types.length);
  return quoted ?? 'PLAIN';
}

function isGone(value: string | undefined, gone: ReadonlySet<string>): boolean {
  return value !== undefined && gone.has(value);
}

const inList = (style: ScalarStyle) => (value: string) => scalarText(value, style, true);

/** As it is written in brackets. */
function itemText(item: unknown, tree: Tree, style: ScalarStyle): string {
  const text = textOf(item, tree);
  if (text !== undefined) return scalarText(text, style, true);
  const [pair] = isMap(item) ? item.items : [];
  const set = textOf(pair?.value, tree);
  if (set === undefined) throw new Error('an item is neither text nor a reference to a set');
  return `set: ${scalarText(set, 'PLAIN', true)}`;
}

function whole(node: unknown, items: readonly string[]): Edit {
  return { start: startOf(node), end: endOf(node), text: `[${items.join(', ')}]` };
}

/** The index of the item after which a new one is added; -1: before all. Sorted texts stay sorted. */
function placeOf(added: string, values: readonly (string | undefined)[]): number {
  const texts = values.filter((value) => value !== undefined);
  const isSorted = texts.every((value, at) => at === 0 || (texts[at - 1] ?? '') <= value);
  if (!isSorted || texts.length === 0) return values.length - 1;
  const before = values.findLastIndex((value) => value !== undefined && value < added);
  return before === -1 ? values.findIndex((value) => value !== undefined) - 1 : before;
}

function flowEdits({ text }: Tree, { srcToken, items }: YAMLSeq, { values, gone, added, style }: Wanted) {
  if (srcToken?.type !== 'flow-collection') return [];
  const slots = slotsOf(srcToken, items.map(endOf));
  const stays = slots.filter((_, at) => !isGone(values[at], gone));
  const left = values.filter((value) => !isGone(value, gone));
  const first = stays[0];
  const removed = removeSlots(text, slots, (at) => at >= 0 && at < slots.length && isGone(values[at], gone));
  if (added.length === 0) return removed;
  if (first === undefined) return [];
  const places = new Map<number, string[]>();
  for (const one of added) {
    const place = placeOf(one, left);
    places.set(place, [...(places.get(place) ?? []), scalarText(one, style, true)]);
  }
  const inserted = [...places].flatMap(([place, texts]) => {
    const after = stays[place];
    return after === undefined ? insertBefore(text, first, texts) : insertAfter(text, after, texts);
  });
  return [...inserted, ...removed];
}

/** Whether the list reads as it should with these edits. */
function holds(text: string, list: YAMLSeq, edits: readonly Edit[], rest: readonly string[]): boolean {
  const [start, end] = [startOf(list), endOf(list)];
  // Lines of the list alone: what comes before it on its first line is not part of it.
  const blank = text.slice(0, start).replace(/[^\n]/g, ' ');
  const part = `${blank}${text.slice(start, end)}\n`;
  const [found, meant] = [applyEdits(part, edits), `[${rest.join(', ')}]`].map((one) => {
    const { contents, errors } = parseDocument(one, yamlOptions);
    const items: unknown = errors.length === 0 ? contents?.toJSON() : undefined;
    return Array.isArray(items) ? items.map((item) => JSON.stringify(item)).sort() : undefined;
  });
  return found !== undefined && found.join('\n') === meant?.join('\n');
}

interface Line {
  readonly start: number;
  readonly end: number;
  /** From the start of the line to the value: indentation and dash. */
  readonly lead: string;
}

/** undefined: an item to remove, or to insert beside, shares its line with something else. */
function blockEdits(tree: Tree, pair: Pair, list: YAMLSeq, wanted: Wanted): readonly Edit[] | undefined {
  const { text } = tree;
  const { values, gone, added, style } = wanted;
  const lines = linesOf(text, list);
  if (lines === undefined) return undefined;
  const removed = lines.flatMap(({ start, end }, at) => (isGone(values[at], gone) ? [{ start, end, text: '' }] : []));
  const inserted = added.flatMap((one): readonly Edit[] => {
    const place = placeOf(one, values);
    const beside = lines[Math.max(0, place)];
    if (beside === undefined) return [];
    const at = place < 0 ? beside.start : beside.end;
    const line = `${beside.lead}${scalarText(one, style, false)}${lineBreak(text, beside.start)}`;
    return [{ start: at, end: at, text: line }];
  });
  if (removed.length < lines.length || added.length > 0) return [...inserted, ...removed];
  const at = afterColon(pair);
  return at === undefined ? undefined : [{ start: at, end: at, text: ' []' }, ...removed];
}

function linesOf(text: string, { srcToken, items }: YAMLSeq): readonly Line[] | undefined {
  if (srcToken?.type !== 'block-seq') return undefined;
  // Comments after the last item are an item of their own.
  const dashes = srcToken.items.flatMap(({ start }) => start.find(({ type }) => type === 'seq-item-ind')?.offset ?? []);
  const lines = dashes.map((dash, at): Line | undefined => {
    const node = items[at];
    if (node === undefined) return undefined;
    const start = lineStart(text, dash);
    const indent = text.slice(start, dash);
    const gap = /^ +/.exec(text.slice(dash + 1))?.[0] ?? ' ';
    const last = endOf(node);
    const end = text[last - 1] === '\n' ? last : nextLine(text, last);
    return /^ *$/.test(indent) ? { start, end, lead: `${indent}-${gap}` } : undefined;
  });
  return lines.every((line) => line !== undefined) ? lines : undefined;
}

/** Where a value can begin on the line of its key. */
function afterColon({ srcToken }: Pair): number | undefined {
  const marks = (srcToken?.sep ?? []).filter(({ type }) => type === 'map-value-ind' || type === 'anchor');
  const last = marks.at(-1);
  return last && last.offset + last.source.length;
}
