import { describe, expect, it } from 'vitest';
import type { PlannedTarget } from '../../../src/core/plan.ts';
import { chart } from '../../../src/render/html/matrix.ts';
import { type Filter, listed, view } from '../../../src/render/html/view.ts';
import { access, mixedPlan } from './plans.ts';

const { matrix } = chart(mixedPlan().targets[0] as PlannedTarget, access);
const everything: Filter = { target: null, role: '', permission: '', changesOnly: false };

function shown(filter: Partial<Filter>): { readonly roles: readonly string[]; readonly rows: readonly string[] } {
  const { rows, columns } = view(matrix, { ...everything, ...filter });
  return {
    roles: columns.map((index) => matrix.roles[index]?.name ?? ''),
    rows: rows.map((index) => matrix.rows[index]?.text ?? ''),
  };
}

describe('the view', () => {
  it('shows every role and every row without a filter', () => {
    expect(shown({}).roles).toHaveLength(matrix.roles.length);
    expect(shown({}).rows).toHaveLength(matrix.rows.length);
  });

  it('shows only roles that change or are withheld, and only rows with a mark, for changes only', () => {
    const { roles, rows } = shown({ changesOnly: true });
    expect(roles).toEqual([
      'campaign 2019',
      'catalogue reader',
      'order support',
      'reader',
      'finance',
      'webhook maintainer',
    ]);
    expect(rows).not.toContain('*.*');
    expect(rows).not.toContain('read:accounts');
    expect(rows).toContain('admin:hooks');
  });

  it('finds a role by part of its name in any case, by its old name and by its id', () => {
    expect(shown({ role: 'SUPPORT' }).roles).toEqual(['order support']);
    expect(shown({ role: 'viewer' }).roles).toEqual(['reader']);
    expect(shown({ role: 'id-hooks' }).roles).toEqual(['webhook maintainer']);
  });

  it('finds a permission by its text, its meaning and its class, and needs every word', () => {
    expect(shown({ permission: 'billing' }).rows).toEqual(['read:billing']);
    expect(shown({ permission: 'invoices' }).rows).toEqual(['read:billing']);
    expect(shown({ permission: 'power' }).rows).toEqual(['write:accounts']);
    expect(shown({ permission: 'full shopping' }).rows).toEqual(['admin:shopping']);
  });

  it('narrows roles to those that change in a permission that is asked for', () => {
    expect(shown({ permission: 'write:accounts', changesOnly: true }).roles).toEqual(['order support', 'finance']);
  });

  it('narrows rows to those that change in a role that is asked for', () => {
    expect(shown({ role: 'finance', changesOnly: true }).rows).toEqual(['write:accounts']);
  });

  it('treats a filter as text, not as a pattern', () => {
    expect(shown({ permission: '*.*' }).rows).toEqual(['*.*']);
    expect(shown({ permission: '(' }).rows).toEqual([]);
  });

  it('lists a change beside the matrix by the same filters', () => {
    const names = (filter: Partial<Filter>) => {
      const isListed = listed(matrix, { ...everything, ...filter });
      return matrix.roles.filter((_, index) => isListed(index)).map(({ name }) => name);
    };
    expect(names({ permission: 'write:accounts' })).toEqual(['order support', 'finance']);
    expect(names({ role: 'finance' })).toEqual(['finance']);
    expect(names({ role: 'finance', permission: 'billing' })).toEqual([]);
  });
});
