import { describe, expect, it } from 'vitest';
import { type Part, parts } from '../../src/core/change.ts';
import { isPlanned } from '../../src/core/plan.ts';
import {
  type DriftFound,
  type DriftReport,
  driftMarkdown,
  driftVerdict,
  isClean,
} from '../../src/render/drift-markdown.ts';
import { shipped } from '../../src/table.ts';
import { desired, live } from '../core/role.ts';
import { all, parse, skeleton } from './parse.ts';
import { acme, failed, plan, type Story, target } from './plans.ts';

const { accessOf } = shipped;

const clean: DriftReport = { drift: [], pending: [], unapproved: [], unread: [] };

function found(story: Story, pull: number | null = null): readonly DriftFound[] {
  return plan([target(acme, story)])
    .targets.filter(isPlanned)
    .flatMap((one) => one.changes.map((change) => ({ target: one, change, parts: parts(change), pull })));
}

const taken = { desired: [desired('support', { permissions: [] })], live: [live('1', 'support', ['admin:shopping'])] };
const missing = { desired: [desired('audit', { permissions: ['read:hooks'] })], live: [live('2', 'audit')] };

describe('drift as Markdown', () => {
  it('says what a role has and lacks, by the reason for it', () => {
    const report = { ...clean, drift: found(taken), pending: found(missing, 7) };
    const markdown = driftMarkdown(report, accessOf);
    expect(markdown.split('\n')[0]).toBe('### 1 role changed by hand, 1 role pending');
    expect(markdown).toContain('- `acme-test` · `support`: has `admin:shopping`');
    expect(markdown).toMatch(/- `acme-test` · `audit`: lacks `read:hooks`.* – from #7/);
    expect(markdown.indexOf('#### Drift')).toBeLessThan(markdown.indexOf('#### Pending'));
  });

  it('tells both ways out of drift, with the commands for these targets', () => {
    const markdown = driftMarkdown({ ...clean, drift: found(taken) }, accessOf);
    expect(markdown).toContain('**take it over**: `rolesync pull acme-test` on a new branch');
    expect(markdown).toContain('`rolesync apply --target acme-test` on the default branch');
    const odd = found(taken).map((one): DriftFound => ({ ...one, target: { ...one.target, name: "it's; rm" } }));
    expect(driftMarkdown({ ...clean, drift: odd }, accessOf)).toContain("`rolesync pull 'it'\\''s; rm'`");
    expect(driftMarkdown({ ...clean, pending: found(taken, 7) }, accessOf)).not.toContain('rolesync pull');
  });

  it('says what is not there, what should not be, and what is called otherwise', () => {
    const story = {
      desired: [
        desired('new', { permissions: ['read:hooks'] }),
        desired('old', { absent: true }),
        desired('after', { id: '3' }),
      ],
      live: [live('2', 'old', ['read:hooks']), live('3', 'before')],
    };
    const markdown = driftMarkdown({ ...clean, unapproved: found(story) }, accessOf);
    expect(markdown).toMatch(/`new`: is not there; lacks `read:hooks`/);
    expect(markdown).toMatch(/`old`: exists, but should not/);
    expect(markdown).toContain('`before`: should be called `after`');
  });

  it('puts what gives the most first, and counts what there is no room for', () => {
    const many = Array.from({ length: 3_000 }, (_, at) => String(at));
    const story = {
      desired: ['x', ...many].map((name) => desired(name, { permissions: [] })),
      live: [...many.map((name) => live(name, name, ['read:hooks'])), live('x', 'x', ['*.*'])],
    };
    const markdown = driftMarkdown({ ...clean, drift: found(story) }, accessOf);
    expect(markdown.length).toBeLessThan(20_000);
    expect(markdown.split('\n').find((line) => line.startsWith('- '))).toContain('`x`: has ⚠️ `*.*`');
    const shown = markdown.match(/^- `/gm)?.length ?? 0;
    expect(markdown).toContain(`- and ${3_001 - shown} more roles`);
  });

  it.each([
    '</details> @everyone [x](javascript:alert(1)) fixes #1 https://evil.example',
    'line\nbreak\n\n# heading\n- item',
    '`` ` ```',
    '<!-- rolesync:drift --> <script>',
    '##[add-mask]x ::add-mask::x',
    '`'.repeat(10_000),
  ])('keeps foreign text in code spans: %j', (text) => {
    const report = (name: string): DriftReport => {
      const story = { desired: [desired(name, { permissions: [name] })], live: [live('1', name)] };
      const part = found(story).map((one): DriftFound => ({ ...one, target: { ...one.target, name } }));
      return { drift: part, pending: part, unapproved: part, unread: [{ ...acme, ...unread(name) }] };
    };
    const silent = () => ({ phrase: null, class: 'write' }) as const;
    const markdown = driftMarkdown(report(text), silent);
    expect(skeleton(markdown)).toEqual(skeleton(driftMarkdown(report('plain'), silent)));
    const kinds = all(parse(markdown)).map(({ type }) => type);
    expect(kinds.filter((kind) => /^(link|image|html|definition|table|code$)/i.test(kind))).toEqual([]);
  });

  it('is clean only where nothing differs', () => {
    const some: readonly Part[] = found(taken).flatMap((one) => one.parts);
    expect(some).toHaveLength(1);
    expect([isClean(clean), isClean({ ...clean, pending: found(taken) })]).toEqual([true, false]);
    expect(driftVerdict(clean)).toBe('The live roles are as declared');
  });
});

function unread(text: string) {
  const one = failed({ ...acme, name: text }, { code: 'response', message: text });
  if (isPlanned(one)) throw new Error('planned');
  return one;
}
