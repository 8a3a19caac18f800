/** One role of a file made to say something else: edits of the values that change, or why that cannot be done there. */
import { isMap, isScalar, type Pair, type YAMLMap } from 'yaml';
import type { Scalar } from '../core/role.ts';
import { shown } from '../core/text.ts';
import { type Edit, lineBreak, lineStart, nextLine } from './edit.ts';
import { removeSlots } from './flow-edits.ts';
import { type ListChange, listEdits } from './list-edits.ts';
import { endOf, listOf, pairOf, roleAt, sharedIn, slotsOf, startOf, type Tree, textOf, treeOf } from './role-tree.ts';
import { blockText, scalarText } from './scalar-text.ts';

export interface RoleEdit {
  /** Where the role begins; line and column count from 1. */
  readonly place: { readonly line: number; readonly column: number };
  readonly permissions: ListChange;
  /** By key; null takes the key out. */
  readonly fields: Readonly<Record<string, Scalar>>;
}

/** `tree` is of a text that has been read as a role file without a mistake. A text: why the role cannot be edited there. */
export function roleEdits(tree: Tree, { place, permissions, fields }: RoleEdit): readonly Edit[] | string {
  const role = roleAt(tree, place);
  if (role === undefined) return 'the role is written as an alias (`*…`): write it out first';
  if (role.shared !== undefined) return aliased(role.shared);
  const { map, inFlow } = role;
  const edits: Edit[] = [];
  if (permissions.add.length + permissions.remove.length > 0) {
    const made = editList(tree, map, 'permissions', permissions);
    if (typeof made === 'string') return made;
    edits.push(...made);
  }
  for (const [field, value] of Object.entries(fields)) {
    const made = value === null ? removeKey(tree, map, field) : setField(tree, map, field, value, inFlow);
    if (typeof made === 'string') return made;
    edits.push(...made);
  }
  const name = fields['name'];
  const earlier = listOf(pairOf(map, 'previously')?.value, tree);
  // What it is called now is no earlier name any more.
  if (typeof name === 'string' && earlier?.items.some((item) => textOf(item, tree) === name)) {
    const isAll = earlier.items.every((item) => textOf(item, tree) === name);
    const made = isAll
      ? removeKey(tree, map, 'previously')
      : editList(tree, map, 'previously', { add: [], remove: [name] });
    if (typeof made === 'string') return made;
    edits.push(...made);
  }
  return edits;
}

function aliased(anchor: string): string {
  return `it is shared with other places through the anchor \`&${shown(anchor)}\`: write it out first`;
}

function editList(tree: Tree, map: YAMLMap, key: string, change: ListChange): readonly Edit[] | string {
  const pair = pairOf(map, key);
  if (pair === undefined) return `the role has no \`${key}\``;
  const edits = listEdits(tree, pair, change);
  const shared = edits.length === 0 ? undefined : sharedIn(pair.value, tree);
  return shared === undefined ? edits : aliased(shared);
}

function setField(
  tree: Tree,
  map: YAMLMap,
  key: string,
  value: string | boolean,
  inFlow: boolean,
): readonly Edit[] | string {
  const node = pairOf(map, key)?.value;
  if (node === undefined || node === null) return `the role has no \`${key}\``;
  const shared = sharedIn(node, tree);
  if (shared !== undefined) return aliased(shared);
  const [start, end] = [startOf(node), endOf(node)];
  if (typeof value === 'boolean') return [{ start, end, text: String(value) }];
  const type = isScalar(node) ? node.type : undefined;
  if (type === 'BLOCK_LITERAL' || type === 'BLOCK_FOLDED') {
    const source = tree.text.slice(start, end);
    const breaks = lineBreak(tree.text, start);
    return [{ start, end, text: blockText(value, source, breaks) ?? scalarText(value, 'PLAIN', inFlow) + breaks }];
  }
  const style = type === 'QUOTE_SINGLE' || type === 'QUOTE_DOUBLE' ? type : 'PLAIN';
  return [{ start, end, text: scalarText(value, style, inFlow) }];
}

function removeKey(tree: Tree, map: YAMLMap, key: string): readonly Edit[] | string {
  const { text } = tree;
  const pair = pairOf(map, key);
  if (pair === undefined) return `the role has no \`${key}\``;
  const shared = sharedIn(pair.value, tree);
  if (shared !== undefined) return aliased(shared);
  if (map.srcToken?.type === 'flow-collection') {
    const slots = slotsOf(map.srcToken, map.items.map(endOfPair));
    return removeSlots(text, slots, (at) => map.items[at] === pair);
  }
  const [start, last] = [startOf(pair.key), endOfPair(pair)];
  const end = text[last - 1] === '\n' ? last : nextLine(text, last);
  const from = lineStart(text, start);
  if (text.slice(from, start).trim() === '') return [{ start: from, end, text: '' }];
  // On the line of the dash: the next key moves up to it.
  const next = map.items[map.items.indexOf(pair) + 1];
  if (next === undefined || text.slice(last, startOf(next.key)).trim() !== '') {
    return `\`${key}\` cannot be taken out of its line: take it out by hand`;
  }
  return [{ start, end: startOf(next.key), text: '' }];
}

function endOfPair({ key, value }: Pair): number {
  return endOf(value ?? key);
}

/** Whether a text has a role there whose permissions can be told apart by line. */
export function permissionLines(text: string, place: RoleEdit['place']): ReadonlyMap<string, number> {
  const tree = treeOf(text);
  const role = roleAt(tree, place);
  const list = role && isMap(role.map) ? listOf(pairOf(role.map, 'permissions')?.value, tree) : undefined;
  const lines = new Map<string, number>();
  for (const item of list?.items ?? []) {
    const name = textOf(item, tree);
    if (name !== undefined && !lines.has(name)) {
      lines.set(name, tree.text.slice(0, startOf(item)).split('\n').length);
    }
  }
  return lines;
}
