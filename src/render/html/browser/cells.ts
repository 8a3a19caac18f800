/** The contents of a cell: its sign and its words. The lookup is built once per matrix: filters only choose from it. */
import type { Matrix, MatrixRow, RoleState } from '../shape.ts';

export interface Cell {
  readonly state: RoleState;
  readonly drift: boolean;
  readonly note: string;
}

export type Cells = (row: number, role: number) => Cell;

export const signs: Readonly<Record<RoleState, string>> = {
  has: '•',
  added: '+',
  removed: '−',
  changed: '~',
  'withheld-add': '(+)',
  'withheld-remove': '(−)',
  'withheld-change': '(~)',
  none: '',
};

const verbs: Readonly<Record<RoleState, string>> = {
  has: 'has',
  added: 'gains',
  removed: 'loses',
  changed: 'changes',
  'withheld-add': 'would gain',
  'withheld-remove': 'would lose',
  'withheld-change': 'would change',
  none: 'does not have',
};

const none: Cell = { state: 'none', drift: false, note: '' };
const has: Cell = { state: 'has', drift: false, note: '' };

export function cellsOf({ roles, notes }: Matrix): Cells {
  const columns = roles.map(({ held, marks }) => {
    const column = new Map(held.map((row) => [row, has]));
    for (const [row, state, drift, note] of marks) {
      column.set(row, { state, drift: drift === 1, note: notes[note] ?? '' });
    }
    return column;
  });
  return (row, role) => columns[role]?.get(row) ?? none;
}

/** As a sentence says it. A field that does not change is kept, whereas a permission is held or not. */
export function verbOf({ state }: Cell, row: MatrixRow): string {
  return row.kind === 'field' && state === 'none' ? 'keeps' : verbs[state];
}

export function classesOf({ state, drift }: Cell): string {
  return `cell ${state}${drift ? ' drift' : ''}`;
}

export function isWithheld({ state }: Cell): boolean {
  return state.startsWith('withheld');
}

/** For someone who hears the page: the headers say whose cell it is. */
export function spoken(cell: Cell, row: MatrixRow): string {
  const words = [verbOf(cell, row), isWithheld(cell) ? 'withheld' : '', cell.drift ? 'drift' : '', cell.note];
  return words.filter((word) => word !== '').join(', ');
}
