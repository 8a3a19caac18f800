import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roleSafeguards, type TwoSides } from '../../src/core/safeguards.ts';
import { desired, desiredRoles, live, liveRoles } from './role.ts';

const named = (...roles: readonly ReturnType<typeof live>[]) => roles.map(({ id, role }) => ({ id, name: role.name }));

function safeguards(sides: Partial<TwoSides>) {
  return roleSafeguards({ target: 'acme', base: [], head: [], unmanaged: 'report', live: undefined, ...sides });
}

function lines(sides: Partial<TwoSides>): readonly string[] {
  return safeguards(sides).map(({ code, role, message }) => `${code} ${role}: ${message}`);
}

const support = desired('support', { permissions: ['a:read'], description: 'x', settings: { scope: 'Users' } });

describe('roleSafeguards', () => {
  it('says that a role which a branch only takes out of a file stays live', () => {
    const expected =
      'role-unmanaged support: `support` is no longer managed and stays live; write `ensure: absent` to delete it';
    expect(lines({ base: [support] })).toEqual([expected]);
    expect(lines({ base: [support], live: named(live('1', 'support')) })).toEqual([expected]);
    expect(lines({ base: [support], live: [] })).toEqual([
      'role-unmanaged support: `support` is no longer managed; no such role is live',
    ]);
  });

  it('says so differently where the target deletes what no file names', () => {
    expect(lines({ base: [support], unmanaged: 'delete', live: named(live('1', 'support')) })).toEqual([
      'role-unmanaged support: `support` is no longer managed and will be deleted, because the target says `unmanaged: delete`',
    ]);
  });

  it('is silent about what is kept, renamed, deleted, added, or takes over more', () => {
    const now = named(live('1', 'support'), live('2', 'other'));
    for (const head of [
      support,
      { ...support, protected: true, permissions: [] },
      desired('helpdesk', { ...support, name: 'helpdesk', previously: ['support'] }),
      desired('support', { absent: true }),
    ]) {
      expect(lines({ base: [support], head: [head, desired('other'), desired('new')] })).toEqual([]);
      expect(lines({ base: [support], head: [head, desired('other'), desired('new')], live: now })).toEqual([]);
    }
  });

  it('names each field that stops being managed', () => {
    expect(lines({ base: [support], head: [desired('support')] })).toEqual([
      'field-unmanaged support: `description` of `support` is no longer managed; what is live stays as it is',
      'field-unmanaged support: `permissions` of `support` is no longer managed; what is live stays as it is',
      'field-unmanaged support: `scope` of `support` is no longer managed; what is live stays as it is',
    ]);
  });

  it('says that protection is lifted, also where the role is deleted, renamed, or dropped with it', () => {
    const base = [desired('boss', { protected: true })];
    const codes = (head: readonly ReturnType<typeof desired>[]) => safeguards({ base, head }).map(({ code }) => code);
    expect(codes([desired('boss')])).toEqual(['protection-lifted']);
    expect(codes([desired('boss', { absent: true })])).toEqual(['protection-lifted']);
    expect(codes([desired('chief', { previously: ['boss'] })])).toEqual(['protection-lifted']);
    expect(codes([])).toEqual(['role-unmanaged', 'protection-lifted']);
    expect(codes([desired('chief', { previously: ['boss'], protected: true })])).toEqual([]);
  });

  it('says that `ensure: absent` is removed, unless it has done its work', () => {
    const base = [desired('old', { absent: true })];
    expect(lines({ base, head: [desired('old')] })).toEqual([
      'absent-lifted old: `ensure: absent` of `old` is removed: the role is wanted again',
    ]);
    expect(lines({ base, live: named(live('1', 'old')) })).toEqual([
      'absent-lifted old: `old` is no longer managed and stays live; write `ensure: absent` to delete it',
    ]);
    expect(lines({ base, live: [] })).toEqual([]);
  });

  it('names the live role that a new `id` or `previously` reaches, unless a file managed it before', () => {
    const now = named(live('1', 'support'), live('9', 'Admin'));
    const pinned = (id: string) => [{ ...support, id }];
    expect(lines({ base: [support], head: pinned('1'), live: now })).toEqual([]);
    expect(lines({ base: [support], head: pinned('9'), live: now })).toEqual([
      'role-unmanaged support: `support` is no longer managed and stays live; write `ensure: absent` to delete it',
      'reached-by-id support: `id` of `support` reaches the live role `Admin` (id `9`), which no file managed before',
    ]);
    const taken = [support, desired('chief', { previously: ['gone', 'Admin'] })];
    expect(lines({ base: [support], head: taken, live: now })).toEqual([
      'reached-by-previously chief: `previously` of `chief` reaches the live role `Admin` (id `9`), which no file managed before',
    ]);
    expect(lines({ base: [support, desired('Admin')], head: taken, live: now })).toEqual([]);
    expect(lines({ base: [support], head: [support, desired('Admin', { previously: ['x'] })], live: now })).toEqual([]);
  });

  it('says the same of files alone, with less certainty', () => {
    expect(lines({ base: [support], head: [{ ...support, id: '9' }] })).toEqual([
      'reached-by-id support: `support` is pinned to the id `9`, as no role was before',
    ]);
    expect(lines({ base: [{ ...support, id: '9' }], head: [support] })).toEqual([
      'role-unmanaged support: `support` was pinned to the id `9` and no longer is; the role with the id `9` may no longer be managed',
    ]);
    expect(lines({ head: [desired('chief', { previously: ['Admin'] })] })).toEqual([
      'reached-by-previously chief: `chief` takes over a role called `Admin`, which no file named before',
    ]);
    expect(lines({ base: [{ ...support, id: '9' }], head: [{ ...support, id: '9', name: 'x' }] })).toEqual([]);
  });

  it('notices a role that is left behind under another name', () => {
    const now = named(live('1', 'helpdesk'));
    const base = [desired('support', { previously: ['helpdesk'] })];
    expect(lines({ base, head: [desired('support')], live: now })).toEqual([
      'role-unmanaged support: `support` (live as `helpdesk`, id `1`) is no longer managed and stays live; write `ensure: absent` to delete it',
    ]);
  });

  it('follows the live role where a branch swaps names and ids', () => {
    const now = named(live('1', 'a'), live('2', 'b'));
    const base = [desired('a', { protected: true }), desired('b')];
    const head = [desired('a', { id: '2' }), desired('b', { id: '1' })];
    expect(safeguards({ base, head, live: now }).map(({ code, role }) => [code, role])).toEqual([
      ['protection-lifted', 'b'],
    ]);
  });

  it('points into the head if the role is still there, and into the base otherwise', () => {
    const at = (line: number) => ({ file: 'roles/x.yaml', line, column: 5 });
    const base = [desired('a', { description: 'x', source: at(3) }), desired('b', { source: at(7) })];
    const head = [desired('a', { source: at(30) })];
    expect(safeguards({ base, head }).map(({ role, source }) => [role, source])).toEqual([
      ['a', at(30)],
      ['b', at(7)],
    ]);
  });

  it('shows text from files without what a reader cannot see', () => {
    expect(lines({ base: [desired('a\u202eb')] })[0]).toContain('`a<U+202E>b`');
  });

  it('never is empty where a live role stops being managed, and always where the files are equal', () => {
    fc.assert(
      fc.property(desiredRoles, desiredRoles, liveRoles({ distinctNames: false }), (base, head, found) => {
        const now = named(...found);
        expect(safeguards({ base, head: base, live: now })).toEqual([]);
        expect(safeguards({ base, head: base })).toEqual([]);
        const kept = new Set(head.map(({ name }) => name));
        const lost = now.filter(({ name }) => base.some((role) => role.name === name) && !kept.has(name));
        const said = safeguards({ base, head, live: now }).filter(({ code }) =>
          /^(?:role-unmanaged|absent-lifted)$/.test(code),
        );
        for (const { name } of lost) expect(said.map(({ role }) => role)).toContain(name);
      }),
    );
  });

  it('looks at a live role as often whether there are few or many', () => {
    const looksPerRole = (count: number) => {
      let looks = 0;
      const numbers = Array.from({ length: count }, (_, at) => at);
      const files = numbers.map((at) => desired(`role ${at}`, { previously: [`former ${at}`] }));
      const roles = numbers.map((at) => ({
        id: `${at}`,
        get name() {
          looks += 1;
          return `role ${at}`;
        },
      }));
      expect(safeguards({ base: files, head: files, live: roles })).toEqual([]);
      return looks / count;
    };
    expect(looksPerRole(60)).toBe(looksPerRole(20));
  });
});
