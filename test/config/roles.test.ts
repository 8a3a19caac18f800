import { describe, expect, it } from 'vitest';
import { dintero, found, loadFiles, loadOne, messages, rinne, rocketchat } from './memory.ts';

const role = (lines: string) => `${dintero}roles:\n${lines}`;

describe('roles', () => {
  it('refuses a name twice for one target, across files, and shows both places', () => {
    const config = loadFiles({
      'roles/a.yaml': role('  - name: support\n'),
      'roles/b.yaml': 'provider: dintero\ntargets: [acme]\nroles:\n  - name: support\n',
    });
    expect(found(config)).toEqual(['error roles/b.yaml:4:11 duplicate-role']);
    expect(messages(config)).toContain('declared twice for the target `acme`; first at roles/a.yaml:6:11');
  });

  it('takes names that differ in capitals for two roles, and one name for two targets as well', () => {
    const config = loadFiles({
      'roles/a.yaml': role('  - name: support\n  - name: Support\n'),
      'roles/b.yaml': dintero
        .replace('acme', 'beta')
        .replace('T11112222', 'T123')
        .concat('roles:\n  - name: support\n'),
    });
    expect(found(config)).toEqual([]);
  });

  it.each([
    [
      'an id twice',
      '  - { name: a, id: x }\n  - { name: b, id: x }\n',
      ['7:20 duplicate-id'],
      'first at roles/a.yaml:6:20',
    ],
    [
      'a declared name as an earlier name',
      '  - name: a\n  - { name: b, previously: [a] }\n',
      ['7:29 previously-declared'],
      'at roles/a.yaml:6:11',
    ],
    [
      'an earlier name that is declared later',
      '  - { name: b, previously: [a] }\n  - { name: a, ensure: absent }\n',
      ['6:29 previously-declared'],
      'roles/a.yaml:7:13',
    ],
    [
      'its own name as an earlier name',
      '  - { name: b, previously: [b] }\n',
      ['6:29 previously-itself'],
      'only earlier names',
    ],
    [
      'one earlier name for two roles',
      '  - { name: a, previously: [o] }\n  - { name: b, previously: [o] }\n',
      ['7:29 previously-twice'],
      'roles/a.yaml:6:29',
    ],
    [
      'absent and protected',
      '  - name: a\n    ensure: absent\n    protected: true\n',
      ['8:5 absent-protected'],
      'remove one of the two',
    ],
    [
      'absent and previously',
      '  - name: a\n    previously: [b]\n    ensure: absent\n',
      ['7:5 absent-previously'],
      'remove one of the two',
    ],
  ])('refuses %s', (_, lines, problems, message) => {
    const config = loadOne(role(lines));
    expect(found(config)).toEqual(problems.map((problem) => `error roles/a.yaml:${problem}`));
    expect(messages(config)).toContain(message);
  });

  it('takes one name twice where every one has its own id and one of them stays at most', () => {
    const twins = (...rest: readonly string[]) =>
      found(loadOne(role(rest.map((one) => `  - { name: a, ${one} }\n`).join(''))));
    expect(twins('id: x', 'id: y, ensure: absent')).toEqual([]);
    expect(twins('id: x, ensure: absent', 'id: y, ensure: absent', 'id: z')).toEqual([]);
    expect(twins('id: x', 'id: y')).toEqual(['error roles/a.yaml:7:13 duplicate-role']);
    expect(twins('id: x', 'ensure: absent')).toEqual(['error roles/a.yaml:7:13 duplicate-role']);
    expect(twins('id: x', 'id: x, ensure: absent')).toEqual(['error roles/a.yaml:7:20 duplicate-id']);
  });

  it('refuses an id where the role reaches several targets', () => {
    const config = loadOne(`${dintero}  - { name: beta, account: T123 }\nroles:\n  - { name: a, id: x }\n`);
    expect(found(config)).toEqual(['error roles/a.yaml:7:16 id-of-several']);
  });

  it('refuses a variable in a role: what it is must not depend on the machine', () => {
    const config = loadOne(
      role('  - name: "${DINTERO_NAME}"\n    description: by ${DINTERO_X:-me}\n    permissions: ["${DINTERO_P}"]\n'),
    );
    expect(found(config)).toEqual([
      'error roles/a.yaml:6:11 text',
      'error roles/a.yaml:7:18 text',
      'error roles/a.yaml:8:19 text',
    ]);
    expect(messages(config)).toContain('roles take no variables');
  });

  it('leaves a dollar sign alone that begins no variable', () => {
    expect(found(loadOne(role('  - { name: "costs $5", description: "${} and ${1}" }\n')))).toEqual([]);
  });

  it.each([
    ['right-to-left override', '\\u202e', 'U+202E'],
    ['isolate', '\\u2066', 'U+2066'],
    ['zero-width space', '\\u200b', 'U+200B'],
    ['zero-width joiner', '\\u200d', 'U+200D'],
    ['byte order mark', '\\ufeff', 'U+FEFF'],
    ['escape', '\\e', 'U+001B'],
    ['C1 control', '\\x9b', 'U+009B'],
    ['delete', '\\x7f', 'U+007F'],
    ['tab', '\\t', 'U+0009'],
    ['carriage return', '\\r', 'U+000D'],
    ['line separator', '\\u2028', 'U+2028'],
    ['soft hyphen', '\\u00ad', 'U+00AD'],
    ['Hangul filler', '\\u3164', 'U+3164'],
    ['private use', '\\ue000', 'U+E000'],
    ['unassigned', '\\u0378', 'U+0378'],
    ['tag character', '\\U000e0041', 'U+E0041'],
    ['emoji selector after a letter', 'a\\ufe0f', 'U+FE0F'],
  ])('refuses a %s everywhere in a role, and shows its code point', (_, escaped, codePoint) => {
    const config = loadOne(
      role(
        `  - name: "x${escaped}y"\n    previously: ["x${escaped}z"]\n    description: "x${escaped}y"\n    permissions: ["x${escaped}y"]\n`,
      ),
    );
    expect(found(config)).toEqual([
      'error roles/a.yaml:6:11 text',
      'error roles/a.yaml:7:18 text',
      'error roles/a.yaml:8:18 text',
      'error roles/a.yaml:9:19 text',
    ]);
    for (const { message } of config.problems) expect(message).toContain(codePoint);
  });

  it('never repeats such a character in a message', () => {
    const { problems } = loadOne(role('  - { name: "x\\u202e\\ey", permissions: ["\\u009b"] }\n'));
    expect(problems.map(({ message }) => message).join()).not.toMatch(/[\u202e\u001b\u009b]/);
  });

  it('allows line breaks in a description only, and emoji anywhere', () => {
    expect(found(loadOne(role('  - { name: "❤️ é 漢字 😀", description: "a\\nb ✔️" }\n')))).toEqual([]);
    expect(found(loadOne(role('  - { name: "a\\nb" }\n')))).toEqual(['error roles/a.yaml:6:13 text']);
  });

  it.each([
    ['" a"', 'U+0020'],
    ['"a\\u00a0"', 'U+00A0'],
    ['"e\\u0301t\\u00e9"', 'normal form C'],
    ['"\\u212b"', 'U+212B'],
  ])('refuses the name %s', (name, message) => {
    const config = loadOne(role(`  - name: ${name}\n`));
    expect(found(config)).toEqual(['error roles/a.yaml:6:11 text']);
    expect(messages(config)).toContain(message);
  });
});

