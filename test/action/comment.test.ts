import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { failureText, planComment } from '../../src/action/github/plan-comment.ts';
import { assemble } from '../../src/core/build-plan.ts';
import { create, partKey } from '../../src/core/change.ts';
import type { PlannedTarget } from '../../src/core/plan.ts';
import { shipped } from '../../src/table.ts';
import { type Scene, scene } from './support.ts';

const made = {
  head: 'a'.repeat(40),
  base: 'b'.repeat(40),
  merge: 'c'.repeat(40),
  branch: 'main',
  at: Date.UTC(2026, 0, 2, 3, 4),
  runUrl: 'https://github.com/acme/roles/actions/runs/1',
  repository: 'acme/roles',
  run: 1,
  artifact: 'rolesync-plan-5-a-1-1',
  requireApproval: false,
};

function target(name: string, roles: number, drift = false): PlannedTarget {
  const changes = Array.from({ length: roles }, (_, at) => {
    const after = {
      name: `role ${at}`,
      description: '',
      permissions: ['admin:shopping', 'admin:accounts'],
      settings: {},
    };
    const change = create(after, { cause: 'file', source: { file: 'roles/a.yaml', line: at + 1, column: 1 } });
    return {
      ...change,
      conditions: [],
      managed: [],
      acknowledged: [],
      drift: drift ? [{ kind: 'create' } as const] : [],
    };
  });
  return {
    ...{ name, provider: 'dintero', baseUrl: 'https://api.dintero.com/v1', tenant: 'T11112222' },
    ...{ changes, withheld: [], unmanaged: [], ignored: 0, live: [], unchanged: 0 },
  };
}

function start(): Promise<Scene> {
  return scene(({ dintero }) => ({ 'roles/dintero.yaml': `${dintero}roles: []\n` }));
}

const marker = '<!-- rolesync:plan -->';

describe('whose comment it is', () => {
  it.each(['mallory', 'github-actions', 'other-app[bot]'])(
    'by %s is left alone, though it begins with our marker',
    async (author) => {
      const at = await start();
      at.open({ 'README.md': 'x\n' });
      at.github.addComment({ issue: 1, author, body: `${marker}\nApproved by everybody.` });
      await at.plan(1);
      expect(at.comments(1, author)).toEqual([`${marker}\nApproved by everybody.`]);
      expect(at.comments(1)).toHaveLength(1);
    },
  );

  it('is found behind more comments than one page holds', async () => {
    const at = await start();
    at.open({ 'README.md': 'x\n' });
    for (let n = 0; n < 130; n += 1) at.github.addComment({ issue: 1, author: 'bob', body: `comment ${n}` });
    await at.plan(1);
    await at.plan(1);
    expect(at.comments(1)).toHaveLength(1);
  });

  it('is written again if somebody deleted it', async () => {
    const at = await start();
    at.open({ 'README.md': 'x\n' });
    await at.plan(1);
    at.github.state.comments.splice(0);
    await at.plan(1);
    expect(at.comments(1)[0]).toContain('### Plan for');
  });

  it('of the bot about something else is left alone', async () => {
    const at = await start();
    at.open({ 'README.md': 'x\n' });
    at.github.addComment({ issue: 1, author: 'github-actions[bot]', body: `Look: ${marker}` });
    await at.plan(1);
    expect(at.comments(1)).toHaveLength(2);
    expect(at.comments(1)[0]).toBe(`Look: ${marker}`);
  });
});

