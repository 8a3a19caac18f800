import { describe, expect, it } from 'vitest';
import { type Change, create, remove, update } from '../../src/core/change.ts';
import { circles, compositionOf, liveCircles, withoutLooseEnds } from '../../src/core/composition.ts';
import { diff } from '../../src/core/diff.ts';
import { inTheEnd } from '../../src/core/in-the-end.ts';
import { judge } from '../../src/core/judge.ts';
import type { LiveRole } from '../../src/core/role.ts';
import { desired, live, normalise, role, settings } from './role.ts';

const origin = { cause: 'file', source: null } as const;
const permissionOf = (name: string) => `r:${name}`;
const holding = { permissionOf, acknowledged: () => [] };

function grant(id: string, name: string, before: readonly string[], after: readonly string[]): Change {
  const change = update(id, role(name, before.toSorted()), role(name, after.toSorted()), origin);
  if (change === undefined) throw new Error('no change');
  return change;
}

/** `lead gains x through r:support` */
function reached(roles: readonly LiveRole[], changes: readonly Change[], further = new Map<string, string[]>()) {
  return inTheEnd(roles, changes, permissionOf, further).map(
    ({ role: name, direction, permission, way }) => `${name} ${direction} ${permission} through ${way.join(', ')}`,
  );
}

describe('circles', () => {
  const roles = [live('1', 'a', ['r:b']), live('2', 'b', ['r:c']), live('3', 'c')];
  const objected = (changes: readonly Change[]) =>
    judge(changes, [circles(compositionOf(roles, changes, permissionOf), permissionOf)]).withheld.map(
      ({ role: name, grants, reason }) => [name, grants, reason.split(';')[0]],
    );

  it('are withheld where a grant would close one, with the way round', () => {
    expect(objected([grant('3', 'c', [], ['r:a', 'x'])])).toEqual([
      ['c', ['r:a'], 'the role would hold itself: `r:c` → `r:a` → `r:b` → `r:c`'],
    ]);
    expect(objected([grant('3', 'c', [], ['r:c'])])).toEqual([
      ['c', ['r:c'], 'the role would hold itself: `r:c` → `r:c`'],
    ]);
  });

  it('are withheld on each side where two changes would close one together', () => {
    const changes = [create(role('d', ['r:e']), origin), create(role('e', ['r:d']), origin)];
    expect(objected(changes).map(([name]) => name)).toEqual(['d', 'e']);
  });

  it('are none where the plan opens them as well', () => {
    expect(objected([grant('3', 'c', [], ['r:a']), grant('1', 'a', ['r:b'], [])])).toEqual([]);
  });

  it('that are live are told once each', () => {
    const round = [...roles.slice(0, 2), live('3', 'c', ['r:a']), live('4', 'd', ['r:d'])];
    expect(liveCircles(compositionOf(round, [], permissionOf))).toEqual([
      expect.stringContaining('`r:a` → `r:b` → `r:c` → `r:a`'),
      expect.stringContaining('`r:d` → `r:d`'),
    ]);
  });
});

describe('withoutLooseEnds', () => {
  const roles = [live('1', 'lead', ['r:support']), live('2', 'support', ['r:read']), live('3', 'read')];
  const codes = (changes: readonly Change[], acknowledged: readonly string[] = []) =>
    withoutLooseEnds({ changes, withheld: [] }, roles, { permissionOf, acknowledged: () => acknowledged }).withheld.map(
      ({ role: name, code, reason }) => `${name} ${code}: ${reason.split(';')[0]}`,
    );
  const [lead, support, read] = roles.map(({ id, role: one }) => remove(id, one, origin));

  it('keeps a role that others keep holding, and so on down', () => {
    expect(codes([support, read] as Change[])).toEqual([
      'support in-use: the role `lead` holds the role',
      'read in-use: the role `support` holds the role',
    ]);
    expect(codes([lead, support, read] as Change[])).toEqual([]);
    expect(codes([grant('1', 'lead', ['r:support'], []), support] as Change[])).toEqual([]);
    expect(codes([support] as Change[], ['in-use'])).toEqual([]);
  });

  it('grants no role whose creation is withheld', () => {
    const made = create(role('new', ['r:read']), origin);
    const wants = [grant('3', 'read', [], ['r:new', 'x']), create(role('other', ['r:new', 'x']), origin)];
    const withheld = [{ ...made, code: 'built-in', reason: 'x' }];
    const judged = withoutLooseEnds({ changes: wants, withheld }, roles, holding);
    expect(judged.changes.map(({ role: name, grants }) => [name, grants])).toEqual([
      ['other', ['x']],
      ['read', ['x']],
    ]);
    expect(judged.withheld.map(({ role: name, code }) => [name, code])).toEqual([
      ['new', 'built-in'],
      ['other', 'needs-role'],
      ['read', 'needs-role'],
    ]);
    expect(withoutLooseEnds({ changes: [...wants, made], withheld: [] }, roles, holding).withheld).toEqual([]);
  });
});

