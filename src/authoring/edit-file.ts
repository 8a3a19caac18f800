/** A file made to say something else in some of its roles and sets; what does not change stays byte for byte. */
import { groupBy } from '../core/role.ts';
import { applyEdits, type Edit } from './edit.ts';
import { type RoleEdit, roleEdits } from './edit-role.ts';
import { type SetEdit, setEdits, setListAt } from './edit-set.ts';
import { asEnded, type Tree, treeOf } from './role-tree.ts';

export type FileEdit = RoleEdit | SetEdit;

export interface Edited {
  readonly text: string;
  /** Why an edit was not made, by its index. */
  readonly refused: ReadonlyMap<number, string>;
}

/** `text` has been read as a role file without a mistake. */
export function editFile(text: string, edits: readonly FileEdit[]): Edited {
  const tree = treeOf(text);
  const refused = new Map<number, string>();
  const all: Edit[] = [];
  for (const { indexes, made } of [...editsOfRoles(tree, edits), ...editsOfSets(tree, edits)]) {
    if (typeof made === 'string') for (const at of indexes) refused.set(at, made);
    else all.push(...made);
  }
  return { text: asEnded(applyEdits(tree.text, all), text), refused };
}

interface Made {
  /** Of the edits that were made together. */
  readonly indexes: readonly number[];
  readonly made: readonly Edit[] | string;
}

/** What several edits say of one role is one change of it. */
function editsOfRoles(tree: Tree, edits: readonly FileEdit[]): readonly Made[] {
  const roles = [...edits.entries()].flatMap(([at, edit]) => ('place' in edit ? [{ at, edit }] : []));
  return [...groupBy(roles, ({ edit: { place } }) => `${place.line}:${place.column}`).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const permissions = {
      add: same.flatMap(({ edit }) => edit.permissions.add),
      remove: same.flatMap(({ edit }) => edit.permissions.remove),
    };
    const fields = Object.fromEntries(same.flatMap(({ edit }) => Object.entries(edit.fields)));
    const made = roleEdits(tree, { place: first.edit.place, permissions, fields });
    return [{ indexes: same.map(({ at }) => at), made }];
  });
}

function editsOfSets(tree: Tree, edits: readonly FileEdit[]): readonly Made[] {
  const sets = [...edits.entries()].flatMap(([at, edit]) =>
    'item' in edit ? [{ at, edit, pair: setListAt(tree, edit) }] : [],
  );
  return [...groupBy(sets, ({ pair }) => pair)].map(([pair, same]) => ({
    indexes: same.map(({ at }) => at),
    made: setEdits(
      tree,
      pair,
      same.map(({ edit }) => edit.permission),
    ),
  }));
}
