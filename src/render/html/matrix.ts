/** Who may do what in one target, now and after the plan, as the page's grid needs it: roles across, permissions down. */
import type { Change } from '../../core/change.ts';
import type { PlannedTarget } from '../../core/plan.ts';
import { byCodeUnit } from '../../core/role.ts';
import { classes, type MeaningOf } from '../access.ts';
import { escapeUnsafe } from '../display.ts';
import { changedField, driftOf, label } from './label.ts';
import type { Mark, Matrix, MatrixRole, MatrixRow } from './shape.ts';

export interface Charted {
  readonly matrix: Matrix;
  /** Index of the column that a change of this target marks. */
  readonly columnOf: (change: Change) => number;
}

/** Rows: fields that change, then permissions, the most powerful first. Columns: roles that change, then the others. */
export function chart(target: PlannedTarget, access: MeaningOf): Charted {
  const columns = [...columnsOf(target).values()].sort(changedFirst);
  const { rows, indexOf } = rowsOf(columns, (permission) => access(target.provider, permission));
  const notes = new Map<string, number>();
  const roles = columns.map((column) => roleOf(column, indexOf, notes));
  const keys = new Map(columns.map(({ key }, index) => [key, index]));
  return {
    matrix: { target: escapeUnsafe(target.name), rows, roles, notes: [...notes.keys()] },
    columnOf: (change) => keys.get(keyOf(change)) ?? -1,
  };
}

interface ColumnMark {
  readonly kind: 'permission' | 'field';
  readonly text: string;
  readonly state: Mark[1];
  readonly drift: boolean;
  readonly note: string;
}

interface Column {
  readonly key: string;
  readonly facts: Omit<MatrixRole, 'held' | 'marks'>;
  readonly held: readonly string[];
  readonly marks: readonly ColumnMark[];
}

function columnsOf({ live, changes, withheld, unmanaged }: PlannedTarget): ReadonlyMap<string, Column> {
  const unnamed = new Set(unmanaged.map(({ id }) => id));
  const columns = new Map<string, Column>();
  for (const { id, name, builtIn, permissions } of live) {
    const facts = { ...plain(name, id), builtIn, unmanaged: unnamed.has(id) };
    columns.set(`id ${id}`, { key: `id ${id}`, facts, held: permissions, marks: [] });
  }
  const markAll = (change: Change, facts: Partial<MatrixRole>, marks: readonly ColumnMark[]) => {
    const key = keyOf(change);
    const column = columns.get(key) ?? {
      key,
      facts: plain(change.before?.name ?? change.role, change.id),
      held: change.id === null ? [] : (change.before?.permissions ?? []),
      marks: [],
    };
    columns.set(key, { ...column, facts: { ...column.facts, ...facts }, marks: [...column.marks, ...marks] });
  };
  for (const change of changes) {
    const renamed = change.fields['name'] !== undefined;
    const was = renamed ? label(change.before?.name ?? '', change.id) : null;
    const { extent, has } = driftOf(change);
    const facts = { name: label(change.role, change.id), was, status: change.action, drift: extent } as const;
    markAll(change, facts, marksOf(change, false, '', has));
  }
  for (const change of withheld)
    markAll(
      change,
      { withheld: true },
      marksOf(change, true, change.reason, () => false),
    );
  return columns;
}

/** A role to be created has no id yet, so its name takes that place, also for its withheld parts. */
function keyOf({ id, role }: Change): string {
  return id === null ? `new ${role}` : `id ${id}`;
}

function plain(name: string, id: string | null): Column['facts'] {
  const never = { status: 'same', withheld: false, drift: 'none', builtIn: false, unmanaged: false } as const;
  return { name: label(name, id), was: null, id: id === null ? null : escapeUnsafe(id), ...never };
}

type IsDrift = ReturnType<typeof driftOf>['has'];

function marksOf(change: Change, withheld: boolean, reason: string, isDrift: IsDrift): readonly ColumnMark[] {
  const note = escapeUnsafe(reason);
  const noteOn = (text: string) => [...sideEffects(change, text), ...(note === '' ? [] : [note])].join('. ');
  const permission = (kind: 'grant' | 'revoke', state: Mark[1]) => (text: string) =>
    ({ kind: 'permission', text, state, drift: isDrift(kind, text), note: noteOn(text) }) as const;
  return [
    ...change.grants.map(permission('grant', withheld ? 'withheld-add' : 'added')),
    ...change.revokes.map(permission('revoke', withheld ? 'withheld-remove' : 'removed')),
    ...Object.entries(change.fields).map(([field, values]) => ({
      kind: 'field' as const,
      text: field,
      state: withheld ? ('withheld-change' as const) : ('changed' as const),
      drift: isDrift('field', field),
      note: note === '' ? changedField(values) : `${changedField(values)}. ${note}`,
    })),
  ];
}

function sideEffects({ drops }: Change, written: string): readonly string[] {
  return drops
    .filter(({ permission }) => permission === written)
    .map(({ id }) => `writing it also takes it from ${label(id, null)}, which is no role`);
}

/** Status first, so that the columns a reviewer is here for need no scrolling. */
function changedFirst(a: Column, b: Column): number {
  const rank = ({ facts }: Column) => (facts.status !== 'same' ? 0 : facts.withheld ? 1 : 2);
  return rank(a) - rank(b) || byCodeUnit(a.facts.name, b.facts.name) || byCodeUnit(a.key, b.key);
}

interface Rows {
  readonly rows: readonly MatrixRow[];
  readonly indexOf: (kind: ColumnMark['kind'], text: string) => number;
}

function rowsOf(columns: readonly Column[], access: (permission: string) => ReturnType<MeaningOf>): Rows {
  const marked = (kind: ColumnMark['kind']) =>
    columns.flatMap(({ marks }) => marks.filter((mark) => mark.kind === kind).map(({ text }) => text));
  const fields = distinct(marked('field')).map((text) => ({
    key: `field ${text}`,
    rank: -1,
    text,
    row: fieldRow(text),
  }));
  const permissions = distinct([...columns.flatMap(({ held }) => held), ...marked('permission')]).map((text) => {
    const { class: kind, phrase } = access(text);
    const row: MatrixRow = { text: label(text, null), kind, phrase: phrase === null ? null : escapeUnsafe(phrase) };
    return { key: `permission ${text}`, rank: classes.indexOf(kind), text, row };
  });
  const sorted = [...fields, ...permissions].sort((a, b) => a.rank - b.rank || byCodeUnit(a.text, b.text));
  const indexes = new Map(sorted.map(({ key }, index) => [key, index]));
  return { rows: sorted.map(({ row }) => row), indexOf: (kind, text) => indexes.get(`${kind} ${text}`) ?? -1 };
}

function fieldRow(text: string): MatrixRow {
  return { text: label(text, null), kind: 'field', phrase: null };
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function roleOf({ facts, held, marks }: Column, indexOf: Rows['indexOf'], notes: Map<string, number>): MatrixRole {
  const noteOf = (note: string) => {
    if (note === '') return -1;
    const index = notes.get(note) ?? notes.size;
    notes.set(note, index);
    return index;
  };
  return {
    ...facts,
    held: held.map((permission) => indexOf('permission', permission)),
    marks: marks.map(({ kind, text, state, drift, note }) => [indexOf(kind, text), state, drift ? 1 : 0, noteOf(note)]),
  };
}