describe('inTheEnd', () => {
  const roles = [live('1', 'lead', ['r:support']), live('2', 'support', ['r:read']), live('3', 'read', ['x'])];

  it('reaches up to those that hold the role, and down through what it holds', () => {
    expect(
      reached(roles, [grant('2', 'support', ['r:read'], ['r:read', 'own:all'])], new Map([['own:all', ['own:one']]])),
    ).toEqual([
      'lead gains own:all through r:support',
      'lead gains own:one through r:support, own:all',
      'support gains own:one through own:all',
    ]);
  });

  it('says what is lost, and nothing of what another way still gives', () => {
    expect(reached(roles, [grant('3', 'read', ['x'], [])])).toEqual([
      'lead loses x through r:support, r:read',
      'support loses x through r:read',
    ]);
    const twice = [...roles.slice(0, 2), live('3', 'read', ['x']), live('4', 'boss', ['r:lead', 'x'])];
    expect(reached(twice, [grant('3', 'read', ['x'], [])])).not.toContainEqual(expect.stringContaining('boss'));
  });

  it('counts a role that is created, and one that is deleted', () => {
    expect(reached(roles, [create(role('new', ['r:lead']), origin)])).toEqual([
      'new gains r:read through r:lead, r:support',
      'new gains r:support through r:lead',
      'new gains x through r:lead, r:support, r:read',
    ]);
    expect(reached(roles, [remove('3', role('read', ['x']), origin)])).toEqual([
      'lead loses r:read through r:support',
      'lead loses x through r:support, r:read',
      'support loses r:read through ',
      'support loses x through r:read',
    ]);
  });

  it('says nothing where nothing is held, or nothing changes but words', () => {
    expect(reached([live('1', 'a', ['x'])], [grant('1', 'a', ['x'], ['y'])])).toEqual([]);
    const renamed = update('2', role('support', ['r:read']), role('help', ['r:read']), origin);
    expect(reached(roles, renamed === undefined ? [] : [renamed])).toEqual([]);
  });

  it('ends where roles hold each other', () => {
    const round = [live('1', 'a', ['r:b']), live('2', 'b', ['r:a'])];
    expect(reached(round, [grant('1', 'a', ['r:b'], ['r:b', 'x'])])).toEqual(['b gains x through r:a']);
  });
});

describe('a role that is renamed', () => {
  const rules = { normalise, settings, unmanaged: 'report', permissionOf } as const;
  const roles = [live('1', 'support', ['r:read', 'x']), live('2', 'read')];
  const renamed = desired('look', { previously: ['read'] });

  it('takes its name along into those that hold it', () => {
    const files = [renamed, desired('support', { permissions: ['r:look', 'x'] })];
    expect(diff(files, roles, rules).changes.map(({ role: name }) => name)).toEqual(['look']);
  });

  it('is granted by the name that it has now', () => {
    const files = [renamed, desired('new', { permissions: ['r:look'] })];
    const [, made] = diff(files, roles, rules).changes;
    expect(made?.grants).toEqual(['r:read']);
  });
});
