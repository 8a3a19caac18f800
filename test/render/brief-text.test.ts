import { describe, expect, it } from 'vitest';
import { briefText, isLong } from '../../src/render/brief-text.ts';
import { style } from '../../src/render/style.ts';
import { shipped } from '../../src/table.ts';
import { desired, live } from '../core/role.ts';
import { acme, failed, plan, target } from './plans.ts';

const { accessOf } = shipped;
const many = Array.from({ length: 301 }, (_, at) => `role ${String(at).padStart(3, '0')}`);
const story = {
  desired: many.map((name) => desired(name, { permissions: ['read:hooks', 'write:hooks'] })),
  live: many.map((name, at) => live(`${at}`, name, ['read:hooks', 'admin:hooks'])),
};
const page = (...targets: Parameters<typeof plan>[0]) => briefText(plan(targets), style(false, 80), accessOf);

describe('a plan of very many changes', () => {
  it('is one of more than three hundred, withheld ones among them', () => {
    const guard = () => ({ code: 'never', reason: 'not today' });
    expect(isLong(plan([target(acme, story)]))).toBe(true);
    expect(isLong(plan([target(acme, { ...story, guards: [guard] })]))).toBe(true);
    expect(isLong(plan([target(acme, { ...story, desired: story.desired.slice(1) })]))).toBe(false);
  });

  it('is shown by who gains what, its first changes, and how to see the rest', () => {
    const text = page(target(acme, story));
    expect(text).toContain('role 000 gains write:hooks (change subscription hooks)');
    expect(text).toContain('and 590 more\n');
    expect(text).toContain('~ update role 019  1 granted, 1 revoked\n  and 281 more changes');
    expect(text).not.toContain('role 020');
    expect(text).toMatch(/rolesync\s+show\s+plan.json\s+--format\s+html/);
    expect(text).toContain('Plan: 0 to create, 301 to update, 0 to delete');
    expect(text.split('\n').length).toBeLessThan(60);
  });

  it('names every target that failed and every reason that withholds, and counts other targets', () => {
    const guard = () => ({ code: 'never', reason: 'not today' });
    const others = Array.from({ length: 45 }, (_, at) =>
      target({ ...acme, name: `target ${String(at).padStart(2, '0')}` }, { desired: [desired(`own ${at}`)], live: [] }),
    );
    const text = page(
      ...others,
      target({ ...acme, name: 'held' }, { ...story, guards: [guard] }),
      target({ ...acme, name: 'same' }, { desired: [], live: [] }),
      failed({ ...acme, name: 'zz' }, { code: 'auth', message: 'the login was refused' }),
    );
    expect(text).toContain('! withheld of 301 roles: not today (never)');
    expect(text).toContain('the login was refused');
    expect(text).toContain('and 6 more targets with changes, 1 target without');
  });

  it('names the reasons of what several targets withhold alike', () => {
    const guard = () => ({ code: 'never', reason: 'not today' });
    const held = ['a', 'b', 'c'].map((name) => target({ ...acme, name }, { ...story, guards: [guard] }));
    expect(page(...held)).toContain('! withheld of 301 roles: not today (never)');
  });
});