describe('permissions', () => {
  it('warns of a scope that Dintero does not document and names the nearest; strictly, it is an error', () => {
    const text = role('  - name: a\n    permissions: [read:acounts, receipts:write, read:billing]\n');
    expect(found(loadOne(text))).toEqual([
      'warning roles/a.yaml:7:19 unknown-permission',
      'warning roles/a.yaml:7:33 unknown-permission',
    ]);
    expect(messages(loadOne(text))).toMatch(
      /Did you mean `read:accounts`\?\n.*is not among.*Did you mean `write:receipts`\?/,
    );
    expect(loadOne(text, { strict: true }).problems.map(({ severity }) => severity)).toEqual(['error', 'error']);
  });

  it('warns on Rinne only of what is malformed, because its table is not public, and refuses a scope of Dintero', () => {
    const config = loadOne(
      `${rinne}roles:\n  - name: a\n    permissions: [user.read, some.thing.new, "*.*", "merchant.*", user, "user:list", User.List]\n`,
    );
    expect(found(config)).toEqual([
      'warning roles/a.yaml:7:67 unknown-permission',
      'error roles/a.yaml:7:73 unknown-permission',
      'warning roles/a.yaml:7:86 unknown-permission',
    ]);
    expect(messages(config)).toContain('Did you mean `user.list`?');
  });

  it('refuses what is a permission of another provider, also where no form of its own tells', () => {
    const words = 'permissions: [user.create, read:accounts]';
    expect(messages(loadOne(role(`  - name: a\n    ${words}\n`)))).toContain(
      '`user.create` is a permission of Rinne, but this file is for Dintero: a scope of Dintero is `action:resource`, like `read:accounts`',
    );
    const chat = loadOne(`${rocketchat}roles:\n  - name: a\n    ${words}\n`);
    expect(chat.problems.map(({ severity }) => severity)).toEqual(['error', 'error']);
  });

  it('warns once about each permission, and says in how many places it is', () => {
    const config = loadOne(
      role('  - name: a\n    permissions: [read:acounts]\n  - name: b\n    permissions: [read:hooks, read:acounts]\n'),
    );
    expect(found(config)).toEqual(['warning roles/a.yaml:7:19 unknown-permission']);
    expect(messages(config)).toContain('It appears in 2 places; this is the first.');
    expect(config.doubts).toMatchObject([{ provider: 'dintero', permission: 'read:acounts' }]);
  });

  it('warns on Rocket.Chat of what is no default permission', () => {
    const config = loadOne(
      `${rocketchat}roles:\n  - name: a\n    permissions: [creat-c, create-c, can-audit, outbound.send-messages]\n`,
    );
    expect(found(config)).toEqual(['warning roles/a.yaml:7:19 unknown-permission']);
    expect(messages(config)).toContain('Did you mean `create-c`?');
  });

  it('warns of a repeat, also strictly, and keeps the permission once', () => {
    const config = loadOne(role('  - name: a\n    permissions:\n      - read:hooks\n      - read:hooks\n'), {
      strict: true,
    });
    expect(found(config)).toEqual(['warning roles/a.yaml:9:9 repeated-permission']);
    expect(messages(config)).toContain('first in line 8');
    expect(config.targets[0]?.roles[0]?.permissions).toEqual(['read:hooks']);
  });

  it('judges a very long word at once', () => {
    const word = `read:${'a/'.repeat(50_000)}!`;
    expect(found(loadOne(role(`  - { name: a, permissions: ["${word}"] }\n`)))).toEqual([
      'warning roles/a.yaml:6:30 unknown-permission',
    ]);
  });
});

describe('many mistakes in one file', () => {
  it('are counted where permissions are unknown, as warnings or errors', () => {
    const names = Array.from({ length: 130 }, (_, at) => `read:acounts_${at}`);
    const body = `${dintero}roles:\n  - { name: a, permissions: [${names.join(', ')}] }\n`;
    for (const [strict, severity] of [
      [false, 'warning'],
      [true, 'error'],
    ] as const) {
      const { problems } = loadOne(body, { strict });
      expect(problems).toHaveLength(101);
      expect(problems.filter(({ code }) => code !== 'unknown-permission')).toEqual([]);
      expect(problems.at(-1)).toMatchObject({ severity, message: '30 more like this after this one are not listed' });
    }
  });

  it('are counted by kind where keys are unknown or missing', () => {
    const { problems } = loadOne(`${dintero}roles:\n${'  - { colour: red }\n'.repeat(150)}`);
    expect(problems).toHaveLength(202);
    expect(problems.filter(({ message }) => message.startsWith('50 more like this'))).toHaveLength(2);
  });
});
