import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { candidatesIn } from '../../src/core/candidates.ts';

const id = fc.constantFrom('1', '2', '3', 'constructor');
const name = fc.constantFrom('a', 'b', 'c', '__proto__', '');
const live = fc.array(fc.record({ id, name }));
const wanted = fc.record({ name, previously: fc.array(name, { maxLength: 3 }) });

describe('the live roles that a declared role could mean', () => {
  it('are those with its id, and no other, where it is pinned', () => {
    fc.assert(
      fc.property(live, wanted, id, (roles, role, pin) => {
        expect(candidatesIn(roles)({ ...role, id: pin })).toEqual(roles.filter((one) => one.id === pin));
      }),
    );
  });

  it('are otherwise those with its name, or else with the first former name that is live', () => {
    fc.assert(
      fc.property(live, wanted, (roles, role) => {
        const found = [role.name, ...role.previously]
          .map((one) => roles.filter((candidate) => candidate.name === one))
          .find((some) => some.length > 0);
        expect(candidatesIn(roles)(role)).toEqual(found ?? []);
      }),
    );
  });
});
