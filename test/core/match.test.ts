import { describe, expect, it } from 'vitest';
import { match } from '../../src/core/match.ts';
import { desired, live } from './role.ts';

describe('match', () => {
  it('takes the exact name, without folding', () => {
    const { pairs, unmanaged } = match([desired('Support')], [live('1', 'support')]);
    expect(pairs[0]?.live).toBeUndefined();
    expect(unmanaged.map(({ id }) => id)).toEqual(['1']);
  });

  it('takes a pinned id, whatever the live role is called', () => {
    const { pairs } = match([desired('support', { id: '2' })], [live('1', 'support'), live('2', 'helpers')]);
    expect(pairs[0]?.live?.id).toBe('2');
  });

  it('refuses a pinned id that is not live, and never creates', () => {
    expect(() => match([desired('support', { id: '9' })], [live('1', 'support')])).toThrow(
      /`support` is pinned to id `9`/,
    );
  });

  it('has nothing to do for an absent role whose pinned id is gone', () => {
    expect(match([desired('support', { id: '9', absent: true })], []).pairs[0]?.live).toBeUndefined();
  });

  it('takes the first former name that is live', () => {
    const role = desired('support', { previously: ['helpdesk', 'helpers'] });
    expect(match([role], [live('1', 'helpers')]).pairs[0]?.live?.id).toBe('1');
  });

  it('prefers the name over a former name and says so', () => {
    const role = desired('support', { previously: ['helpers'] });
    const { pairs, unmanaged, warnings } = match([role], [live('1', 'helpers'), live('2', 'support')]);
    expect(pairs[0]?.live?.id).toBe('2');
    expect(unmanaged.map(({ id }) => id)).toEqual(['1']);
    expect(warnings).toEqual([
      'role `support`: `helpers` from `previously` is live too; ' +
        'the role called `support` is used, the other counts as unmanaged',
    ]);
  });

  it.each([
    ['by name', desired('support')],
    ['by a former name', desired('help', { previously: ['support'] })],
    ['to be deleted', desired('support', { absent: true })],
  ])('refuses a name that two live roles share, %s, and shows both ids', (_how, role) => {
    const roles = [live('1', 'support'), live('2', 'support')];
    expect(() => match([role], roles)).toThrow(/2 live roles are called `support` \(ids `1`, `2`\)/);
  });

  it('takes a pinned id of two roles that share a name', () => {
    const roles = [live('1', 'support'), live('2', 'support')];
    expect(match([desired('support', { id: '2' })], roles).pairs[0]?.live?.id).toBe('2');
  });

  it('refuses two declared roles that mean one live role', () => {
    const roles = [desired('helpers', { previously: ['support'] }), desired('support')];
    expect(() => match(roles, [live('1', 'support')])).toThrow(/both refer to the live role `support`/);
  });

  it('leaves the name of a pinned role to another role of the files', () => {
    const roles = [desired('helpers', { id: '1' }), desired('support')];
    const { pairs } = match(roles, [live('1', 'support')]);
    expect(pairs.map((pair) => pair.live?.id)).toEqual(['1', undefined]);
  });

  it('lets two pinned roles swap their names', () => {
    const roles = [desired('a', { id: '2' }), desired('b', { id: '1' })];
    const { pairs } = match(roles, [live('1', 'a'), live('2', 'b')]);
    expect(pairs.map((pair) => pair.live?.id)).toEqual(['2', '1']);
  });

  it('is not confused by names that objects have anyway', () => {
    const { pairs, unmanaged } = match(
      [desired('__proto__')],
      [live('constructor', '__proto__'), live('2', 'toString')],
    );
    expect(pairs[0]?.live?.id).toBe('constructor');
    expect(unmanaged.map(({ id }) => id)).toEqual(['2']);
  });
});
