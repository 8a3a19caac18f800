/** Spells out the cell or header that is pointed at or focused, whole: a grid has no room for long names and reasons. */
import type { Matrix, MatrixRole, MatrixRow } from '../shape.ts';
import type { View } from '../view.ts';
import { type Cell, type Cells, classesOf, isWithheld, signs, verbOf } from './cells.ts';
import { element } from './element.ts';
import { type CellPosition, placeOf } from './grid.ts';
import { flagsOf } from './headers.ts';
import type { Sheet } from './sheet.ts';

export interface Inspector {
  readonly clear: () => void;
}

/** Shows what is pointed at, else what is focused, in `panel`; Escape puts it away. */
export function useInspector(
  root: HTMLElement,
  panel: HTMLElement,
  sheetAt: (node: EventTarget | null) => Sheet | undefined,
): Inspector {
  let pointed: EventTarget | null = null;
  const clear = () => {
    panel.hidden = true;
    for (const old of root.querySelectorAll('.column-at')) old.classList.remove('column-at');
  };
  const show = (node: EventTarget | null) => {
    const sheet = sheetAt(node);
    const place = placeOf(node);
    clear();
    if (sheet?.grid === undefined || place === undefined) return;
    sheet.grid.at({ row: -1, column: place.column })?.classList.add('column-at');
    panel.replaceChildren(...inspect(sheet.matrix, sheet.cells, sheet.grid.view, place));
    // Away from what it explains, which it would cover at the foot of the window.
    const { bottom } = node instanceof Element ? node.getBoundingClientRect() : { bottom: 0 };
    panel.classList.toggle('above', bottom > innerHeight * 0.75);
    panel.hidden = false;
  };
  root.addEventListener('focusin', ({ target }) => show(target));
  root.addEventListener('focusout', clear);
  // A cell also slides under a pointer that rests while the keyboard scrolls: that points at nothing.
  root.addEventListener('pointermove', ({ target, movementX, movementY }) => {
    if (target === pointed || (movementX === 0 && movementY === 0)) return;
    pointed = target;
    show(sheetAt(target) === undefined ? document.activeElement : target);
  });
  const leave = ({ relatedTarget }: PointerEvent) => {
    // Into the panel, to scroll or copy what it says.
    if (relatedTarget instanceof Node && panel.contains(relatedTarget)) return;
    pointed = null;
    show(document.activeElement);
  };
  for (const part of [root, panel]) part.addEventListener('pointerleave', leave);
  root.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') clear();
  });
  return { clear };
}

function inspect(matrix: Matrix, cells: Cells, view: View, { row, column }: CellPosition): readonly HTMLElement[] {
  const permission = matrix.rows[view.rows[row] ?? -1];
  const roleIndex = view.columns[column] ?? -1;
  const role = matrix.roles[roleIndex];
  if (permission !== undefined && role !== undefined) {
    return cellLines(permission, role, cells(view.rows[row] ?? -1, roleIndex));
  }
  if (role !== undefined) return roleLines(role);
  return permission === undefined ? [] : permissionLines(permission, matrix, cells, view.rows[row] ?? -1);
}

function cellLines(permission: MatrixRow, role: MatrixRole, cell: Cell): readonly HTMLElement[] {
  const notes = [
    isWithheld(cell) ? 'withheld' : '',
    cell.drift ? 'drift: live differs from what is already merged' : '',
  ];
  const sign = element('span', { class: classesOf(cell), 'aria-hidden': 'true' }, element('i', {}, signs[cell.state]));
  const lead = cell.state === 'none' ? [] : [sign, ' '];
  const what = element('p', {}, ...lead, name(role.name), ` ${verbOf(cell, permission)} `, ...described(permission));
  return [what, aside([...notes, cell.note])];
}

function roleLines(role: MatrixRole): readonly HTMLElement[] {
  const action = { create: 'is created', update: 'is updated', delete: 'is deleted', same: 'stays' }[role.status];
  const was = role.was === null ? [] : [' (was ', name(role.was), ')'];
  const counted = (state: string, what: string) => {
    const amount = role.marks.filter(([, marked]) => marked === state).length;
    return amount === 0 ? '' : `${what} ${amount}`;
  };
  const counts = [counted('added', 'gains'), counted('removed', 'loses'), `has ${role.held.length} now`];
  const id = role.id === null ? '' : `id ${role.id}`;
  return [element('p', {}, name(role.name), ...was, ` ${action}`), aside([...counts, ...flagsOf(role), id])];
}

function permissionLines(row: MatrixRow, matrix: Matrix, cells: Cells, index: number): readonly HTMLElement[] {
  const states = matrix.roles.map((_, role) => cells(index, role).state);
  const holders = matrix.roles.filter(({ held }) => held.includes(index)).length;
  const counted = (wanted: string, what: string) => {
    const amount = states.filter((state) => state === wanted).length;
    return amount === 0 ? '' : `${amount} ${what}`;
  };
  const held = row.kind === 'field' ? '' : `${holders} of ${matrix.roles.length} roles have it now`;
  const counts = [held, counted('added', 'to gain'), counted('removed', 'to lose'), counted('changed', 'to change')];
  return [element('p', {}, ...described(row)), aside(counts)];
}

function described({ text, kind, phrase }: MatrixRow): readonly (Node | string)[] {
  const meaning = phrase === null ? [] : [element('span', { class: 'phrase' }, ` ${phrase}`)];
  return [element('code', {}, text), ' ', element('span', { class: `badge ${kind}` }, kind), ...meaning];
}

function name(text: string): HTMLElement {
  return element('bdi', { class: 'name' }, text);
}

function aside(parts: readonly string[]): HTMLElement {
  return element('p', { class: 'aside' }, parts.filter((part) => part !== '').join(' · '));
}
