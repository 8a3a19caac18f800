import { describe, expect, it } from 'vitest';
import { findOutliers, type Inventory } from '../../src/core/compare-targets.ts';
import type { Role } from '../../src/core/role.ts';
import { outliersText } from '../../src/render/compare-text.ts';
import { style } from '../../src/render/style.ts';

interface Some {
  readonly count: number;
  readonly role?: Partial<Role>;
}

/** The lines about outliers, where so many targets have the role in this form; without `role` they do not have it. */
function lines(...groups: readonly Some[]): readonly string[] {
  const all = groups.flatMap(({ count, role }, group) =>
    Array.from({ length: count }, (_, at): Inventory => {
      const held = { name: 'support', description: '', permissions: [], settings: {}, ...role };
      return { target: `${'abc'[group]}${at}`, roles: role === undefined ? [] : [held] };
    }),
  );
  const heading = { provider: 'dintero', targets: all.map(({ target }) => target) };
  const text = outliersText(heading, findOutliers(all), style(false, 200));
  return text.split('\n').filter((line) => line.startsWith('  '));
}

const holds = { permissions: ['read:billing'] };

describe('an outlier', () => {
  it('that lacks something stands after those that have it', () => {
    expect(lines({ count: 197, role: holds }, { count: 3, role: {} })).toEqual([
      "  support · read:billing: 197 of 200 have it; b0, b1, b2 don't",
    ]);
    expect(lines({ count: 2, role: holds }, { count: 1, role: {} })).toEqual([
      "  support · read:billing: 2 of 3 have it; b0 doesn't",
    ]);
  });

  it('that has something stands after those that lack it', () => {
    expect(lines({ count: 2, role: holds }, { count: 7, role: {} })).toEqual([
      "  support · read:billing: 7 of 9 don't have it; a0, a1 do",
    ]);
    expect(lines({ count: 1, role: holds }, { count: 7, role: {} })).toEqual([
      "  support · read:billing: 7 of 8 don't have it; a0 does",
    ]);
  });

  it('that lacks the whole role is told as that, once', () => {
    expect(lines({ count: 7, role: holds }, { count: 1 })).toEqual(["  support: 7 of 8 have this role; b0 doesn't"]);
  });

  it('among those that have the role is counted among them', () => {
    expect(lines({ count: 5, role: holds }, { count: 1, role: {} }, { count: 1 })).toEqual([
      "  support: 6 of 7 have this role; c0 doesn't",
      "  support · read:billing: 5 of 6 with this role have it; b0 doesn't",
    ]);
  });

  it('is nobody where it is half and half: then both halves are named', () => {
    expect(lines({ count: 2, role: holds }, { count: 2, role: {} })).toEqual([
      "  support · read:billing: 2 of 4 have it: a0, a1; 2 don't: b0, b1",
    ]);
    expect(lines({ count: 1, role: holds }, { count: 1, role: {} })).toEqual([
      "  support · read:billing: 1 of 2 has it: a0; 1 doesn't: b0",
    ]);
  });

  it('with another text is told with it', () => {
    const about = (description: string) => ({ description });
    expect(
      lines({ count: 5, role: about('x') }, { count: 2, role: about('y') }, { count: 1, role: about('') }),
    ).toEqual(['  support · description: 5 of 8 have "x"; b0, b1 have "y"; c0 has ""']);
    expect(lines({ count: 2, role: about('x') }, { count: 2, role: about('y') })).toEqual([
      '  support · description: 2 of 4 have "x": a0, a1; b0, b1 have "y"',
    ]);
    const own = (text: string) => ({ count: 1, role: about(text) });
    expect(lines(own('x'), own('y'), own('z'))).toEqual(['  support · description: 3 targets, and each has its own']);
    expect(lines(own('x'), own('y'))).toEqual(['  support · description: 1 of 2 has "x": a0; b0 has "y"']);
  });

  it('is one of many that are not all named', () => {
    expect(lines({ count: 100, role: holds }, { count: 13, role: {} })).toEqual([
      "  support · read:billing: 100 of 113 have it; b0, b1, b2, b3, b4, b5, b6, b7, b8, b9 and 3 more don't",
    ]);
  });

  it('does not bring its text to life', () => {
    const [line] = lines(
      { count: 2, role: { description: 'x' } },
      { count: 1, role: { description: '\u001b[31m\u202e' } },
    );
    expect(line).toBe('  support · description: 2 of 3 have "x"; b0 has "\\u001b[31m\\u202e"');
  });
});
