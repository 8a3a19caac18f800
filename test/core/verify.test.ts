import { describe, expect, it } from 'vitest';
import { type Change, create, remove, update } from '../../src/core/change.ts';
import { outcomeOf } from '../../src/core/outcome.ts';
import type { PlannedTarget, Withheld } from '../../src/core/plan.ts';
import { verify } from '../../src/core/verify.ts';
import { planned, role } from './role.ts';

const origin = { cause: 'file', source: null } as const;

function target(changes: readonly (Change | undefined)[], withheld: readonly Withheld[] = []): PlannedTarget {
  const identity = { name: 'acme', provider: 'dintero', baseUrl: '', tenant: '' };
  return {
    ...identity,
    changes: planned(changes),
    withheld,
    unmanaged: [],
    ignored: 0,
    live: [],
    unchanged: 0,
  };
}

const change = update('1', role('support'), role('support', ['a', 'b']), origin) as Change;

describe('verify', () => {
  it('agrees where the next plan is empty', () => {
    const outcomes = [outcomeOf(change, 'done')];
    expect(verify(outcomes, [], target([]))).toEqual({ outcomes, verified: true });
  });

  it('fails what was reported as done and is still wanted, and says what did not take', () => {
    const rest = update('1', role('support', ['a']), role('support', ['a', 'b']), origin);
    const { outcomes, verified } = verify([outcomeOf(change, 'done')], [], target([rest]));
    expect(verified).toBe(false);
    expect(outcomes).toMatchObject([
      { status: 'failed', error: { message: expect.stringContaining('`b` is still missing') } },
    ]);
  });

  it('knows a role that was just created by its name', () => {
    const made = create(role('new', ['a']), origin);
    const rest = update('7', role('new'), role('new', ['a']), origin);
    const { outcomes } = verify([{ ...outcomeOf(made, 'done'), id: '7' }], [], target([rest]));
    expect(outcomes).toMatchObject([{ action: 'create', status: 'failed' }]);
  });

  it('takes a lost answer as done where nothing of it is wanted any more, and as failed where it is', () => {
    const lost = outcomeOf(change, 'uncertain', { code: 'timeout', message: 'no answer' });
    expect(verify([lost], [], target([]))).toMatchObject({
      outcomes: [{ status: 'done' }],
      verified: true,
    });
    expect(verify([lost], [], target([change])).outcomes).toMatchObject([
      { status: 'failed', error: { code: 'timeout' } },
    ]);
  });

  it('expects what failed, and what was withheld before, to be still open', () => {
    const held = { ...(remove('2', role('old'), origin) as Change), code: 'protected', reason: 'no' } as Withheld;
    const failed = outcomeOf(change, 'failed', { code: 'forbidden', message: 'no' });
    const { outcomes, verified } = verify([failed], [held], target([change], [held]));
    expect({ outcomes, verified }).toEqual({ outcomes: [failed], verified: true });
  });

  it('expects the withheld part of a role that was created meanwhile', () => {
    const made = create(role('new'), origin);
    const piece = (id: string | null) =>
      ({ ...update(id, role('new'), role('new', ['x']), origin), code: 'unknown', reason: '' }) as Withheld;
    const { verified } = verify([{ ...outcomeOf(made, 'done'), id: '7' }], [piece(null)], target([], [piece('7')]));
    expect(verified).toBe(true);
  });

  it('reports what somebody else changed at the same time', () => {
    const other = update('9', role('audit', ['x']), role('audit'), origin);
    const { outcomes, verified } = verify([outcomeOf(change, 'done')], [], target([other]));
    expect(verified).toBe(false);
    expect(outcomes).toMatchObject([{ status: 'done' }, { role: 'audit', status: 'failed' }]);
  });
});
