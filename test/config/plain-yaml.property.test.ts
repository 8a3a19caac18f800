/** What is read without the library is read as the library reads it: values, places, spellings; or not at all. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { below, createDocument, type Document, placesIn } from '../../src/config/document.ts';
import { readPlain } from '../../src/config/plain-yaml.ts';
import { parseWithLibrary } from '../../src/config/yaml.ts';

const open = new Set(['clientId', 'identifier']);

/** undefined: not plain. */
function plainly(text: string): Document | undefined {
  const plain = readPlain(text);
  return plain && createDocument('a.yaml', plain.value, plain.spans, placesIn('a.yaml', text, plain.credentials, open));
}

/** All that a document tells of each of its values. */
function told(document: Document | undefined): unknown {
  if (document === undefined) return 'nothing';
  const { value, at, key, spelling } = document;
  const pointers = (inner: unknown, pointer: string): readonly string[] => [
    pointer,
    ...(typeof inner === 'object' && inner !== null
      ? Object.entries(inner).flatMap(([step, one]) => pointers(one, below(pointer, step)))
      : []),
  ];
  return { value, of: pointers(value, '').map((one) => [one, at(one), key(one), spelling(one)]) };
}

function expectAlike(text: string): void {
  const plain = plainly(text);
  if (plain === undefined) return;
  const { document, problems } = parseWithLibrary('a.yaml', text, open);
  expect(problems).toEqual([]);
  expect(told(plain)).toEqual(told(document));
}

const shipped = readdirSync('roles').map((file) => readFileSync(`roles/${file}`, 'utf8'));
const rich = `---
provider: dintero # of payments
auth:
  clientId: \${ID}
  clientSecret: "\${SECRET}"
targets:
- name: acme-test
  account: T11112222
  limits: {deletes: 3}
- name: acme
  limits:
    deletes: 10
  labels: [ no, team:a, x ] # all
  baseUrl: https://api.example.com:8443/v1#top
roles:
  - name: 'order support'
    protected: true
    description: Orders, refunds (all) & "more" – ça va?
    permissions:

      # read
      - read:accounts
      - "admin:shopping"
      -   read:billing   # why
  -   name: x
      ensure: absent
exceptions:
  - role: order support
    until: 2026-12-31
    add: []
`.replace('{deletes: 3}', '\n    deletes: 0');

const pieces = [
  ...': |:|- |-|#| #|[|]|{|}|"|\'|>|&a |*a|!|%|@|`|?|? |,|, |~|null|true|No|0|-1|1e3|.5|0x1|0o7|1_000|<<: |---|...|\\'.split(
    '|',
  ),
  ...['|', '||', '\n', '\n\n', ' ', '  ', '\t', '\r\n', '\u00a0', '\u2028', '\u0085', '\ufeff', '😀', 'é', 'x'],
  ...[
    '\n- ',
    '\n  - ',
    '\n  x: y',
    ' # c',
    '- - a',
    '"a: b"',
    "'it''s'",
    '__proto__: ',
    'auth: ',
    '2026-02-31',
    '\n--- ',
    '\n# ',
    '\nnull: 1\n',
    '\nTrue: 1\n',
    'true, ',
    '\nz: 12345678901234567890\n',
    'x\ny: ',
    ' x: ',
    '\nk: 1\n',
    '\n   - z',
    '\n    - z',
    '\n z',
  ],
];

/** Puts a piece in place of some characters. */
interface Edit {
  readonly at: number;
  readonly length: number;
  readonly piece: string;
}

const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 12 })),
    piece: fc.oneof(fc.constant(''), fc.constantFrom(...pieces), fc.string({ maxLength: 3 })),
  }),
  { minLength: 1, maxLength: 4 },
);

function edited(text: string, all: readonly Edit[]): string {
  return all.reduce((before, { at, length, piece }) => {
    const offset = Math.floor(at * before.length);
    return before.slice(0, offset) + piece + before.slice(offset + length);
  }, text);
}

/** Lines that alone are plain, indented at random: what makes them a block is what must be right. */
const soup = fc
  .array(
    fc.tuple(
      fc.constantFrom(0, 0, 0, 1, 2, 2, 2, 3, 4),
      fc.constantFrom('- ', '- ', '-  ', '', '', '', ''),
      fc.constantFrom(...'a:|b:|c: x|auth:|auth: y|d: [x, y]|- d: 1|e|f: "g"|# h||i: j # k|l: true|m:n'.split('|')),
    ),
    { minLength: 1, maxLength: 7 },
  )
  .map((lines) => lines.map(([indent, mark, rest]) => `${' '.repeat(indent)}${mark}${rest}\n`).join(''));

/** A little of everything that is plain, since each place of it is tried with each piece. */
const small = `---
auth: # c
  id: \${X}
  t: "y z"
l:
- n: a b
  s:
   - a:b
   - 'c'
  d: 2026-12-31
k: [ no, a:b ]
`;

describe('the plain part of YAML', () => {
  it.each([...shipped, rich].map((text) => [text.split('\n')[3], text]))('holds a file with %s', (_, text) => {
    expect(plainly(text)).toBeDefined();
    expectAlike(text);
  });

  it('is read as the library reads it, whatever piece comes to whatever place', () => {
    let read = 0;
    for (let at = 0; at <= small.length; at += 1) {
      for (const piece of pieces) {
        for (const length of [0, 1]) {
          const text = edited(small, [{ at: at / small.length, length, piece }]);
          if (readPlain(text) !== undefined) read += 1;
          expectAlike(text);
        }
      }
    }
    expect(read).toBeGreaterThan(1000);
  });

  it('is read as the library reads it, whatever an edit makes of a file', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.constantFrom(...shipped, rich), edits, (text, all) => {
        const changed = edited(text, all);
        if (readPlain(changed) !== undefined) read += 1;
        expectAlike(changed);
      }),
      { numRuns: Number(process.env['PLAIN_RUNS'] ?? 1000) },
    );
    expect(read).toBeGreaterThan(100);
  });

  it('is read as the library reads it, however lines are indented', () => {
    let read = 0;
    fc.assert(
      fc.property(soup, (text) => {
        if (readPlain(text) !== undefined) read += 1;
        expectAlike(text);
      }),
      { numRuns: 2 * Number(process.env['PLAIN_RUNS'] ?? 1000) },
    );
    expect(read).toBeGreaterThan(100);
  });
});
