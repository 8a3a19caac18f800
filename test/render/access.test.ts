import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  classes,
  countedSentences,
  foremostSentences,
  type Sentence,
  sentences,
  sentenceText,
} from '../../src/render/access.ts';
import { risk } from '../../src/render/rank.ts';
import { verdict } from '../../src/render/verdict.ts';
import { shipped } from '../../src/table.ts';
import { desired, live, settings } from '../core/role.ts';
import { acme, chat, failed, plan, type Story, safeguard, target } from './plans.ts';

const { accessOf } = shipped;

function said(story: Story, identity = acme): readonly string[] {
  return sentences(target(identity, story), accessOf).map(sentenceText);
}

function order(story: Story): readonly string[] {
  const { changes, provider } = target(acme, story);
  return [...changes].sort((a, b) => risk(a, provider, accessOf) - risk(b, provider, accessOf)).map((one) => one.role);
}

describe('the foremost sentences', () => {
  const permissions = fc.uniqueArray(fc.constantFrom('read:hooks', 'admin:hooks', 'create:account', 'x:y', '*'));
  const change = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), had: permissions, has: permissions });
  const story = fc.uniqueArray(change, { selector: ({ name }) => name }).map((roles) => ({
    desired: roles.map(({ name, has }) => desired(name, { permissions: has })),
    live: roles.map(({ name, had }, at) => live(`${at}`, name, had)),
  }));
  const rank = ({ direction, class: one }: Sentence) => (direction === 'gains' ? 0 : 99) + classes.indexOf(one);

  it('are the first of all in the same order', () => {
    fc.assert(
      fc.property(fc.array(story, { maxLength: 3 }), fc.integer({ min: 0, max: 9 }), (stories, most) => {
        const targets = stories.map((one, at) => target({ ...acme, name: `t${at}` }, one));
        const all = targets
          .flatMap((one) => sentences(one, accessOf).map((sentence) => [one, sentence] as const))
          .sort(([, a], [, b]) => rank(a) - rank(b));
        const groups = targets.map((one) => ({ targets: [one], changes: one.changes }));
        const { worst, total } = foremostSentences(groups, accessOf, most);
        const found = { worst: worst.map(([group, sentence]) => [group.targets[0], sentence]), total };
        expect(found).toEqual({ worst: all.slice(0, most), total: all.length });
      }),
    );
  });
});

describe('counted sentences', () => {
  it("tell a permission of many roles once, and what is a role's own of each", () => {
    const story: Story = {
      desired: ['a', 'b', 'c']
        .map((name) => desired(name, { permissions: ['read:hooks'] }))
        .concat(desired('d', { absent: true }), desired('e', { absent: true })),
      live: ['a', 'b', 'c', 'd', 'e'].map((name, at) => live(`${at}`, name, ['admin:hooks'])),
    };
    const one = target(acme, story);
    const told = countedSentences({ targets: [one], changes: one.changes }, accessOf);
    expect(
      told.map(({ sentence, count }) => [count, sentence.direction, sentence.permission, sentence.change.role]),
    ).toEqual([
      [3, 'gains', 'read:hooks', 'a'],
      [1, 'loses', '', 'd'],
      [1, 'loses', '', 'e'],
      [3, 'loses', 'admin:hooks', 'a'],
    ]);
  });
});

describe('access sentences', () => {
  it('say who gains what, in words', () => {
    expect(
      said({
        desired: [desired('order support', { permissions: ['read:billing', 'admin:shopping'] })],
        live: [live('1', 'order support', ['read:billing'])],
      }),
    ).toEqual(['order support gains admin:shopping (full control of shopping)']);
  });

  it('stand worst first over all roles: what somebody gains, then what somebody loses', () => {
    const story: Story = {
      desired: [
        desired('a', { permissions: ['read:receipts', 'write:receipts', 'admin:receipts'] }),
        desired('b', { permissions: ['*.*', 'frob:everything', 'write:accounts'] }),
        desired('c', { absent: true }),
      ],
      live: [
        live('1', 'a', ['admin:hooks']),
        live('2', 'b', ['read:hooks']),
        live('3', 'c', ['read:hooks', 'write:hooks']),
      ],
    };
    expect(said(story)).toEqual([
      'b gains *.*',
      'b gains frob:everything',
      'b gains write:accounts (change the account and who may use it)',
      'a gains admin:receipts (full control of receipts)',
      'a gains write:receipts (change receipts)',
      'a gains read:receipts (see receipts)',
      'holders of `c` lose everything: read:hooks, write:hooks',
      'a loses admin:hooks (full control of subscription hooks)',
      'b loses read:hooks (see subscription hooks)',
    ]);
  });

  it('tell of a new role', () => {
    expect(said({ desired: [desired('auditor', { permissions: ['read:receipts'] })], live: [] })).toEqual([
      'new role `auditor` gets read:receipts (see receipts)',
    ]);
  });

  it('follow the holders through a rename', () => {
    expect(
      said({
        desired: [desired('admin', { id: '1', permissions: ['read:receipts', 'admin:accounts'] })],
        live: [live('1', 'viewer', ['read:receipts'])],
      }),
    ).toEqual([
      'holders of `viewer` (now called `admin`) gain admin:accounts (full control of the account and who may use it)',
    ]);
  });

  it('are right for the holders of two roles that swap their names', () => {
    expect(
      said({
        desired: [
          desired('admin', { id: '1', permissions: ['admin:accounts'] }),
          desired('viewer', { id: '2', permissions: ['admin:accounts', 'read:receipts'] }),
        ],
        live: [live('1', 'viewer', []), live('2', 'admin', ['admin:accounts'])],
      }),
    ).toEqual([
      'holders of `viewer` (now called `admin`) gain admin:accounts (full control of the account and who may use it)',
      'holders of `admin` (now called `viewer`) gain read:receipts (see receipts)',
    ]);
  });

  it('warn where a second factor is no longer needed, and only there', () => {
    const strict = { settings: { ...settings, mandatory2fa: true } };
    const story: Story = {
      desired: [
        desired('lead', { settings: { mandatory2fa: false }, permissions: ['view-logs'] }),
        desired('other', { settings: { mandatory2fa: true } }),
      ],
      live: [live('1', 'lead', [], strict), live('2', 'other')],
    };
    expect(said(story, chat)).toEqual([
      'lead loses mandatory2fa (no longer needs a second factor)',
      "lead gains view-logs (see the server's logs)",
    ]);
    expect(verdict(plan([target(chat, story)]), accessOf)).toBe('2 roles change, 1 gains power');
  });

  it('mark what the base wants already', () => {
    const story: Story = {
      desired: [desired('a', { permissions: ['read:receipts', 'write:receipts'] })],
      base: [desired('a', { permissions: ['read:receipts'] })],
      live: [live('1', 'a')],
    };
    expect(sentences(target(acme, story), accessOf).map(({ permission, drift }) => [permission, drift])).toEqual([
      ['write:receipts', false],
      ['read:receipts', true],
    ]);
  });

  it('let no control character out, and cut a long list', () => {
    const hostile = said({
      desired: [
        desired('x\u001b[31m\n::add-mask::', { permissions: ['read:\u202ex'] }),
        desired('y', { absent: true }),
      ],
      live: [
        live(
          '2',
          'y',
          Array.from({ length: 40 }, (_, at) => `p${at}`),
        ),
      ],
    });
    expect(hostile).toEqual([
      'new role `"x\\u001b[31m\\n::add-mask::"` gets "read:\\u202ex"',
      'holders of `y` lose everything: p0, p1, p10, p11, p12, p13, p14, p15, p16, p17 and 30 more',
    ]);
  });
});

