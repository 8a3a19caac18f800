import { describe, expect, it } from 'vitest';
import type { Reached } from '../../src/core/plan.ts';
import { planHtml } from '../../src/render/html/page.ts';
import { planMarkdown } from '../../src/render/markdown.ts';
import { planText } from '../../src/render/plan-text.ts';
import { style } from '../../src/render/style.ts';
import { shipped } from '../../src/table.ts';
import { live } from '../core/role.ts';
import { values } from './parse.ts';
import { acme, plan, target } from './plans.ts';

const { accessOf } = shipped;
const realm = { ...acme, name: 'acme-realm', provider: 'keycloak' };

function planOf(inTheEnd: readonly Reached[]) {
  return plan([{ ...target(realm, { desired: [], live: [live('1', 'lead')] }), inTheEnd }]);
}

const gains: Reached = {
  role: 'lead',
  id: '1',
  direction: 'gains',
  permission: 'realm-management:impersonation',
  way: ['realm:support', 'realm-management:realm-admin'],
};
const loses: Reached = { role: 'lead', id: '1', direction: 'loses', permission: 'realm:read', way: [] };
const hostile: Reached = { ...gains, role: '\u001b[31mroot', permission: 'a`<b>', way: ['@acme\u202e|x'] };

describe('what a plan comes to in the end', () => {
  it('stands in the text, gains before losses', () => {
    expect(planText(planOf([loses, gains]), style(false, 200), accessOf)).toContain(`In the end
  lead gains realm-management:impersonation (sign in as any user) through realm:support → realm-management:realm-admin
  lead loses realm:read because it is deleted
`);
  });

  it('stands in Markdown, with a warning where somebody gains power', () => {
    const text = planMarkdown(planOf([gains, loses]), accessOf);
    expect(text).toContain(
      '- ⚠️ `lead` gains `realm-management:impersonation` (sign in as any user) through `realm:support` → `realm-management:realm-admin`',
    );
    expect(text).toContain('- `lead` loses `realm:read` because it is deleted');
  });

  it('stands in the page', () => {
    const page = planHtml(planOf([gains]), accessOf);
    expect(page).toContain('In the end, through roles that roles hold');
    expect(page).toContain('lead gains realm-management:impersonation');
  });

  it('is shown harmless, whatever roles are called', () => {
    const text = planText(planOf([hostile]), style(false, 200), accessOf);
    expect(text).not.toMatch(/\u001b|\u202e/);
    const codes = values(planMarkdown(planOf([hostile]), accessOf), 'inlineCode');
    expect(codes).toEqual(expect.arrayContaining(['a`<b>', '"@acme\\u202e|x"']));
    expect(planHtml(planOf([hostile]), accessOf)).not.toContain('a`<b>');
  });

  it('is left out where there is nothing', () => {
    const none = plan([target(realm, { desired: [], live: [live('1', 'lead')] })]);
    expect(planText(none, style(false, 80), accessOf)).not.toContain('In the end');
    expect(planMarkdown(none, accessOf) + planHtml(none, accessOf)).not.toContain('In the end, through');
  });
});
