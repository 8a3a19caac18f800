import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { create, remove, update } from '../../../src/core/change.ts';
import type { WrittenChange } from '../../../src/providers/provider.ts';
import { rocketchat } from '../../../src/providers/rocketchat/provider.ts';
import { rowsToSend } from '../../../src/providers/rocketchat/rows.ts';
import { role } from '../setups.ts';
import { origin } from '../world.ts';

const { normalise } = rocketchat;

function edit(id: string, before: readonly string[], after: readonly string[]): WrittenChange {
  const change = update(
    id,
    normalise(role(id, { permissions: before })),
    normalise(role(id, { permissions: after })),
    origin,
  );
  return { change: change ?? create(normalise(role(id)), origin), id };
}

const known = (ids: readonly string[], droppable: readonly string[] = []) => ({
  ids: new Set(ids),
  isDroppable: (_permission: string, id: string) => droppable.includes(id),
});

describe('rows to send', () => {
  it('are none where nothing changes', () => {
    const current = [{ permission: 'a', roles: ['admin', 'x'] }];
    expect(rowsToSend(current, [], known(['admin', 'x']))).toEqual({ send: [], blocked: [], emptied: [] });
    expect(rowsToSend(current, [edit('x', [], ['a'])], known(['admin', 'x'])).send).toEqual([]);
  });

  it('hold each permission once, however many roles change in it', () => {
    const current = [{ permission: 'a', roles: ['admin', 'x'] }];
    const { send } = rowsToSend(current, [edit('x', ['a'], []), edit('y', [], ['a'])], known(['admin', 'x', 'y']));
    expect(send).toEqual([{ permission: 'a', roles: ['admin', 'y'] }]);
  });

  it('drop the ids that may be dropped, and only from rows that change anyway', () => {
    const current = [
      { permission: 'a', roles: ['admin', 'anonymous'] },
      { permission: 'b', roles: ['admin', 'anonymous'] },
    ];
    const { send } = rowsToSend(current, [edit('x', [], ['a'])], known(['admin', 'x'], ['anonymous']));
    expect(send).toEqual([{ permission: 'a', roles: ['admin', 'x'] }]);
  });

  it('leave out a row with an unknown id that may not be dropped, and say so where it was wanted', () => {
    const current = [{ permission: 'a', roles: ['admin', 'ghost', 'anonymous', 'gone'] }];
    const ids = known(['admin', 'x'], ['anonymous']);
    const gone = { change: remove('gone', normalise(role('gone', { permissions: ['a'] })), origin), id: 'gone' };
    expect(rowsToSend(current, [gone], ids)).toEqual({ send: [], blocked: [], emptied: [] });
    expect(rowsToSend(current, [gone, edit('x', [], ['a'])], ids)).toEqual({
      send: [],
      blocked: [{ permission: 'a', unknown: ['ghost'], wantedFor: ['x'] }],
      emptied: [],
    });
  });

  it('say so where a permission to grant is gone, but not where one to revoke is', () => {
    expect(rowsToSend([], [edit('x', [], ['a'])], known(['x'])).blocked).toEqual([
      { permission: 'a', unknown: [], wantedFor: ['x'] },
    ]);
    expect(rowsToSend([], [edit('x', ['a'], [])], known(['x'])).blocked).toEqual([]);
  });

  it('are blocked for those alone that differ in them', () => {
    const current = [{ permission: 'a', roles: ['x', 'y', 'ghost'] }];
    const written = [edit('x', ['a'], []), edit('y', [], ['a']), edit('z', ['a'], [])];
    expect(rowsToSend(current, written, known(['x', 'y', 'z'])).blocked).toMatchObject([{ wantedFor: ['x'] }]);
  });

  it('are blocked as well by what stays in them because another row is blocked', () => {
    const current = [
      { permission: 'a', roles: ['ghost'] },
      { permission: 'b', roles: ['gone'] },
    ];
    const { send, blocked } = rowsToSend(current, [edit('gone', ['b'], ['a']), edit('x', [], ['b'])], known(['x']));
    expect([send, blocked.map(({ permission, wantedFor }) => [permission, wantedFor])]).toEqual([
      [],
      [
        ['a', ['gone']],
        ['b', ['x']],
      ],
    ]);
  });

  it('leave a role what it was to lose, where somebody took the rest and it is to have something', () => {
    const current = [
      { permission: 'a', roles: ['x', 'y', 'z'] },
      { permission: 'b', roles: ['y'] },
    ];
    const written = [edit('x', ['a', 'b'], ['b']), edit('y', ['a', 'b'], ['b']), edit('z', ['a'], [])];
    expect(rowsToSend(current, written, known(['x', 'y', 'z']))).toEqual({
      send: [{ permission: 'a', roles: ['x'] }],
      blocked: [],
      emptied: ['x'],
    });
  });

  it('never touch a role that no change names, never send an unknown id, and grant before they revoke', () => {
    const id = fc.constantFrom<string>('admin', 'x', 'y', 'z', 'ghost', 'anonymous');
    const permission = fc.constantFrom<string>('a', 'b', 'c', 'd');
    const ids = known(['admin', 'x', 'y', 'z'], ['anonymous']);
    const rows = fc.uniqueArray(fc.record({ permission, roles: fc.uniqueArray(id) }), {
      selector: (row) => row.permission,
    });
    const change = fc
      .record({ id: fc.constantFrom('x', 'y'), before: fc.uniqueArray(permission), after: fc.uniqueArray(permission) })
      .map(({ id, before, after }) => edit(id, before, after));
    const written = fc.uniqueArray(change, { selector: (one) => one.id });
    fc.assert(
      fc.property(rows, written, (current, changes) => {
        const { send } = rowsToSend(current, changes, ids);
        const before = new Map(current.map((row) => [row.permission, row.roles]));
        const grants = send.map((row) => row.roles.some((one) => !before.get(row.permission)?.includes(one)));
        expect(grants).toEqual([...grants].sort((a, b) => Number(b) - Number(a)));
        for (const { permission, roles } of send) {
          expect(roles).toEqual([...new Set(roles)].sort());
          expect(roles.every((one) => ids.ids.has(one))).toBe(true);
          for (const stranger of ['admin', 'z']) {
            expect(roles.includes(stranger)).toBe(before.get(permission)?.includes(stranger));
          }
        }
      }),
    );
  });
});
