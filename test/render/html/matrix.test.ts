import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { create, remove, update } from '../../../src/core/change.ts';
import type { PlannedTarget } from '../../../src/core/plan.ts';
import { chart } from '../../../src/render/html/matrix.ts';
import type { Matrix, MatrixRole } from '../../../src/render/html/shape.ts';
import { access, live, mixedPlan, role, source, target, updated } from './plans.ts';

const origin = { cause: 'file', source } as const;

function matrixOf(index: number): Matrix {
  return chart(mixedPlan().targets[index] as PlannedTarget, access).matrix;
}

/** The cells of a role as text: `+admin:shopping`, and `•` for what it has and keeps. */
function cells(matrix: Matrix, name: string): readonly string[] {
  const one = matrix.roles.find((candidate) => candidate.name === name);
  if (one === undefined) return [];
  const marked = new Set(one.marks.map(([row]) => row));
  const kept = one.held.filter((row) => !marked.has(row)).map((row) => `has ${matrix.rows[row]?.text}`);
  const marks = one.marks.map(([row, state, drift]) => `${state} ${matrix.rows[row]?.text}${drift ? ' (drift)' : ''}`);
  return [...kept, ...marks].sort();
}

describe('the matrix', () => {
  it('marks what a role gains, loses, keeps and changes, and which part is drift', () => {
    expect(cells(matrixOf(0), 'order support')).toEqual([
      'added admin:shopping',
      'added write:accounts',
      'changed description',
      'has read:accounts',
      'has read:checkout',
      'removed read:billing (drift)',
    ]);
  });

  it('marks withheld parts as withheld, with their reason', () => {
    const matrix = matrixOf(0);
    expect(cells(matrix, 'webhook maintainer')).toEqual(['has read:accounts', 'withheld-remove admin:hooks']);
    expect(cells(matrix, 'finance')).toContain('withheld-add write:accounts');
    expect(matrix.notes).toContain('finance never changes accounts; see policy.yaml');
  });

  it('shows a created role as all added and a deleted one as all removed', () => {
    expect(cells(matrixOf(0), 'catalogue reader')).toEqual(['added read:checkout', 'added read:receipts']);
    expect(cells(matrixOf(0), 'campaign 2019')).toEqual(['removed read:receipts']);
  });

  it('keeps a renamed role one column, with both names', () => {
    const renamed = matrixOf(0).roles.filter(({ id }) => id === 'id-viewer');
    expect(renamed.map(({ name, was }) => [name, was])).toEqual([['reader', 'viewer']]);
  });

  it('tells unmanaged and built-in roles', () => {
    const of = (name: string) => matrixOf(0).roles.find((one) => one.name === name);
    expect(of('legacy importer')).toMatchObject({ unmanaged: true, status: 'same' });
    expect(of('administrator')).toMatchObject({ builtIn: true, unmanaged: false });
  });

  it('puts fields first and then permissions, the riskiest class first', () => {
    const kinds = matrixOf(0).rows.map(({ kind }) => kind);
    expect([...new Set(kinds)]).toEqual(['field', 'wildcard', 'power', 'admin', 'read']);
  });

  it('puts roles that change before those that are withheld, and those before the others', () => {
    const rank = ({ status, withheld }: MatrixRole) => (status !== 'same' ? 0 : withheld ? 1 : 2);
    const ranks = matrixOf(0).roles.map(rank);
    expect(ranks).toEqual([...ranks].sort());
    expect(new Set(ranks).size).toBe(3);
  });

  it('joins what is withheld of a new role to the role that is created', () => {
    const made = role('new', ['read:accounts']);
    const change = create(made, origin);
    const more = update(null, made, role('new', ['admin:hooks', 'read:accounts']), origin);
    if (more === undefined) throw new Error('nothing differs');
    const { matrix, columnOf } = chart(
      target('t', {
        changes: [{ ...change, conditions: [], managed: [], acknowledged: [] }],
        withheld: [{ ...more, code: 'policy', reason: 'no' }],
      }),
      access,
    );
    expect(cells(matrix, 'new')).toEqual(['added read:accounts', 'withheld-add admin:hooks']);
    expect([columnOf(change), columnOf(more)]).toEqual([0, 0]);
  });

  it('takes everything with it where a delete is drift', () => {
    const gone = role('gone', ['admin:hooks', 'read:accounts']);
    const change = {
      ...remove('id-1', gone, origin),
      conditions: [],
      managed: [],
      acknowledged: [],
      drift: [{ kind: 'delete' }],
    } as const;
    const { matrix } = chart(target('t', { changes: [change], live: [live('id-1', gone)] }), access);
    expect(matrix.roles[0]?.drift).toBe('whole');
    expect(cells(matrix, 'gone')).toEqual(['removed admin:hooks (drift)', 'removed read:accounts (drift)']);
  });

  it('keeps two live roles of one name apart', () => {
    const twin = role('twin', ['read:accounts']);
    const { matrix } = chart(
      target('t', {
        changes: [updated('id-2', twin, role('twin', []))],
        live: [live('id-1', twin), live('id-2', twin)],
      }),
      access,
    );
    expect(matrix.roles.map(({ id, status }) => [id, status])).toEqual([
      ['id-2', 'update'],
      ['id-1', 'same'],
    ]);
  });

  it('shows a field and a permission of the same name as two rows', () => {
    const before = role('a', []);
    const after = role('a', ['description'], { description: 'new' });
    const { matrix } = chart(
      target('t', { changes: [updated('1', before, after)], live: [live('1', before)] }),
      access,
    );
    expect(matrix.rows.map(({ text, kind }) => [text, kind])).toEqual([
      ['description', 'field'],
      ['description', 'unknown'],
    ]);
    expect(cells(matrix, 'a')).toEqual(['added description', 'changed description']);
  });

  it('adds up: what a column has and gains is the role after, what it has and loses is the role before', () => {
    const permissions = fc.uniqueArray(fc.constantFrom('__proto__', 'constructor', 'read:a', 'write:a', '*.*', 'ø'));
    fc.assert(
      fc.property(permissions, permissions, (before, after) => {
        const change = update('1', role('a', before), role('a', after), origin);
        fc.pre(change !== undefined);
        const { matrix } = chart(
          target('t', {
            changes: [{ ...change, conditions: [], managed: [], acknowledged: [] }],
            live: [live('1', role('a', before))],
          }),
          access,
        );
        const texts = (...states: readonly string[]) =>
          cells(matrix, 'a').flatMap((cell) => (states.includes(cell.split(' ')[0] ?? '') ? [cell.split(' ')[1]] : []));
        expect(texts('has', 'added').sort()).toEqual([...after].sort());
        expect(texts('has', 'removed').sort()).toEqual([...before].sort());
      }),
    );
  });
});
