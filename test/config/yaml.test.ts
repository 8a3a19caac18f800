import { describe, expect, it } from 'vitest';
import { values } from '../../src/config/flood.ts';
import { found, loadOne, messages } from './memory.ts';

const start = 'provider: dintero\nauth: { token: "${DINTERO_TOKEN}" }\ntargets: [{ name: acme, account: T123 }]\n';

describe('YAML', () => {
  it.each([
    [
      'duplicate keys, with the place of the first',
      `${start}roles:\n  - name: a\n    name: b\n`,
      '6:5 duplicate-key',
      'first at roles/a.yaml:5:5',
    ],
    ['merge keys', `${start}roles:\n  - <<: { name: a }\n    name: b\n`, '5:5 merge-key', 'write the keys out'],
    ['tags of values', `${start}roles:\n  - name: !!str 5\n`, '5:17 tag', 'tags'],
    ['tags of lists', `${start}roles: !mine\n  - name: a\n`, '5:3 tag', 'tags'],
    ['tags of keys', `${start}!!str roles: []\n`, '4:7 tag', 'tags'],
    ['a second document', `${start}---\na: 1\n`, '4:1 several-documents', 'split the file'],
    ['YAML 1.1', `%YAML 1.1\n---\n${start}`, '1:1 directive', 'remove the line'],
    ['an alias without an anchor', `${start}roles: *nothing\n`, '4:8 alias', '`*nothing` refers to nothing'],
    ['an alias inside its own anchor', `${start}roles: &r [*r]\n`, '4:12 alias', 'not around it'],
    ['tabs', `${start}roles:\n\t- name: a\n`, '5:1 yaml', 'spaces, not with tabs'],
    ['text with a colon and no quotes', `${start}roles:\n  - name: a: b\n`, '5:11 yaml', 'needs quotes'],
    [
      'a key that is indented too far',
      `${start}roles:\n  - name: a\n      protected: true\n`,
      '6:7 yaml',
      'indented too far',
    ],
    [
      'a key that is indented too little',
      `${start}roles:\n  - name: a\n   protected: true\n`,
      '6:4 yaml',
      'indented too far or too little',
    ],
    [
      'a dash that is indented too little',
      `${start}roles:\n  - name: a\n    permissions:\n      - b\n     - c\n`,
      '8:6 yaml',
      'so do the dashes of a list',
    ],
    ['keys that are lists', `${start}[a]: b\n`, '4:1 yaml', 'a key is plain text'],
    [
      'keys of the prototype',
      `${start}__proto__: { roles: [] }\n`,
      '4:1 unknown-key',
      '`__proto__` is not a valid key',
    ],
    ['an empty file', '', '1:1 empty-file', 'begins with `provider:`'],
    ['a file of comments', '# later\n', '1:1 empty-file', 'begins with `provider:`'],
    ['a file that is a list', '- a\n', '1:1 wrong-type', 'the file is a list'],
    ['deep nesting', `${start}roles: ${'['.repeat(40)}${']'.repeat(40)}\n`, '4:40 too-deep', '32 levels'],
  ])('refuses %s', (_, text, problem, message) => {
    const config = loadOne(text);
    expect(found(config)).toEqual([`error roles/a.yaml:${problem}`]);
    expect(messages(config)).toContain(message);
  });

  it('does not let a key of the prototype change any object', () => {
    loadOne(
      `${start}roles:\n  - { name: a, __proto__: { polluted: true }, constructor: { prototype: { polluted: true } } }\n`,
    );
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('stops at an alias bomb before it grows', () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(10)}]`,
    );
    const config = loadOne(`l0: &l0 [a, b]\n${levels.join('\n')}\n`);
    expect(found(config)).toHaveLength(1);
    expect(config.problems[0]?.code).toBe('too-large');
  });

  it('refuses a flood of aliases at the one that is too many, and of values, before it parses them', () => {
    const aliases = loadOne(`${start}roles: &a []\nmore: [\n${'*a,\n'.repeat(10_001)}]\n`);
    expect(found(aliases)).toEqual(['error roles/a.yaml:10006:1 too-many']);
    expect(messages(aliases)).toContain('more than 10000 aliases');
    expect(aliases.problems[0]?.excerpt).toBeUndefined();
    const values = loadOne(`${start}roles: [${'a,'.repeat(60_000)}]\n`);
    expect(found(values)).toEqual(['error roles/a.yaml:4:119978 too-large']);
    expect(messages(values)).toContain('more than 60000 values: split it');
  });

  it('counts no colon of a permission as a value, and each that parts a key from its value', () => {
    expect(values('[read:hooks, admin:accounts:/auth]').count).toBe(2);
    expect(values('a: 1\nb: {c: 2, "d":3, \'e\':4, [f]:5, {g: h}:6, i:[7]}\nj:\n').count).toBe(22);
  });

  it('takes no star of a permission or a text for an alias', () => {
    const stars = `permissions: [${'"*.*", '.repeat(11_000)}]`;
    const codes = loadOne(
      `${start}roles:\n  - { name: a, description: "${'2 * 3 '.repeat(20)}", ${stars} }\n`,
    ).problems;
    expect(new Set(codes.map(({ code }) => code))).not.toContain('too-many');
  });

  it('lists a hundred mistakes of a kind, and counts the others where they begin', () => {
    const config = loadOne(`${start}roles:\n${'  - *x\n'.repeat(350)}`);
    expect(config.problems).toHaveLength(101);
    expect(config.problems.at(-1)).toMatchObject({
      severity: 'error',
      code: 'alias',
      message: '250 more like this after this one are not listed',
      source: { line: 105 },
    });
  });

  it('lists the hundred and first mistake where it is the last', () => {
    const config = loadOne(`${start}roles:\n${'  - *x\n'.repeat(101)}`);
    expect(new Set(config.problems.map(({ message }) => message)).size).toBe(1);
    expect(config.problems).toHaveLength(101);
  });

  it('survives a hundred thousand opening brackets', () => {
    expect(found(loadOne('['.repeat(100_000)))).not.toEqual([]);
  });

  it('allows aliases, and blames the alias for what is wrong at its place', () => {
    const config = loadOne(`${start}roles:
  - { name: a, permissions: &some [read:hooks, read:checkout] }
  - { name: b, permissions: *some }
  - { name: *some, permissions: *some }
`);
    expect(found(config)).toEqual(['error roles/a.yaml:7:13 wrong-type']);
    expect(config.targets[0]?.roles[1]?.permissions).toEqual(['read:checkout', 'read:hooks']);
  });

  it('drops the final newline of a block, and no other', () => {
    const { targets, problems } = loadOne(`${start}roles:
  - name: a
    description: |
      first

      second
    permissions: [read:hooks]
  - name: b
    description: |+
      kept

  - name: c
    description: >-
      folded
      text
  - name: d
    description: "quoted\\n"
`);
    expect(problems).toEqual([]);
    expect(targets[0]?.roles.map(({ description }) => description)).toEqual([
      'first\n\nsecond',
      'kept\n',
      'folded text',
      'quoted\n',
    ]);
  });

  it('reads `yes`, `on` and `no` as text, as YAML 1.2 does', () => {
    const { targets } = loadOne(`${start}roles:\n  - { name: yes, description: no }\n`);
    expect(targets[0]?.roles[0]).toMatchObject({ name: 'yes', description: 'no' });
  });

  it('counts lines and columns the same with a byte order mark and with Windows line ends', () => {
    const text = `\ufeff${start}roles:\n  - nme: a\n`.replaceAll('\n', '\r\n');
    const config = loadOne(text);
    expect(found(config)).toEqual(['error roles/a.yaml:5:5 unknown-key']);
    expect(config.problems[0]?.excerpt).toBe('  - nme: a');
  });

  it('shows one syntax error for a line, and not a hundred', () => {
    expect(found(loadOne('"\n'.repeat(200))).length).toBeLessThanOrEqual(10);
  });
});
