/** One target on the page: what is drawn of it under a filter. It knows no other target and no control. */
import type { Matrix, PageData } from '../shape.ts';
import { type Filter, isTouched, listed, type View, view } from '../view.ts';
import { type Cells, cellsOf } from './cells.ts';
import { element } from './element.ts';
import { type Grid, grid, measures } from './grid.ts';
import { offerTabStop } from './keyboard.ts';

export interface Sheet {
  /** The target's place in the plan. */
  readonly index: number;
  readonly matrix: Matrix;
  readonly cells: Cells;
  readonly section: HTMLElement;
  readonly scroller: HTMLElement;
  /** What is drawn now; undefined where nothing fits the filter. */
  grid: Grid | undefined;
}

export function sheetsOf({ matrices }: PageData): readonly Sheet[] {
  return matrices.flatMap((matrix, index) => {
    const section = document.querySelector(`[data-target="${index}"]`);
    const scroller = section?.querySelector('[data-matrix]');
    if (matrix === null || !(section instanceof HTMLElement) || !(scroller instanceof HTMLElement)) return [];
    return [{ index, matrix, cells: cellsOf(matrix), section, scroller, grid: undefined }];
  });
}

const empty: View = { rows: [], columns: [], left: 0 };

/** Redraws the sheet and returns what is shown of its matrix. */
export function drawSheet(sheet: Sheet, filter: Filter): View {
  const { section, matrix, cells, scroller } = sheet;
  section.hidden = filter.target !== null && filter.target !== sheet.index;
  sheet.grid?.release();
  sheet.grid = undefined;
  if (section.hidden) {
    scroller.replaceChildren();
    return empty;
  }
  drawLists(sheet, filter);
  const chosen = view(matrix, filter);
  if (chosen.columns.length === 0 || (chosen.rows.length === 0 && filter.permission.trim() !== '')) {
    scroller.replaceChildren(element('p', { class: 'aside' }, whyEmpty(matrix, filter)));
    return empty;
  }
  sheet.grid = grid(matrix, cells, chosen, { lazy: true });
  for (const [property, value] of Object.entries(measures(matrix, chosen))) scroller.style.setProperty(property, value);
  scroller.replaceChildren(sheet.grid.element);
  offerTabStop(sheet.grid);
  return chosen;
}

function whyEmpty({ roles }: Matrix, { changesOnly }: Filter): string {
  if (roles.length === 0) return 'There are no roles.';
  if (changesOnly && !roles.some(isTouched)) return 'Nothing changes here. Turn off “Only changes” to see its roles.';
  return 'Nothing here fits the filter.';
}

/** The entries below a matrix follow its filters, and their headings say how many of them are shown. */
function drawLists({ section, matrix }: Sheet, filter: Filter): void {
  const isListed = listed(matrix, filter);
  for (const entry of section.querySelectorAll<HTMLElement>('[data-column]')) {
    entry.hidden = !isListed(Number(entry.dataset['column']));
  }
  for (const group of section.querySelectorAll<HTMLElement>('.group')) {
    group.hidden = group.querySelector('[data-column]:not([hidden])') === null;
  }
  for (const list of section.querySelectorAll<HTMLElement>('[data-list]')) {
    const all = list.querySelectorAll('[data-column]').length;
    const left = list.querySelectorAll('[data-column]:not([hidden])').length;
    const told = list.querySelector('[data-count]');
    if (told !== null) told.textContent = left === all ? String(all) : `${left} of ${all}`;
  }
}
