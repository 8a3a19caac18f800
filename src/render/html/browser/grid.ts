/** Draws a view of a matrix as a grid. A row gets its cells when it comes near the screen, or at once for print. */
import type { Matrix } from '../shape.ts';
import type { View } from '../view.ts';
import { type Cells, classesOf, signs, spoken } from './cells.ts';
import { element } from './element.ts';
import { heading, line } from './headers.ts';

/** Counts from 0 within the view; -1 is the header. */
export interface CellPosition {
  readonly row: number;
  readonly column: number;
}

export interface Grid {
  readonly element: HTMLElement;
  readonly view: View;
  /** The cell or header, filled in if it was not yet. */
  readonly at: (place: CellPosition) => HTMLElement | undefined;
  /** Stops watching for rows that come near. */
  readonly release: () => void;
}

/** Up to this many roles have their names written across; more have them turned. */
const wide = 8;

/** Up to this many cells are drawn at once; with more, rows wait until they come near. */
const atOnce = 2000;

export function grid(matrix: Matrix, cells: Cells, view: View, { lazy }: { readonly lazy: boolean }): Grid {
  const { rows, columns } = view;
  const lines = rows.map((row, index) => line(matrix.rows[row], index));
  const isLarge = lazy && rows.length * columns.length > atOnce;
  const attributes = {
    role: 'grid',
    class: `grid${columns.length <= wide ? ' wide' : ''}${isLarge ? ' large' : ''}`,
    'aria-label': `Access in ${matrix.target}`,
    'aria-readonly': 'true',
    'aria-rowcount': String(rows.length + 1),
    'aria-colcount': String(columns.length + 1),
  };
  const head = heading(matrix, view);
  const groups = [
    element('div', { role: 'rowgroup', class: 'head' }, head),
    element('div', { role: 'rowgroup' }, ...lines),
  ];
  const root = element('div', attributes, ...groups);
  root.style.setProperty('--columns', String(columns.length));
  const fill = (index: number) => {
    const [into, row] = [lines[index], rows[index]];
    if (into === undefined || row === undefined || into.childElementCount > 1) return;
    into.append(...columns.map((column, at) => gridCell(matrix, cells, row, column, at)));
  };
  const watcher = isLarge ? watch(lines, fill) : undefined;
  if (!isLarge) lines.forEach((_, index) => void fill(index));
  return {
    element: root,
    view,
    at: ({ row, column }) => {
      fill(row);
      const found = (row < 0 ? head : lines[row])?.children[column + 1];
      return found instanceof HTMLElement ? found : undefined;
    },
    release: () => watcher?.disconnect(),
  };
}

/** Room for the longest texts, as custom properties: the style sheet decides how much of it to give. */
export function measures({ rows, roles }: Matrix, view: View): Readonly<Record<string, string>> {
  const longest = (lengths: readonly number[]) =>
    String(
      Math.min(
        200,
        lengths.reduce((a, b) => Math.max(a, b), 0),
      ),
    );
  const shownRows = view.rows.map((row) => rows[row]);
  return {
    '--columns': String(view.columns.length),
    '--text': longest(shownRows.map((row) => row?.text.length ?? 0)),
    '--phrase': longest(shownRows.map((row) => row?.phrase?.length ?? 0)),
    '--name': longest(view.columns.map((column) => roles[column]?.name.length ?? 0)),
  };
}

/** Where in its grid a node is; undefined outside of cells, and in the corner. */
export function placeOf(node: EventTarget | null): CellPosition | undefined {
  const cell = node instanceof Element ? node.closest('[aria-colindex]') : null;
  const row = Number(cell?.parentElement?.getAttribute('aria-rowindex')) - 2;
  const column = Number(cell?.getAttribute('aria-colindex')) - 2;
  if (cell === null || (row < 0 && column < 0)) return undefined;
  return { row, column };
}

function gridCell(matrix: Matrix, cells: Cells, row: number, column: number, at: number): HTMLElement {
  const cell = cells(row, column);
  const header = matrix.rows[row];
  const label = header === undefined ? '' : spoken(cell, header);
  const attributes = { role: 'gridcell', class: classesOf(cell), 'aria-colindex': String(at + 2), 'aria-label': label };
  return element('div', attributes, ...(cell.state === 'none' ? [] : [element('i', {}, signs[cell.state])]));
}

function watch(lines: readonly HTMLElement[], fill: (index: number) => void): IntersectionObserver {
  // `scrollMargin` looks ahead inside the grid's own scroller; a browser without it fills rows as they appear.
  const near = { rootMargin: '400px 0px', scrollMargin: '400px 0px' };
  const watcher = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      fill(Number(target.getAttribute('aria-rowindex')) - 2);
    }
  }, near);
  for (const one of lines) watcher.observe(one);
  return watcher;
}
