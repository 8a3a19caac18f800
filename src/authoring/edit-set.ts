/** Permissions taken out of a permission set: edits of its own list, or why that cannot be done there. */
import { isMap, isNode, isSeq, type Pair } from 'yaml';
import { shown } from '../core/text.ts';
import type { Edit } from './edit.ts';
import { listEdits } from './list-edits.ts';
import { isAt, pairOf, sharedIn, type Tree } from './role-tree.ts';

export interface SetEdit {
  /** Where the permission is in the set; line and column count from 1. */
  readonly item: { readonly line: number; readonly column: number };
  readonly permission: string;
}

/** The key whose list contains the item: of a set, or of its `permissions`. */
export function setListAt(tree: Tree, { item }: SetEdit): Pair | undefined {
  const { contents } = tree.document;
  const sets = isMap(contents) ? pairOf(contents, 'permissionSets')?.value : undefined;
  const pairs = isMap(sets) ? sets.items : [];
  return pairs
    .flatMap((pair) => (isMap(pair.value) ? (pairOf(pair.value, 'permissions') ?? []) : [pair]))
    .find(({ value }) => isSeq(value) && value.items.some((one) => isNode(one) && isAt(one, item, tree.text)));
}

/** `pair` is undefined where the list is an alias of one. */
export function setEdits(tree: Tree, pair: Pair | undefined, gone: readonly string[]): readonly Edit[] | string {
  if (pair === undefined) return 'the permission set is written as an alias (`*…`): write it out first';
  const shared = sharedIn(pair.value, tree);
  if (shared !== undefined) {
    return `the permission set is shared with other places through the anchor \`&${shown(shared)}\`: write it out first`;
  }
  return listEdits(tree, pair, { add: [], remove: gone });
}