describe('planComment', () => {
  it('of 3,000 changes fits into a comment, says how much it leaves out, and how to see the rest', () => {
    const plan = assemble([target('acme', 3000)], { version: '1.0.0', at: '2026-11-24T12:00:00.000Z' });
    const { text, cut } = planComment(plan, made, new Map(), shipped.accessOf);
    expect([cut, text.length < 65_000]).toEqual([true, true]);
    expect(text).toContain('3000 roles change');
    expect(text).toMatch(/more rows of lower risk are not shown/);
    expect(text).toContain(`the log of [this run](${made.runUrl}), or \``);
    expect(text).toContain(
      '`gh run download 1 --repo acme/roles --name rolesync-plan-5-a-1-1 && rolesync show plan.json`',
    );
    expect(text).not.toContain('it is held');
    const strict = planComment(plan, { ...made, requireApproval: true }, new Map(), shipped.accessOf);
    expect(strict.text).toContain('after the merge, this plan is held');
    expect(text).toContain(`Head \`${made.head}\``);
  });

  it('of 3,000 changes that are all pending, in 2,000 targets, fits too', () => {
    const plan = assemble(
      [target('acme', 3000, true), ...Array.from({ length: 2000 }, (_, at) => target(`t${at}`, 0))],
      { version: '1', at: '2026-11-24T12:00:00.000Z' },
    );
    const pending = new Map(
      Array.from({ length: 3000 }, (_, at) => [`acme\0role ${at}\0${partKey({ kind: 'create' })}`, at + 1] as const),
    );
    const { text } = planComment(plan, made, pending, shipped.accessOf);
    expect(text.length).toBeLessThan(65_000);
    expect(text).toContain('- and 2980 more');
  });

  it('that holds all of the plan says nothing of a rest, and one that only counts permissions is cut', () => {
    const at = '2026-11-24T12:00:00.000Z';
    const small = planComment(
      assemble([target('acme', 3)], { version: '1.0.0', at }),
      made,
      new Map(),
      shipped.accessOf,
    );
    expect([small.cut, small.text.includes('does not show the whole plan')]).toEqual([false, false]);
    const [change] = target('acme', 1).changes;
    if (change?.after == null) throw new Error('a create has an after');
    const permissions = Array.from({ length: 400 }, (_, n) => `admin:${'x'.repeat(30)}${n}`);
    const wide = create({ ...change.after, permissions }, { cause: 'file', source: null });
    const one = { ...target('acme', 0), changes: [{ ...wide, conditions: [], managed: [], acknowledged: [] }] };
    const folded = planComment(assemble([one], { version: '1.0.0', at }), made, new Map(), shipped.accessOf);
    expect(folded.text).toContain('more, not shown here');
    expect([folded.cut, folded.text.includes('**This comment does not show the whole plan')]).toEqual([true, true]);
  });

  it('says of drift that is merged and not applied which pull request brings it', () => {
    const plan = assemble([target('acme', 2, true)], { version: '1', at: '2026-11-24T12:00:00.000Z' });
    const { text } = planComment(
      plan,
      made,
      new Map([[`acme\0role 1\0${partKey({ kind: 'create' })}`, 17]]),
      shipped.accessOf,
    );
    expect(text).toContain('- `acme` · `role 1`: create – pending from #17');
    expect(text).not.toContain('`role 0`: create – pending');
  });

  it('shows hostile names of targets as text', () => {
    const name = 'x`](https://evil) @everyone <img src=x> #1\n\n# Approved';
    const { text } = planComment(
      assemble([target(name, 0)], { version: '1', at: '2026-11-24T12:00:00.000Z' }),
      made,
      new Map(),
      shipped.accessOf,
    );
    expect(kindsIn(text)).toEqual(['heading', 'link', 'thematicBreak']);
    expect(text.match(/^#/gm)).toHaveLength(1);
    expect(text).toContain('@everyone');
  });
});

/** What Markdown makes of it, beside paragraphs, plain text and code. */
function kindsIn(text: string): readonly string[] {
  const plain = new Set(['root', 'paragraph', 'text', 'inlineCode']);
  const kinds = new Set<string>();
  const visit = (node: Nodes) => {
    if (!plain.has(node.type)) kinds.add(node.type);
    if (node.type === 'text') expect(node.value).not.toMatch(/@everyone|evil|#1/);
    if (node.type === 'link') expect(node.url).toBe(made.runUrl);
    if ('children' in node) node.children.forEach(visit);
  };
  visit(fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
  return [...kinds].sort();
}

describe('failureText', () => {
  it('keeps foreign text of any length in a code span', () => {
    const long = `\`@team <!-- -->\n# Approved ${'x'.repeat(100_000)}`;
    const source = { file: 'roles/`a`.yaml', line: 1, column: 1 };
    const problems = Array.from(
      { length: 500 },
      () => ({ severity: 'error', code: 'x', message: long, source }) as const,
    );
    const text = failureText(made.head, made.runUrl, long, problems);
    expect(text.length).toBeLessThan(65_000);
    expect(kindsIn(text)).toEqual(['heading', 'link', 'list', 'listItem']);
    expect(text.match(/^#/gm)).toHaveLength(1);
    expect(text).toContain('- and 480 more');
  });
});
