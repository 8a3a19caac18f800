import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Placed,
  permissionName,
  permissionOf,
  placesOf,
  placesOfPermission,
  roleName,
} from '../../../src/providers/keycloak/names.ts';

const clients = ['shop', 'https://app.example.com', 'shop:eu'];

describe('names of roles of Keycloak', () => {
  it.each<[string, Placed, string, string]>([
    ['plain', { client: undefined, name: 'support' }, 'support', 'realm:support'],
    ['with a colon', { client: undefined, name: 'orders:read' }, 'realm:orders:read', 'realm:orders:read'],
    ['like a word of ours', { client: undefined, name: 'realm:x' }, 'realm:realm:x', 'realm:realm:x'],
    ['of a client', { client: 'shop', name: 'viewer' }, 'shop:viewer', 'shop:viewer'],
    ['of a client that is an address', { client: clients[1], name: 'a:b' }, `${clients[1]}:a:b`, `${clients[1]}:a:b`],
  ])('say where the role lives: %s', (_what, place, name, permission) => {
    expect([roleName(place), permissionName(place), permissionOf(name)]).toEqual([name, permission, permission]);
    expect(placesOf(name, clients)).toEqual([place]);
    expect(placesOfPermission(permission, clients)).toEqual([place]);
  });

  it('mean several where clients and roles both hold colons', () => {
    expect(placesOf('shop:eu:viewer', clients)).toEqual([
      { client: 'shop', name: 'eu:viewer' },
      { client: 'shop:eu', name: 'viewer' },
    ]);
  });

  it('mean none for a client that is not there, and for the realm where the plain name says it', () => {
    for (const name of ['crm:agent', 'realm:support', 'shop:', ':']) expect(placesOf(name, clients)).toEqual([]);
  });

  it('lead back to the place, whatever it is called', () => {
    const place = fc.record({
      client: fc.constantFrom(undefined, ...clients),
      name: fc.string({ minLength: 1, unit: fc.constantFrom('a', ':', 'realm:', 'shop', '/', ' ') }),
    });
    fc.assert(
      fc.property(place, (one) => {
        expect(placesOf(roleName(one), clients)).toContainEqual(one);
        expect(placesOfPermission(permissionName(one), clients)).toContainEqual(one);
        expect(permissionOf(roleName(one))).toBe(permissionName(one));
      }),
    );
  });
});
