/** What a change takes from somebody else on the way is shown by every format, and is part of the digest. */
import { describe, expect, it } from 'vitest';
import { driftMarkdown } from '../../src/render/drift-markdown.ts';
import { planAnnotations } from '../../src/render/github.ts';
import { planHtml } from '../../src/render/html/page.ts';
import { planMarkdown } from '../../src/render/markdown.ts';
import { planText } from '../../src/render/plan-text.ts';
import { style } from '../../src/render/style.ts';
import { shipped } from '../../src/table.ts';
import { desired, live } from '../core/role.ts';
import { chat, plan, target } from './plans.ts';

const { accessOf } = shipped;

const story = {
  desired: [desired('greeters', { permissions: ['create-c'] })],
  live: [live('1', 'greeters')],
  drops: [{ permission: 'create-c', id: 'anonymous' }],
};
const taking = plan([target(chat, story)]);
const harmless = plan([target(chat, { ...story, drops: [] })]);
const plain = style(false, 200);

describe('a side effect', () => {
  it.each([
    ['text', planText(taking, plain, accessOf), planText(harmless, plain, accessOf)],
    ['markdown', planMarkdown(taking, accessOf), planMarkdown(harmless, accessOf)],
    ['github', planAnnotations(taking, accessOf), planAnnotations(harmless, accessOf)],
    ['html', planHtml(taking, accessOf), planHtml(harmless, accessOf)],
    ['json', JSON.stringify(taking.targets), JSON.stringify(harmless.targets)],
  ])('is shown as %s', (_format, text, without) => {
    expect(text).toContain('anonymous');
    expect(without).not.toContain('anonymous');
  });

  it('stands in the list of changes and in the sentences of the page, and on the cell that brings it', () => {
    const html = planHtml(taking, accessOf);
    expect(html).toContain('takes <code>create-c</code> from <code>anonymous</code>, which is no role');
    expect(html).toContain('writing it also takes it from anonymous, which is no role');
    expect(html).toMatch(/class="removed">.*anonymous.*loses/);
  });

  it('is in the digest', () => {
    expect(taking.digest).not.toBe(harmless.digest);
  });

  it('is shown with what is withheld, and goes with the row that brings it', () => {
    const held = target(chat, { ...story, guards: [() => ({ code: 'policy', reason: 'no' })] });
    expect(planMarkdown(plan([held]), accessOf)).toContain('take `create-c` from `anonymous`, which is no role');
    expect(planText(plan([held]), plain, accessOf)).toContain('of anonymous, which is no role');
  });

  it('is drift where the row is written for drift alone', () => {
    const repairing = target(chat, { ...story, base: story.desired });
    expect(repairing.changes[0]?.drift).toHaveLength(2);
    const drift = repairing.changes.map((change) => ({
      ...{ target: repairing, change, parts: change.drift ?? [], pull: null },
    }));
    const report = driftMarkdown({ drift, pending: [], unapproved: [], unread: [] }, accessOf);
    expect(report).toContain('writing it also takes `create-c` from `anonymous`, which is no role');
  });
});
