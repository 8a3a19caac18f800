import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { found, loadFiles, messages } from './memory.ts';

const targets = `provider: dintero
auth: { token: "\${DINTERO_TOKEN}" }
targets:
  - { name: acme-no, account: T11112222, labels: [no, retail] }
  - { name: bravo-se, account: T11112223, labels: [se, retail] }
  - { name: lone, account: T11112224 }
`;
const sets = `permissionSets:
  support-read: [read:accounts, read:billing, read:checkout]
  refunds: [set: support-read, write:checkout]
`;
const support = `provider: dintero
targets: { labels: [retail] }
roles:
  - name: order support
    permissions: [set: refunds, admin:shopping]
    without: [read:billing]
`;
const exception = (lines: string) => `provider: dintero
targets: [acme-no]
exceptions:
  - role: order support
${lines}`;
const all = { 'roles/targets.yaml': targets, 'roles/sets.yaml': sets, 'roles/support.yaml': support };

function permissionsOf(files: Readonly<Record<string, string>>, today?: string) {
  const config = loadFiles(files, today === undefined ? {} : { today });
  expect(found(config).filter((one) => one.startsWith('error'))).toEqual([]);
  return Object.fromEntries(
    config.targets.map(({ name, roles }) => [name, roles.map(({ permissions }) => permissions?.join(' '))]),
  );
}

