import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonical } from '../../src/core/canonical.ts';

/** The same, by way of JSON.stringify alone. */
function slowly(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

// Keys that look like numbers come first in any object, whatever the order in which they are set.
const key = fc.string({ unit: 'binary' }).filter((one) => !/^\d+$/.test(one) && one !== '__proto__');
const { data } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('data'), { maxLength: 4 }),
    fc.dictionary(key, fc.option(tie('data'), { nil: undefined }), { maxKeys: 4 }),
  ),
}));

it('is JSON with sorted keys, without those that have no value', () => {
  expect(canonical({ b: [1, { d: null, c: 'x' }], a: undefined, '': true })).toBe(
    '{"":true,"b":[1,{"c":"x","d":null}]}',
  );
  fc.assert(fc.property(data, (value) => canonical(value) === slowly(value)));
});
