/** Which rows and columns of a matrix a filter leaves: the one place that decides it, for the screen, the count and the print. */
import type { Mark, Matrix, MatrixRole, MatrixRow } from './shape.ts';

export interface Filter {
  /** Index of the target in the plan; null: all. */
  readonly target: number | null;
  readonly role: string;
  readonly permission: string;
  readonly changesOnly: boolean;
}

export interface View {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** How many more columns the filter leaves than are drawn. */
  readonly left: number;
}

/** More columns than anybody compares by eye; a browser would need seconds for thousands of them. */
const mostColumns = 400;

/** Indexes into `matrix`, of the first columns where there are very many. With `changesOnly`, a row needs a mark in a shown column, and a column in a shown row. */
export function view(matrix: Matrix, filter: Filter): View {
  const named = indexesOf(matrix.roles, (role) => isNamed(role, filter));
  const rows = indexesOf(matrix.rows, (row) => isMeant(row, filter));
  if (!filter.changesOnly) return { rows, ...cut(named) };
  const wanted = new Set(rows);
  const columns = named.filter((index) => {
    const role = matrix.roles[index];
    if (role === undefined) return false;
    return filter.permission.trim() === '' ? isTouched(role) : isMarkedIn(role, wanted);
  });
  const drawn = cut(columns);
  const marked = new Set(drawn.columns.flatMap((index) => matrix.roles[index]?.marks.map(([row]) => row) ?? []));
  return { rows: rows.filter((row) => marked.has(row)), ...drawn };
}

function cut(columns: readonly number[]): Pick<View, 'columns' | 'left'> {
  return { columns: columns.slice(0, mostColumns), left: Math.max(0, columns.length - mostColumns) };
}

/** Tells of a column whether the filter asks for changes of its role that are listed beside the matrix. */
export function listed(matrix: Matrix, filter: Filter): (column: number) => boolean {
  const anyRow = filter.permission.trim() === '';
  const rows = new Set(indexesOf(matrix.rows, (row) => isMeant(row, filter)));
  return (column) => {
    const role = matrix.roles[column];
    return role !== undefined && isNamed(role, filter) && (anyRow || isMarkedIn(role, rows));
  };
}

export function isTouched({ status, withheld }: MatrixRole): boolean {
  return status !== 'same' || withheld;
}

function isMarkedIn({ marks }: MatrixRole, rows: ReadonlySet<number>): boolean {
  return marks.some(([row]: Mark) => rows.has(row));
}

function isNamed({ name, was, id }: MatrixRole, { role }: Filter): boolean {
  return hasEveryWord(`${name}\n${was ?? ''}\n${id ?? ''}`, role);
}

/** A permission is found by its text, by what it means, and by its class. */
function isMeant({ text, kind, phrase }: MatrixRow, { permission }: Filter): boolean {
  return hasEveryWord(`${text}\n${phrase ?? ''}\n${kind}`, permission);
}

function hasEveryWord(text: string, words: string): boolean {
  const searched = text.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => searched.includes(word));
}

function indexesOf<Item>(items: readonly Item[], fits: (item: Item) => boolean): readonly number[] {
  return items.flatMap((item, index) => (fits(item) ? [index] : []));
}