describe('the risk of a change', () => {
  it('is that of the worst it grants; deletes, renames, looks and revokes come after', () => {
    expect(
      order({
        desired: [
          desired('looks', { permissions: ['read:hooks'] }),
          desired('loses', { permissions: [] }),
          desired('goes', { absent: true }),
          desired('writes', { permissions: ['write:hooks', 'read:hooks'] }),
          desired('grants', { permissions: ['write:accounts'] }),
          desired('everything', { permissions: ['*.*'] }),
          desired('unknown', { permissions: ['frob'] }),
          desired('renamed', { id: '9' }),
          desired('described', { description: 'new' }),
          desired('admins', { permissions: ['admin:hooks'] }),
        ],
        live: [
          ...['looks', 'goes', 'writes', 'grants', 'everything', 'unknown', 'described', 'admins'].map((role) =>
            live(role, role),
          ),
          live('loses', 'loses', ['*.*']),
          live('9', 'was'),
        ],
      }),
    ).toEqual([
      ...['everything', 'unknown', 'grants', 'admins', 'writes'],
      ...['goes', 'renamed', 'looks', 'loses', 'described'],
    ]);
  });
});

describe('the verdict', () => {
  const grown: Story = {
    desired: [
      desired('a', { permissions: ['admin:accounts'] }),
      desired('b', { permissions: ['read:hooks'] }),
      desired('kept', { absent: true }),
    ],
    live: [live('1', 'a'), live('2', 'b'), live('3', 'kept', ['read:hooks'])],
    guards: [(part) => (part.kind === 'delete' ? { code: 'protected', reason: 'protected' } : undefined)],
  };

  it('counts roles, power and withheld parts', () => {
    expect(verdict(plan([target(acme, grown)]), accessOf)).toBe('2 roles change, 1 gains power, 1 part withheld');
  });

  it('counts over all targets, and says what was not read, what goes and what only repairs drift', () => {
    const drifted: Story = {
      desired: [desired('a', { permissions: ['read:hooks'] }), desired('b', { absent: true })],
      base: [desired('a', { permissions: ['read:hooks'] }), desired('b')],
      live: [live('1', 'a'), live('2', 'b')],
    };
    const targets = [
      target(acme, grown),
      target({ ...acme, name: 'b' }, drifted),
      failed({ ...acme, name: 'c' }, { code: 'timeout', message: 'no answer' }),
      failed({ ...acme, name: 'd' }, { code: 'untrusted', message: 'new destination' }),
    ];
    expect(verdict(plan(targets, [safeguard('protection-lifted', 'x', 'lifted')], 'main'), accessOf)).toBe(
      'Incomplete, 1 target could not be read, 1 new destination for credentials; 4 roles change, 1 gains power, 1 is deleted, 1 only repairs drift, 1 safeguard moved, 1 part withheld',
    );
  });

  it('never says that nothing changes where it cannot know', () => {
    const quiet = target(acme, { desired: [], live: [] });
    const unread = failed({ ...acme, name: 'c' }, { code: 'timeout', message: 'no answer' });
    expect(verdict(plan([quiet, unread]), accessOf)).toBe('Incomplete, 1 target could not be read');
    const untrusted = failed({ ...acme, name: 'd' }, { code: 'untrusted', message: 'new destination' });
    expect(verdict(plan([untrusted]), accessOf)).toBe('Incomplete, 1 new destination for credentials');
  });

  it('says that a role is no longer managed, and not that there are no changes', () => {
    const quiet = target(acme, { desired: [], live: [live('1', 'support')] });
    const left = plan([quiet], [safeguard('role-unmanaged', 'support', 'support stays live')], 'main');
    expect(verdict(left, accessOf)).toBe('1 role no longer managed');
    expect(verdict(plan([quiet]), accessOf)).toBe('No changes');
  });
});
