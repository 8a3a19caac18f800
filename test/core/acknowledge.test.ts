import { describe, expect, it } from 'vitest';
import { acknowledgements, fewDeletes, keepsSafe, lifting, silence } from '../../src/core/acknowledge.ts';
import { remove, update } from '../../src/core/change.ts';
import { judge } from '../../src/core/judge.ts';
import { desired, live, role } from './role.ts';

const source = (line: number) => ({ file: 'a.yaml', line, column: 1 });
const gone = (id: string, line = 1) => remove(id, role(id), { cause: 'file', source: source(line) });

describe('a limit of deletes', () => {
  const four = ['a', 'b', 'c', 'd'].map((id, at) => gone(id, at));

  it('lets as many go, and holds all of them beyond it', () => {
    expect(judge(four.slice(0, 3), [fewDeletes(four.slice(0, 3), 3, () => [])]).withheld).toEqual([]);
    const { changes, withheld } = judge(four, [fewDeletes(four, 3, () => [])]);
    expect(changes).toEqual([]);
    expect(withheld.map(({ code }) => code)).toEqual(Array(4).fill('many-deletes'));
    expect(withheld[0]?.reason).toContain('4 roles would be deleted, more than `limits.deletes: 3`');
  });

  it('does not count what is acknowledged, delete by delete', () => {
    const of = ({ role: name }: { readonly role: string }) => (name === 'a' ? ['many-deletes'] : []);
    expect(judge(four, lifting([fewDeletes(four, 3, of)], of)).withheld).toEqual([]);
    expect(judge(four, lifting([fewDeletes(four, 2, of)], of)).changes.map((change) => change.role)).toEqual(['a']);
  });
});

describe('an acknowledgement', () => {
  const twoFactor = (line: number) =>
    update(
      '1',
      role('ops', [], { settings: { mandatory2fa: true } }),
      role('ops', [], { settings: { mandatory2fa: false } }),
      {
        cause: 'file',
        source: source(line),
      },
    );

  it('lets a second factor go, which nothing else does', () => {
    const change = twoFactor(4);
    if (change === undefined) throw new Error('nothing differs');
    const guard = keepsSafe({ safer: { mandatory2fa: true } });
    expect(judge([change], [guard]).withheld).toMatchObject([{ code: 'second-factor' }]);
    expect(
      judge(
        [change],
        lifting([guard], () => ['second-factor']),
      ).withheld,
    ).toEqual([]);
    const other = () => ({ code: 'protected', reason: 'it is' });
    expect(
      judge(
        [change],
        lifting([other], () => ['protected', 'second-factor']),
      ).changes,
    ).toEqual([]);
  });

  it('counts only while the base does not have it, and then says that it can go', () => {
    const head = desired('ops', { id: '1', acknowledged: ['second-factor', 'licence'], source: source(4) });
    const change = { ...gone('1', 4), source: head.source };
    const alone = acknowledgements([head], undefined, [live('1', 'ops')]);
    expect(alone.of(change)).toEqual(['second-factor', 'licence']);
    expect(acknowledgements([head], [desired('ops')], [live('1', 'ops')]).of(change)).toContain('second-factor');
    const renamed = desired('old name', { id: '1', acknowledged: ['second-factor', 'licence'] });
    const merged = acknowledgements([head], [renamed], [live('1', 'ops')]);
    expect(merged.of(change)).toEqual(['licence']);
    expect(merged.warnings).toEqual([
      'role `ops`: `second-factor` of `acknowledge` is already merged and no longer counts; remove it',
    ]);
  });

  it('silences what a provider can never do, and nothing that is dangerous', () => {
    const held = (code: string) => ({ ...gone('1'), code, reason: 'because' });
    const marked = silence([held('licence'), held('lock-out')], () => ['licence', 'lock-out']);
    expect(marked.map(({ known }) => known)).toEqual([true, undefined]);
  });
});
