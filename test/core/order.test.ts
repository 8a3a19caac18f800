import { describe, expect, it } from 'vitest';
import { type Change, create, remove, update } from '../../src/core/change.ts';
import { waits } from '../../src/core/order.ts';
import { role } from './role.ts';

const origin = { cause: 'file', source: null } as const;
const permissionOf = (name: string) => `realm:${name}`;

function waiting(...changes: readonly (Change | undefined)[]): readonly string[] {
  const all = changes.filter((change) => change !== undefined);
  return [...waits(all, permissionOf)].flatMap(([change, for_]) =>
    for_.map((wait) => `${change.role} for ${wait.for.role}: ${wait.because}`),
  );
}

describe('waits', () => {
  it('lets a role be made before those that hold it', () => {
    const a = create(role('a', ['realm:b']), origin);
    const b = create(role('b', ['realm:c', 'realm:elsewhere']), origin);
    const c = update('3', role('c'), role('c', ['realm:b']), origin);
    expect(waiting(a, b, c)).toEqual(['a for b: role', 'c for b: role']);
  });

  it('lets a role go before it is deleted', () => {
    const a = update('1', role('a', ['realm:c']), role('a'), origin);
    const b = remove('2', role('b', ['realm:c']), origin);
    const c = remove('3', role('c'), origin);
    expect(waiting(a, b, c)).toEqual(['c for a: holder', 'c for b: holder']);
  });

  it('lets a name be freed first', () => {
    const a = create(role('b'), origin);
    const b = update('2', role('b'), role('c'), origin);
    expect(waiting(a, b)).toEqual(['b for c: name']);
  });

  it('never lets changes wait for each other', () => {
    const a = create(role('a', ['realm:b']), origin);
    const b = create(role('b', ['realm:a']), origin);
    expect(waiting(a, b)).toEqual(['a for b: role']);
    // It frees the name that the new role needs, and holds that role.
    const taken = update('3', role('c'), role('d', ['realm:c']), origin);
    expect(waiting(create(role('c'), origin), taken)).toEqual(['c for d: name']);
  });
});
