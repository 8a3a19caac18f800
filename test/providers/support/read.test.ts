import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/core/failure.ts';
import {
  count,
  flag,
  identifier,
  list,
  object,
  optionalText,
  text,
  texts,
} from '../../../src/providers/support/read.ts';

const at = { label: 'GET https://api.example/v1/roles', thing: 'a role', path: '[3]' };
const from = (value: unknown) => object(value, at);

describe('reading an answer', () => {
  it('gives what is there', () => {
    const fields = from({ id: 'x', on: true, names: ['a'], total: 3, note: null });
    expect(identifier(fields, 'id')).toBe('x');
    expect(flag(fields, 'on')).toBe(true);
    expect(flag(fields, 'off')).toBe(false);
    expect(texts(fields, 'names')).toEqual(['a']);
    expect(count(fields, 'total')).toBe(3);
    expect(optionalText(fields, 'note', '')).toBe('');
    expect(optionalText(fields, 'other', null)).toBeNull();
  });

  it.each<[string, () => unknown]>([
    ['answered a role without `id` at [3]', () => text(from({}), 'id')],
    ['answered a role without `id` at [3]', () => text(from({ id: null }), 'id')],
    ['answered a role whose `id` is not text at [3]', () => text(from({ id: 7 }), 'id')],
    ['answered a role whose `id` is empty at [3]', () => identifier(from({ id: '' }), 'id')],
    ['answered a role whose `id` is ".." at [3]', () => identifier(from({ id: '..' }), 'id')],
    ['answered a role whose `note` is not text at [3]', () => optionalText(from({ note: [] }), 'note', '')],
    ['answered a role whose `on` is not true or false at [3]', () => flag(from({ on: 'yes' }), 'on')],
    ['answered a role whose `scope` is not a list of texts at [3]', () => texts(from({ scope: ['a', 1] }), 'scope')],
    ['answered a role without `scope` at [3]', () => texts(from({}), 'scope')],
    ['answered a role whose `total` is not a number at [3]', () => count(from({ total: -1 }), 'total')],
    ['answered a role that is not an object at [3]', () => from([])],
    ['answered no list of roles at data', () => list({}, { ...at, thing: 'roles', path: 'data' })],
    ['answered no list of roles', () => list(undefined, { ...at, thing: 'roles', path: '' })],
  ])('fails where it %s', (message, read) => {
    expect(read).toThrow(Failure);
    expect(read).toThrow(new Failure('response', `GET https://api.example/v1/roles ${message}`, { unclear: true }));
  });

  it('sees no property that an object only inherits', () => {
    for (const key of ['__proto__', 'constructor', 'toString']) expect(() => text(from({}), key)).toThrow(/without/);
    expect(() => text(from(JSON.parse('{"__proto__":{"id":"x"}}')), 'id')).toThrow(/without `id`/);
  });

  it('fails with a Failure or not at all, whatever the JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, key) => {
        for (const read of [identifier, text, flag, texts, count]) {
          try {
            read(from(value), key);
          } catch (error) {
            expect(error).toBeInstanceOf(Failure);
          }
        }
      }),
    );
  });
});
