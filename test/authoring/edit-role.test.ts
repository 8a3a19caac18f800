import { describe, expect, it } from 'vitest';
import { editFile } from '../../src/authoring/edit-file.ts';
import type { RoleEdit } from '../../src/authoring/edit-role.ts';

const head = 'provider: dintero\ntargets: [acme]\nroles:\n';
const place = { line: 4, column: 5 };

function edited(role: string, change: Partial<RoleEdit>, end = '\n'): string {
  const { text, refused } = editFile(head + role + end, [
    { place, permissions: { add: [], remove: [] }, fields: {}, ...change },
  ]);
  return refused.get(0) ?? text.slice(head.length, end === '' ? undefined : -end.length);
}

function permissions(list: string, add: readonly string[], remove: readonly string[]): string {
  const lead = '  - name: x\n    permissions:';
  const text = edited(lead + list, { permissions: { add, remove } });
  return text.startsWith(lead) ? text.slice(lead.length) : text;
}

describe('permissions in lines', () => {
  const list = ' # all\n      # one\n      - a:a # why\n\n      # two\n      - "c:c"\n    # end';

  it.each([
    ['puts one in where it belongs', ['b:b'], [], list.replace('# why\n', '# why\n      - b:b\n')],
    ['puts one before all others', ['A:a'], [], list.replace('      - a:a', '      - A:a\n      - a:a')],
    ['puts one at the end', ['d:d'], [], list.replace('"c:c"\n', '"c:c"\n      - d:d\n')],
    ['takes one out with its remark', [], ['a:a'], list.replace('      - a:a # why\n', '')],
    ['takes all out', [], ['a:a', 'c:c'], ' [] # all\n      # one\n\n      # two\n    # end'],
    [
      'puts others in their place',
      ['b:b', 'e:e'],
      ['a:a', 'c:c'],
      ' # all\n      # one\n      - b:b\n\n      # two\n      - e:e\n    # end',
    ],
  ])('%s', (_, add, remove, expected) => {
    expect(permissions(list, add, remove)).toBe(expected);
  });

  it('appends to a list in an order of its own, and quotes as it does', () => {
    expect(permissions("\n    - 'c'\n    - 'a'", ['b'], [])).toBe("\n    - 'c'\n    - 'a'\n    - 'b'");
  });

  it('keeps CRLF, and a missing line break at the end', () => {
    const role = '  - name: x\r\n    permissions:\r\n      - a\r\n      - b';
    expect(edited(role, { permissions: { add: ['aa', 'c'], remove: ['b'] } }, '')).toBe(
      '  - name: x\r\n    permissions:\r\n      - a\r\n      - aa\r\n      - c',
    );
  });

  it('quotes what would read as something else', () => {
    expect(permissions('\n      - a', ['null', '1e3', 'yes', '*.*', 'x: y', '- z', ' #'], [])).toBe(
      '\n      - " #"\n      - "*.*"\n      - "- z"\n      - "1e3"\n      - a\n      - "null"\n      - "x: y"\n      - "yes"',
    );
  });

  it('takes a repeat out in both places', () => {
    expect(permissions('\n      - a\n      - b\n      - a', [], ['a'])).toBe('\n      - b');
  });
});

describe('permissions in brackets', () => {
  it.each([
    [' [a, c]', ['b'], [], ' [a, b, c]'],
    [' [a, c]', ['d'], [], ' [a, c, d]'],
    [' [b]', ['a'], [], ' [a, b]'],
    [' [ a, b, c ] # all', [], ['b'], ' [ a, c ] # all'],
    [' [a, b, c]', [], ['b', 'c'], ' [a]'],
    [' [a, b, c]', [], ['a', 'b'], ' [c]'],
    [' [a, b, c,]', [], ['c'], ' [a, b,]'],
    [' [a]', [], ['a'], ' []'],
    [' []', ['a', 'b'], [], ' [a, b]'],
    [' [a, b]', ['c'], ['a', 'b'], ' [c]'],
    [' [a, b]', ['aa', 'c'], ['b'], ' [a, aa, c]'],
    [" ['a', 'b,']", ['c]'], ['a'], " ['b,', 'c]']"],
    ['\n      [a,\n       b]', [], ['a'], '\n      [\n       b]'],
    [' [\n      a, # why\n      b,\n      d,\n    ]', ['c'], ['a'], ' [\n      b,\n      c,\n      d,\n    ]'],
    [' [\n      a,\n      b # why\n    ]', ['c'], [], ' [\n      a,\n      b, # why\n      c\n    ]'],
    [' [\n      a,\n      b\n    ]', [], ['b'], ' [\n      a,\n    ]'],
    [' [\n      b,\n    ]', ['a'], [], ' [\n      a,\n      b,\n    ]'],
    [' [ a\n      , b\n      , c\n      ]', [], ['b'], ' [ a\n      , c\n      ]'],
    [' [a, b,\n      c, d]', ['cc'], ['b', 'd'], ' [a,\n      c, cc]'],
  ])('%j with %j without %j', (list, add, remove, expected) => {
    expect(permissions(list, add, remove)).toBe(expected);
  });

  it('rewrites the list if commas are in unusual places', () => {
    expect(permissions(' [\n      a\n      , b\n    ]', [], ['a'])).toBe(' [b]');
  });
});

