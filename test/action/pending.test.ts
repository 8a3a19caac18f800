/** What is merged and not applied yet is no drift: a plan made in between says whose it is. */
import { describe, expect, it } from 'vitest';
import { roles, stage } from './stage.ts';

const more = { support: ['read:accounts', 'read:checkout'] };
const wider = { finance: ['read:receipts', 'read:billing'] };

describe('a plan made while another pull request is merged and not applied', () => {
  it('calls what that one brings pending, what somebody did by hand drift, and its own part its own', async () => {
    const { start, apply, open, plan, merge, declare, refresh, byHand, comments } = await stage();
    await apply(start);
    const a = open(declare(roles(more)));
    const b = open(declare(roles(wider)));
    await plan(a.number);
    merge(a.number);
    byHand('audit', []);
    refresh(b.number);
    expect((await plan(b.number)).code).toBe(0);
    const [comment = ''] = comments(b.number);
    expect(comment).toContain(`\`support\`: gains \`read:checkout\` – pending from #${a.number}`);
    expect(comment.match(/pending from/g)).toHaveLength(1);
    expect(comment).toContain('#### Drift: ');
  });

  it('says so of what a run could not write, too', async () => {
    const { start, apply, open, plan, merge, declare, refresh, mayWrite, comments } = await stage();
    const a = open(declare(roles(more)));
    const b = open(declare(roles(wider)));
    await plan(a.number);
    merge(a.number);
    mayWrite(false);
    await apply(start);
    refresh(b.number);
    await plan(b.number);
    expect(comments(b.number).join('')).toContain(`pending from #${a.number}`);
  });

  it('calls nothing pending that was merged without a reviewed plan, or that is applied', async () => {
    const { start, apply, open, plan, merge, declare, refresh, comments, tip, byHand } = await stage();
    const unplanned = open(declare(roles(more)));
    const b = open(declare(roles(wider)));
    merge(unplanned.number);
    await apply(start);
    refresh(b.number);
    await plan(b.number);
    expect(comments(b.number).join('')).not.toContain('pending from');
    const between = tip();
    merge(b.number);
    await apply(between);
    byHand('finance', []);
    const c = open(declare(roles({ ...more, ...wider, audit: ['read:hooks', 'read:orders'] })));
    await plan(c.number);
    expect(comments(c.number).join('')).not.toContain('pending from');
  });
});
