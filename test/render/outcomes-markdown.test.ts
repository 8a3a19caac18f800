import { describe, expect, it } from 'vitest';
import { remove, update } from '../../src/core/change.ts';
import {
  type Application,
  type AppliedTarget,
  movedOutcome,
  type Outcome,
  summariseOutcomes,
} from '../../src/core/outcome.ts';
import type { Role } from '../../src/core/role.ts';
import { outcomesMarkdown } from '../../src/render/outcomes-markdown.ts';
import { all, parse, skeleton } from './parse.ts';

const hostile = [
  '</details> ✅ approved @everyone [x](javascript:alert(1)) fixes #1',
  '![x](https://evil.example/x.png) https://evil.example www.evil.example a@evil.example',
  '`` ` ``` @everyone',
  ' ` ',
  'line\nbreak\r\n\n# heading\n- item\n| a | b |\n',
  '<!-- rolesync:apply --> <script>alert(1)</script>',
  'EOF\n::add-mask::secret ##[add-mask]secret',
  '\u202egnp.exe \u200b\u0000\u001b[31m\u2028',
  'x'.repeat(10_000),
  '`'.repeat(10_000),
  '__proto__',
  '\ud800',
];

function role(name: string, permissions: readonly string[] = []): Role {
  return { name, description: '', permissions, settings: {} };
}

function target(name: string, parts: Partial<AppliedTarget> = {}): AppliedTarget {
  return { name, outcomes: [], withheld: [], notes: [], verified: null, ...parts };
}

function application(...targets: readonly AppliedTarget[]): Application {
  return { formatVersion: 2, targets, summary: summariseOutcomes(targets), digest: `sha256:${'0'.repeat(64)}` };
}

function outcome(name: string, status: Outcome['status'], message?: string): Outcome {
  const error = message === undefined ? {} : { error: { code: 'response', message } as const };
  return { action: 'update', role: name, id: name, status, ...error };
}

/** Everything that is foreign is one text. */
function everywhere(text: string): Application {
  const change = update('1', role(text), role(text, [text]), { cause: 'file', source: null });
  const deleted = remove('2', role(text), { cause: 'file', source: null });
  const moved = movedOutcome(
    { action: 'update', role: text, id: '1' },
    { reason: text, moved: [text, text], wanted: null, liveThen: null, liveNow: null },
  );
  const held = [...(change === undefined ? [] : [change]), deleted].map((one) => ({
    ...one,
    code: text,
    reason: text,
  }));
  return application(
    target(text, {
      outcomes: [outcome(text, 'done'), outcome(text, 'failed', text), moved],
      withheld: held,
      notes: [text],
      error: { code: 'response', message: text },
      verified: false,
    }),
  );
}

describe('outcomes as Markdown', () => {
  it('are one line each, under the name of their target', () => {
    const one = target('acme', { outcomes: [outcome('support', 'done')], verified: true });
    expect(outcomesMarkdown(application(one))).toBe(
      '### Applied: 1 done\n\n#### `acme` – planned again, and nothing else differs\n\n- done update `support`\n',
    );
    expect(outcomesMarkdown(application(target('acme')))).toBe('### Applied: nothing to do\n');
  });

  it('say what failed, what moved and how, and what is held', () => {
    const change = update('3', role('finance'), role('finance', ['x', 'y']), { cause: 'file', source: null });
    const moved = movedOutcome(
      { action: 'update', role: 'audit', id: '2' },
      {
        ...{ reason: 'the role changed since the review', moved: ['`x` was granted'] },
        ...{ wanted: null, liveThen: null, liveNow: null },
      },
    );
    const markdown = outcomesMarkdown(
      application(
        target('acme', {
          outcomes: [outcome('support', 'failed', 'Forbidden'), moved],
          withheld: change === undefined ? [] : [{ ...change, code: 'unreviewed', reason: 'nobody reviewed this' }],
        }),
      ),
    );
    expect(markdown.split('\n')[0]).toBe('### Applied: 1 failed, 1 withheld, 1 moved');
    expect(markdown).toContain(
      '- **moved** update `audit`: nothing was written, because `the role changed since the review`; `` `x` was granted ``',
    );
    expect(markdown).toContain('- **failed** update `support`: `Forbidden`');
    expect(markdown).toContain('- held back: 2 parts of `finance` – `nobody reviewed this`');
  });

  it.each(hostile)('keep foreign text in code spans: %j', (text) => {
    const markdown = outcomesMarkdown(everywhere(text));
    expect(skeleton(markdown)).toEqual(skeleton(outcomesMarkdown(everywhere('plain'))));
    const kinds = all(parse(markdown)).map(({ type }) => type);
    expect(kinds.filter((kind) => /^(link|image|html|definition|table|code$)/i.test(kind))).toEqual([]);
  });

  it('stay within the budget, keep what failed, and count what they leave out', () => {
    const many = Array.from({ length: 3_000 }, (_, at) => outcome(`role ${at}`, 'done'));
    const failed = outcome('the one', 'failed', 'Forbidden');
    const markdown = outcomesMarkdown(application(target('acme', { outcomes: [...many, failed] })), { budget: 5_000 });
    expect(markdown.length).toBeLessThanOrEqual(5_000);
    expect(markdown).toContain('**failed** update `the one`');
    const shown = markdown.match(/^- /gm)?.length ?? 0;
    expect(markdown.split('\n')[0]).toBe(
      `### Applied: 3000 done, 1 failed – ${3_001 - shown} more lines not shown; see the log`,
    );
  });
});