describe('lists that name sets', () => {
  it.each([
    [' [set: s, a, c]', ['b'], [], ' [set: s, a, b, c]'],
    [' [set: s, c]', ['a'], [], ' [set: s, a, c]'],
    [' [{ set: s }, a]', [], ['a'], ' [{ set: s }]'],
    [' [a, set: s]', [], ['a'], ' [set: s]'],
    [' [set: s]', ['a'], [], ' [set: s, a]'],
    ['\n      - set: s # all\n      - a', ['b'], ['a'], '\n      - set: s # all\n      - b'],
    ['\n      - set: s\n      - set: t\n', ['b'], [], '\n      - set: s\n      - set: t\n      - b\n'],
    ['\n      - set: s\n      - b', ['a'], [], '\n      - set: s\n      - a\n      - b'],
    [' [set: s, a]', [], ['b'], ' [set: s, a]'],
    [' [\n      a\n      , set: "s, t"\n    ]', ['b'], ['a'], ' [set: "s, t", b]'],
    [' [\n      set: s,\n      a, # why\n    ]', ['b'], ['a'], ' [\n      set: s,\n      b,\n    ]'],
  ])('keep them: %j with %j without %j', (list, add, remove, expected) => {
    expect(permissions(list, add, remove)).toBe(expected);
  });

  it('are left as an alias where nothing changes', () => {
    const list = '  - name: x\n    permissions: &p [set: s, a]\n  - name: y\n    permissions: *p';
    expect(edited(list, { permissions: { add: ['a'], remove: ['b'] } })).toBe(list);
  });
});

describe('fields', () => {
  const field = (role: string, fields: RoleEdit['fields']) => edited(role, { fields });

  it.each([
    [
      '  - name: x # who\n    description: a b # what',
      { description: 'c d' },
      '  - name: x # who\n    description: c d # what',
    ],
    [
      '  - name: x\n    description: "a"',
      { description: 'it\'s "b"\nc' },
      '  - name: x\n    description: "it\'s \\"b\\"\\nc"',
    ],
    ["  - name: x\n    description: 'a'", { description: "it's" }, "  - name: x\n    description: 'it''s'"],
    ['  - name: x\n    description: a', { description: '' }, '  - name: x\n    description: ""'],
    [
      '  - {name: x, description: a b, permissions: [q]}',
      { description: 'c, d' },
      '  - {name: x, description: "c, d", permissions: [q]}',
    ],
    [
      '  - name: x\n    mandatory2fa: true # yes',
      { mandatory2fa: false },
      '  - name: x\n    mandatory2fa: false # yes',
    ],
    [
      '  - name: x\n    description: |\n      a\n      b\n    permissions: [q]',
      { description: 'c\n\nd' },
      '  - name: x\n    description: |\n      c\n\n      d\n    permissions: [q]',
    ],
    [
      '  - name: x\n    description: >-\n      a\n      b\n    permissions: [q]',
      { description: 'c d' },
      '  - name: x\n    description: >-\n      c d\n    permissions: [q]',
    ],
    [
      '  - name: x\n    description: |\n      a\n    permissions: [q]',
      { description: ' c' },
      '  - name: x\n    description: " c"\n    permissions: [q]',
    ],
    [
      '  - name: x\n    companyId: c # gone\n    permissions: [q]',
      { companyId: null },
      '  - name: x\n    permissions: [q]',
    ],
    ['  - companyId: c\n    name: x', { companyId: null }, '  - name: x'],
    ['  - {name: x, companyId: c, permissions: [q]}', { companyId: null }, '  - {name: x, permissions: [q]}'],
    ['  - name: x\n    previously: [w, z]', { name: 'w' }, '  - name: w\n    previously: [z]'],
    [
      '  - name: x\n    previously:\n      - w\n    permissions: [q]',
      { name: 'w' },
      '  - name: w\n    permissions: [q]',
    ],
  ])('%j to %j', (role, fields, expected) => {
    expect(field(role, fields)).toBe(expected);
  });
});

describe('what is shared inside the file', () => {
  const list = '  - name: x\n    permissions: &p [a, b]\n  - name: y\n    permissions: *p';

  it('is not edited where others refer to it', () => {
    expect(edited(list, { permissions: { add: [], remove: ['a'] } })).toMatch(/anchor `&p`/);
  });

  it('is written out where it is referred to', () => {
    const there = { place: { line: 6, column: 5 }, permissions: { add: ['c'], remove: ['a'] } };
    expect(edited(list, there)).toBe(list.replace('*p', '[b, c]'));
  });

  it('is not edited in a role that is an alias of a part of another', () => {
    const roles = '  - &r\n    name: x\n    description: &d a\n  - name: y\n    description: *d';
    expect(edited(roles, { place: { line: 5, column: 5 }, fields: { description: 'b' } })).toMatch(/anchor `&d`/);
  });
});
