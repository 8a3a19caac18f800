/** Moves through a grid by keyboard: one stop for Tab, arrows inside. It knows places, not their contents. */
import { type CellPosition, type Grid, placeOf } from './grid.ts';

/** Rows that Page Up and Page Down move by. */
const page = 10;

/** `gridOf` says which grid a node is in now: every filter redraws the grids. */
export function useKeyboard(root: HTMLElement, gridOf: (node: EventTarget | null) => Grid | undefined): void {
  root.addEventListener('keydown', (event) => {
    const grid = gridOf(event.target);
    const place = placeOf(event.target);
    if (grid === undefined || place === undefined || event.altKey || event.metaKey) return;
    const next = moved(place, event.key, event.ctrlKey, grid);
    if (next === undefined) return;
    event.preventDefault();
    focus(grid, next);
  });
  root.addEventListener('click', (event) => {
    const grid = gridOf(event.target);
    const place = placeOf(event.target);
    if (grid !== undefined && place !== undefined) focus(grid, place);
  });
}

/** Makes the first cell the one that Tab reaches. */
export function offerTabStop(grid: Grid): void {
  const { rows } = grid.view;
  grid.at({ row: rows.length > 0 ? 0 : -1, column: 0 })?.setAttribute('tabindex', '0');
}

function focus(grid: Grid, place: CellPosition): void {
  const cell = grid.at(place);
  if (cell === undefined) return;
  for (const old of grid.element.querySelectorAll('[tabindex]')) old.removeAttribute('tabindex');
  cell.setAttribute('tabindex', '0');
  cell.focus();
}

function moved({ row, column }: CellPosition, key: string, ctrl: boolean, { view }: Grid): CellPosition | undefined {
  const lastRow = view.rows.length - 1;
  const lastColumn = view.columns.length - 1;
  const go = (toRow: number, toColumn: number): CellPosition => {
    const place = { row: clamp(toRow, lastRow), column: clamp(toColumn, lastColumn) };
    // The corner says nothing, so that an edge ends before it.
    return place.row < 0 && place.column < 0 ? { row, column } : place;
  };
  switch (key) {
    case 'ArrowUp':
      return go(row - 1, column);
    case 'ArrowDown':
      return go(row + 1, column);
    case 'ArrowLeft':
      return go(row, column - 1);
    case 'ArrowRight':
      return go(row, column + 1);
    case 'PageUp':
      return go(Math.max(0, row - page), column);
    case 'PageDown':
      return go(row + page, column);
    case 'Home':
      return go(ctrl ? 0 : row, 0);
    case 'End':
      return go(ctrl ? lastRow : row, lastColumn);
    default:
      return undefined;
  }
}

function clamp(index: number, last: number): number {
  return Math.max(-1, Math.min(last, index));
}