describe('permission sets', () => {
  it('are the union of what they hold, minus `without`, on every target with the labels', () => {
    expect(permissionsOf(all)).toEqual({
      'acme-no': ['admin:shopping read:accounts read:checkout write:checkout'],
      'bravo-se': ['admin:shopping read:accounts read:checkout write:checkout'],
      lone: [],
    });
  });

  it('say where each permission comes from', () => {
    const [acme] = loadFiles(all).targets;
    expect(Object.fromEntries(acme?.roles[0]?.origins ?? [])).toEqual({
      'read:accounts': [
        {
          kind: 'set',
          sets: ['refunds', 'support-read'],
          source: { file: 'roles/sets.yaml', line: 2, column: 18 },
        },
      ],
      'read:checkout': [expect.objectContaining({ source: { file: 'roles/sets.yaml', line: 2, column: 47 } })],
      'write:checkout': [expect.objectContaining({ sets: ['refunds'] })],
    });
  });

  it('belong to the provider of their file, where it has one', () => {
    const own = `provider: rinne\n${sets}`;
    expect(found(loadFiles({ ...all, 'roles/sets.yaml': own }))).toEqual([
      'error roles/support.yaml:5:24 other-provider',
    ]);
    expect(found(loadFiles({ ...all, 'roles/sets.yaml': `provider: dintero\n${sets}` }))).toEqual([]);
  });

  it.each([
    [
      'a set that is not there',
      sets,
      'set: refunds',
      'set: refund',
      'roles/support.yaml:5:24 unknown-set',
      'Did you mean `refunds`?',
    ],
    [
      'a circle, with the ring',
      `${sets}  a: [set: b]\n  b: [set: c]\n  c: [set: a]\n`,
      'set: refunds',
      'set: refunds, set: b',
      'roles/sets.yaml:4:12 set-cycle',
      '`b` → `c` → `a` → `b`',
    ],
    [
      'a circle of one that nobody uses',
      `${sets}  a: [set: a]\n`,
      '',
      '',
      'roles/sets.yaml:4:12 set-cycle',
      '`a` → `a`',
    ],
    [
      'a `without` that hits nothing',
      sets,
      'without: [read:billing]',
      'without: [read:hooks]',
      'roles/support.yaml:6:15 without-nothing',
      '`read:hooks` takes nothing out',
    ],
    [
      'a `without` of what the role lists itself',
      sets,
      'without: [read:billing]',
      'without: [admin:shopping]',
      'roles/support.yaml:6:15 without-own',
      'remove it there',
    ],
    [
      'a `without` that leaves nothing',
      sets,
      'permissions: [set: refunds, admin:shopping]\n    without: [read:billing]',
      'permissions: [set: support-read]\n    without: [set: support-read]',
      'roles/support.yaml:6:5 empty-list',
      'no permission',
    ],
    [
      'a misspelt key',
      sets,
      'set: refunds',
      'sets: refunds',
      'roles/support.yaml:5:19 unknown-key',
      'Did you mean `set`?',
    ],
  ])('refuse %s, at its place', (_, setsText, old, put, place, words) => {
    const config = loadFiles({ ...all, 'roles/sets.yaml': setsText, 'roles/support.yaml': support.replace(old, put) });
    expect(found(config).filter((one) => one.startsWith('error'))).toContain(`error ${place}`);
    expect(messages(config)).toContain(words);
  });

  it('are named when nobody uses them, and when they are defined twice', () => {
    const config = loadFiles({
      ...all,
      'roles/sets.yaml': `${sets}  idle: [read:hooks]\n`,
      'roles/twice.yaml': 'permissionSets: { refunds: [read:hooks] }\n',
    });
    expect(found(config)).toEqual([
      'warning roles/sets.yaml:4:3 unused-set',
      'error roles/twice.yaml:1:19 duplicate-set',
    ]);
  });

  it('have their permissions checked for each provider that uses them', () => {
    const config = loadFiles({ ...all, 'roles/sets.yaml': sets.replace('read:accounts', 'read:acounts') });
    expect(found(config)).toEqual(['warning roles/sets.yaml:2:18 unknown-permission']);
    expect(messages(config)).toContain('`read:accounts`');
  });

  it('end with an error, not with the stack, when they are nested without an end', () => {
    const deep = Array.from({ length: 5000 }, (_, at) => `  s${at}: [set: s${at + 1}]\n`).join('');
    const using = support.replace('set: refunds', 'set: refunds, set: s0');
    const config = loadFiles({
      ...all,
      'roles/sets.yaml': `${sets}${deep}  s5000: [read:hooks]\n`,
      'roles/support.yaml': using,
    });
    expect(config.problems.filter(({ code }) => code === 'too-deep')).toHaveLength(1);
  });

  it('give the same permissions in any order and in any split over files', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const permission = fc.constantFrom(
      'read:accounts',
      'read:billing',
      'write:checkout',
      'admin:shopping',
      'read:hooks',
    );
    // A set may hold sets of later letters only, so that there is no circle.
    const item = fc.oneof(
      permission,
      name.map((one) => ({ set: one })),
    );
    const definitions = fc.record({
      a: fc.array(item, { minLength: 1 }),
      b: fc.array(item, { minLength: 1 }),
      c: fc.array(item, { minLength: 1 }),
      d: fc.array(permission, { minLength: 1 }),
    });
    const yaml = (value: unknown) => JSON.stringify(value);
    fc.assert(
      fc.property(definitions, fc.array(item, { minLength: 1 }), fc.boolean(), (raw, list, split) => {
        const later = Object.fromEntries(
          Object.entries(raw).map(([key, items]) => [
            key,
            [...items.filter((one) => typeof one === 'string' || one.set > key), 'read:accounts'],
          ]),
        );
        const byHand = (items: readonly unknown[]): readonly string[] =>
          items.flatMap((one) =>
            typeof one === 'string' ? [one] : byHand(later[(one as { readonly set: string }).set] ?? []),
          );
        const file = (role: readonly unknown[]) =>
          `provider: dintero\ntargets: [lone]\nroles: [{name: x, permissions: ${yaml(role)}}]\n`;
        const entries = Object.entries(later);
        const files = split
          ? Object.fromEntries(
              entries.map(([key, items]) => [
                `roles/${key}.yaml`,
                `permissionSets: ${yaml({ [key]: items.toReversed() })}\n`,
              ]),
            )
          : { 'roles/all.yaml': `permissionSets: ${yaml(Object.fromEntries(entries))}\n` };
        const written = permissionsOf({ 'roles/targets.yaml': targets, 'roles/x.yaml': file(byHand(list)) });
        expect(permissionsOf({ 'roles/targets.yaml': targets, ...files, 'roles/x.yaml': file(list) })).toEqual(written);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a mistake of a permission in a set', () => {
  const chat = (set: string) => ({
    'roles/chat.yaml': `provider: rocketchat
auth: { userId: "\${ROCKETCHAT_USER}", token: "\${ROCKETCHAT_TOKEN}" }
targets: [{ name: chat, baseUrl: "https://chat.example.com" }]
roles: [{ name: host, permissions: [set: outer] }]
`,
    'roles/sets.yaml': `permissionSets:\n  outer: [set: inner]\n  inner:\n    - create-c\n    - ${set}\n`,
  });

  it.each([
    ['of another provider', 'read:accounts', 'error roles/sets.yaml:5:7 unknown-permission', 'permission of Dintero'],
    ['that is not known', 'create-q', 'warning roles/sets.yaml:5:7 unknown-permission', 'Did you mean `create-c`?'],
    ['that is not managed', 'change-setting-Foo', 'error roles/sets.yaml:5:7 wrong-value', 'are not managed'],
    ['that cannot be seen', '"a\\u200bb"', 'error roles/sets.yaml:5:7 text', 'U+200B'],
    ['that is a variable', '"${ROCKETCHAT_X}"', 'error roles/sets.yaml:5:7 text', 'roles take no variables'],
    ['that stands there twice', 'create-c', 'warning roles/sets.yaml:5:7 repeated-permission', 'first in line 4'],
  ])('points at it there, through another set: one %s', (_, permission, place, words) => {
    const config = loadFiles(chat(permission));
    expect(found(config)).toEqual([place]);
    expect(messages(config)).toContain(words);
  });

  it('points at one of a wrong form', () => {
    const rinne = `provider: rinne
auth: { identifier: "\${RINNE_ID}", password: "\${RINNE_PASSWORD}" }
targets: [{ name: shop, company: c, baseUrl: "https://api.rinne.com.br/core" }]
roles: [{ name: x, permissions: [set: base] }]
`;
    const config = loadFiles({
      'roles/rinne.yaml': rinne,
      'roles/sets.yaml': 'permissionSets:\n  base:\n    - transaction.list\n    - Transactions!\n',
    });
    expect(found(config)).toEqual(['warning roles/sets.yaml:4:7 unknown-permission']);
    expect(messages(config)).toContain('has the wrong form');
  });

  it('is one that no exception may make either', () => {
    const config = loadFiles({
      ...all,
      'roles/e.yaml': exception('    add: ["${DINTERO_X}"]\n    reason: x\n'),
    });
    expect(found(config)).toContain('error roles/e.yaml:5:11 text');
  });

  it('is also that the sets of a role hold nothing', () => {
    const config = loadFiles({ ...all, 'roles/sets.yaml': 'permissionSets:\n  refunds: []\n' }, {});
    const alone = support.replace('[set: refunds, admin:shopping]\n    without: [read:billing]', '[set: refunds]');
    expect(found(config)).not.toContain('error roles/support.yaml:5:5 empty-list');
    expect(
      found(loadFiles({ ...all, 'roles/sets.yaml': 'permissionSets:\n  refunds: []\n', 'roles/support.yaml': alone })),
    ).toEqual(['error roles/support.yaml:5:5 empty-list']);
  });
});

describe('targets by label', () => {
  it('must have every label, whatever the order', () => {
    const both = support.replace('[retail]', '[retail, se]');
    expect(permissionsOf({ ...all, 'roles/support.yaml': both })['acme-no']).toEqual([]);
    expect(permissionsOf({ ...all, 'roles/support.yaml': both })['bravo-se']).toHaveLength(1);
  });

  it('are an error where nothing matches, with the label that was meant', () => {
    const config = loadFiles({ ...all, 'roles/support.yaml': support.replace('[retail]', '[retial]') });
    expect(found(config)).toEqual(['error roles/support.yaml:2:12 no-target-chosen']);
    expect(messages(config)).toContain('Did you mean `retail`?');
  });

  it('are of the provider of the file only', () => {
    const rinne = support.replace('dintero', 'rinne');
    expect(found(loadFiles({ ...all, 'roles/rinne.yaml': rinne }))).toContain(
      'error roles/rinne.yaml:2:12 no-target-chosen',
    );
  });

  it('bring no credentials with them', () => {
    const config = loadFiles({ ...all, 'roles/support.yaml': `${support}auth: { token: "\${DINTERO_TOKEN}" }\n` });
    expect(found(config)).toEqual(['error roles/support.yaml:7:1 auth-without-target']);
  });
});

describe('exceptions', () => {
  const added = exception('    add: [read:receipts]\n    until: 2026-12-31\n    reason: INC-42\n');
  const withOne = { ...all, 'roles/exceptions/acme-no.yaml': added };
  const wanted = 'admin:shopping read:accounts read:checkout write:checkout';

  it.each([
    ['weeks before', '2026-12-01', 'admin:shopping read:accounts read:checkout read:receipts write:checkout', []],
    ['eight days before', '2026-12-23', 'admin:shopping read:accounts read:checkout read:receipts write:checkout', []],
    [
      'seven days before',
      '2026-12-24',
      'admin:shopping read:accounts read:checkout read:receipts write:checkout',
      ['exception-ends'],
    ],
    [
      'on the last day',
      '2026-12-31',
      'admin:shopping read:accounts read:checkout read:receipts write:checkout',
      ['exception-ends'],
    ],
    ['the day after', '2027-01-01', wanted, ['exception-ended']],
  ])('hold through their last day: %s', (_, today, permissions, warnings) => {
    expect(permissionsOf(withOne, today)['acme-no']).toEqual([permissions]);
    expect(permissionsOf(withOne, today)['bravo-se']).toEqual([wanted]);
    const config = loadFiles(withOne, { today });
    expect(config.problems.map(({ code }) => code)).toEqual(warnings);
  });

  it('leave behind what has ended, and whose end it is', () => {
    const [acme, bravo] = loadFiles(withOne, { today: '2027-01-01' }).targets;
    expect(acme?.roles[0]?.ended).toEqual([
      {
        permission: 'read:receipts',
        until: '2026-12-31',
        reason: 'INC-42',
        source: { file: 'roles/exceptions/acme-no.yaml', line: 4, column: 5 },
      },
    ]);
    expect(bravo?.roles[0]).not.toHaveProperty('ended');
  });

  it('end nothing that the role has otherwise', () => {
    const also = exception('    add: [read:accounts]\n    until: 2026-12-31\n    reason: INC-42\n');
    const [acme] = loadFiles({ ...all, 'roles/e.yaml': also }, { today: '2027-01-01' }).targets;
    expect(acme?.roles[0]?.permissions).toContain('read:accounts');
    expect(acme?.roles[0]).not.toHaveProperty('ended');
  });

  it('may take something out, for good', () => {
    const files = { ...all, 'roles/e.yaml': exception('    without: [write:checkout]\n    reason: law\n') };
    expect(permissionsOf(files)['acme-no']).toEqual(['admin:shopping read:accounts read:checkout']);
  });

  it.each([
    ['nothing in it', '    reason: x\n', '4:5 empty-exception', '`add` or `without`'],
    ['no reason', '    add: [read:receipts]\n', '4:5 missing-key', '`reason` is missing'],
    [
      'a day that is none',
      '    add: [read:receipts]\n    until: 2026-02-30\n    reason: x\n',
      '6:12 no-day',
      'not a day',
    ],
    [
      'an end of `without`',
      '    without: [write:checkout]\n    until: 2026-12-31\n    reason: x\n',
      '6:5 until-without',
      'without a review',
    ],
    ['what the role bars', '    add: [read:billing]\n    reason: x\n', '5:11 exception-barred', 'does nothing'],
    [
      'a `without` that hits nothing',
      '    without: [read:hooks]\n    reason: x\n',
      '5:15 without-nothing',
      'does not have it',
    ],
    [
      'a `without` that leaves nothing',
      '    without: [admin:shopping, read:accounts, read:checkout, write:checkout]\n    reason: x\n',
      '5:5 empty-list',
      'ensure: absent',
    ],
  ])('refuse %s', (_, lines, place, words) => {
    const config = loadFiles({ ...all, 'roles/exceptions/a.yaml': exception(lines) });
    expect(found(config)).toContain(`error roles/exceptions/a.yaml:${place}`);
    expect(messages(config)).toContain(words);
  });

  it('are needless where the role has the permission anyway: a warning', () => {
    const config = loadFiles({ ...all, 'roles/e.yaml': exception('    add: [read:accounts]\n    reason: x\n') });
    expect(found(config)).toEqual(['warning roles/e.yaml:5:11 exception-needless']);
  });

  it('are for a role that is there', () => {
    const config = loadFiles({ ...all, 'roles/e.yaml': added.replace('order support', 'order suport') });
    expect(found(config)).toEqual(['error roles/e.yaml:4:11 unknown-role']);
    expect(messages(config)).toContain('Did you mean `order support`?');
  });

  it('stand only in files that may hold roles of the target', () => {
    const guarded = targets.replace('labels: [no, retail]', 'labels: [no, retail], files: [roles/support.yaml]');
    const config = loadFiles({ ...withOne, 'roles/targets.yaml': guarded });
    expect(found(config)).toEqual(['error roles/exceptions/acme-no.yaml:4:5 file-not-allowed']);
  });

  it('add nothing of a class that a set of the role bars', () => {
    const barring = sets.replace(
      'support-read: [read:accounts, read:billing, read:checkout]',
      'support-read: { permissions: [read:accounts, read:billing, read:checkout], exceptionsMayNotAdd: [power, unknown] }',
    );
    const power = exception('    add: [admin:accounts, made:up]\n    reason: x\n');
    const config = loadFiles({ ...all, 'roles/sets.yaml': barring, 'roles/e.yaml': power });
    expect(found(config).filter((one) => one.startsWith('error'))).toEqual([
      'error roles/e.yaml:5:11 exception-forbidden',
      'error roles/e.yaml:5:27 exception-forbidden',
    ]);
    expect(messages(config)).toContain('`support-read` keeps exceptions from adding (roles/sets.yaml:2:3)');
  });
});
