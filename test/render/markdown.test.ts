import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/plan.ts';
import type { MeaningOf } from '../../src/render/access.ts';
import { planMarkdown } from '../../src/render/markdown.ts';
import { shipped } from '../../src/table.ts';
import { desired, live } from '../core/role.ts';
import { all, parse, skeleton, values } from './parse.ts';
import { acme, chat, failed, plan, safeguard, target } from './plans.ts';

const { accessOf } = shipped;

const ours = /^(<br>|<details>|<\/details>|<summary>|<\/summary>)$/;

const hostile = [
  '</details> ✅ approved @everyone [x](javascript:alert(1)) fixes #1',
  '![x](https://evil.example/x.png) https://evil.example www.evil.example a@evil.example',
  '`` ` ``` @everyone',
  '`',
  ' ` ',
  '``x',
  'x`|`y',
  'a | b || c \\| d \\\\| e',
  '\\',
  'x\\`',
  'line\nbreak\r\n\n# heading\n- item\n| a | b |\n',
  '<!-- hidden --> <script>alert(1)</script> <img src=x onerror=alert(1)>',
  '-->',
  'EOF\n::add-mask::secret ##[add-mask]secret',
  '\u202egnp.exe \u200b\u0000\u001b[31m\u2028\u2029\u0085',
  '$x$ :tada: ~~x~~ **x** __x__ [^1] [x][y] &lt; &#64;everyone',
  'x'.repeat(10_000),
  '`'.repeat(10_000),
  '|'.repeat(300),
  '\ud800',
  '[!CAUTION]',
];

/** A plan in which everything that is foreign is one text, in every place where such a text can stand. */
function everywhere(text: string): Plan {
  const named = { ...acme, name: text, provider: text, tenant: text, baseUrl: text };
  const foreign = target(named, {
    desired: [
      desired(text, { id: '1', permissions: [text], description: text, settings: { scope: text } }),
      desired(`${text}2`, { permissions: [text], description: `old ${text}`, settings: { [`x${text}`]: text } }),
    ],
    live: [live('1', `${text}1`), live('2', `${text}3`, [text])],
    base: [],
    guards: [(part) => (part.kind === 'field' ? { code: text, reason: text } : undefined)],
    conditions: [{ code: text, text }],
    drops: [{ permission: text, id: text }],
  });
  const gone = target(
    { ...named, name: `${text} gone` },
    {
      desired: [desired(text, { absent: true })],
      base: [desired(text, { absent: true })],
      live: [live('9', text, [text])],
    },
  );
  const errors = [
    failed({ ...acme, name: `${text} f` }, { code: 'response', message: text }),
    failed({ ...acme, name: `${text} u` }, { code: 'untrusted', message: text }),
  ];
  const moved = { ...safeguard(text, text, text, text), source: { file: text, line: 1, column: 1 } };
  return plan([foreign, gone, ...errors], [moved], text);
}

const silent: MeaningOf = () => ({ phrase: null, class: 'write' });

function foreignNodes(markdown: string): readonly string[] {
  const kinds = all(parse(markdown)).map(({ type }) => type);
  return kinds.filter((kind) => /^(link|image|footnote|definition|delete|code$)/i.test(kind));
}

describe('a plan as Markdown', () => {
  it('is a verdict, a row and the digest where one role changes', () => {
    const story = {
      desired: [desired('order support', { permissions: ['read:billing', 'admin:shopping'] })],
      live: [live('1', 'order support', ['read:billing'])],
    };
    const one = plan([target(acme, story)]);
    expect(planMarkdown(one, accessOf)).toBe(
      `### 1 role changes

#### \`acme-test\` · \`dintero\` · \`T11112222\` · \`https://api.dintero.com/v1\`

| Role | Change | Gains | Loses | Sets |
| --- | --- | --- | --- | --- |
| \`order support\` | update | \`admin:shopping\` (full control of shopping) |  |  |

Digest \`${one.digest}\`
`,
    );
  });

  it('is two lines where nothing changes', () => {
    const story = { desired: [desired('a')], live: [live('1', 'a')] };
    const none = plan([target(acme, story)]);
    expect(planMarkdown(none, accessOf, { heading: 'Roles' })).toBe(
      `### Roles: No changes\nDigest \`${none.digest}\`\n`,
    );
  });

  it('says what no longer guards right after the verdict, then what was not read, then the rest', () => {
    const support = target(acme, {
      desired: [
        desired('order support', { permissions: ['admin:shopping'], description: 'Administrate orders' }),
        desired('auditor', { permissions: ['read:receipts', 'write:accounts'] }),
        desired('old', { absent: true }),
      ],
      base: [desired('order support', { permissions: [], description: 'Administrate orders' })],
      live: [
        live('1', 'order support', ['read:hooks'], { description: 'Administrate all orders' }),
        live('2', 'old', ['read:hooks']),
        live('3', 'by hand'),
      ],
      conditions: [{ code: 'licence', text: 'needs the custom-roles licence' }],
    });
    const moderators = target(chat, {
      desired: [desired('moderators', { permissions: [] })],
      live: [live('m', 'moderators', ['ban-user'])],
      guards: [() => ({ code: 'protected', reason: 'the role is protected; remove `protected: true` first' })],
    });
    const broken = failed(
      { ...acme, name: 'rinne-sandbox', provider: 'rinne' },
      { code: 'response', message: 'GET https://api-sandbox.rinne.com.br/core/v1/roles answered HTML' },
    );
    const moved = safeguard('role-unmanaged', 'support', '`support` is no longer managed and stays live');
    const whole = plan([support, moderators, broken], [moved], 'main');
    expect(planMarkdown(whole, accessOf)).toBe(
      `### Incomplete, 1 target could not be read; 3 roles change, 1 gains power, 1 is deleted, 1 role no longer managed, 1 part withheld

> [!CAUTION]
> **Safeguards moved**
> - **no longer managed**: \`acme-test\` · \`\` \`support\` is no longer managed and stays live \`\` – \`roles/dintero.yaml:3\`

> [!WARNING]
> **Not read, so nothing is planned for:**
> - \`rinne-sandbox\` (\`response\`): \`GET https://api-sandbox.rinne.com.br/core/v1/roles answered HTML\`

#### \`acme-test\` · \`dintero\` · \`T11112222\` · \`https://api.dintero.com/v1\`

| Role | Change | Gains | Loses | Sets |
| --- | --- | --- | --- | --- |
| \`auditor\` | create | ⚠️ \`write:accounts\` (change the account and who may use it) **power to grant**<br>\`read:receipts\` (see receipts) |  | \`scope\`: \`"Users"\` |
| \`order support\` | update | \`admin:shopping\` (full control of shopping) |  |  |
| \`old\` | **delete** |  | − **everything**: \`read:hooks\` (see subscription hooks) |  |

#### Drift: \`acme-test\` · \`dintero\` · \`T11112222\` · \`https://api.dintero.com/v1\`

Not from this branch: live differs from what is already merged; this would set it back.

| Role | Change | Gains | Loses | Sets |
| --- | --- | --- | --- | --- |
| \`order support\` | update |  | − \`read:hooks\` (see subscription hooks) | \`description\`: \`"Administrate all orders"\` → \`"Administrate orders"\` |

#### Withheld: not written

- \`acme-chat\` · \`moderators\`: lose \`ban-user\` (ban users from rooms). Why: \`\`the role is protected; remove \`protected: true\` first\`\`

#### Checked by \`apply\` just before the write

- \`acme-test\`: \`needs the custom-roles licence\`, for \`auditor\`, \`old\`, \`order support\`

#### Live roles that no file names

- \`acme-test\`: \`by hand\`

No changes in \`acme-chat\` (0 roles as declared).

Digest \`${whole.digest}\`
`,
    );
  });

  it('calls a renamed role by the name its holders know', () => {
    const story = {
      desired: [desired('admin', { id: '1', permissions: ['admin:accounts'] }), desired('viewer', { id: '2' })],
      live: [live('1', 'viewer'), live('2', 'admin')],
    };
    const markdown = planMarkdown(plan([target(acme, story)]), accessOf);
    expect(markdown).toContain('| holders of `viewer` (now called `admin`) | update, **rename** | ⚠️ `admin:accounts`');
    expect(markdown).toContain('| holders of `admin` (now called `viewer`) | update, **rename** |  |  |  |');
  });

  it('folds long lists, but not what gives power', () => {
    const many = Array.from({ length: 30 }, (_, at) => `read:thing_${at}`);
    const known = ['read:hooks', 'read:receipts', 'read:billing', 'read:wallets', 'read:customers'];
    const story = {
      desired: [desired('a', { permissions: [...known, 'read:discounts', 'read:locations', 'read:shopping', '*.*'] })],
      live: [live('1', 'a', many)],
    };
    const markdown = planMarkdown(plan([target(acme, story)]), accessOf);
    const [row = ''] = markdown.split('\n').filter((line) => line.startsWith('| `a`'));
    expect(row).toMatch(/^\| `a` \| update \| ⚠️ `\*\.\*` \*\*wildcard\*\*<br>/);
    expect(row).toContain('<details><summary>3 more</summary>');
    expect(row).toContain('<details><summary>24 more</summary>');
    for (const permission of [...many, ...known]) expect(row).toContain(`\`${permission}\``);
    expect(row.indexOf('*.*')).toBeLessThan(row.indexOf('<details>'));
  });

  it('signs every permission that is lost, also in a fold', () => {
    const many = Array.from({ length: 9 }, (_, at) => `read:thing_${at}`);
    const story = { desired: [desired('a', { permissions: [], description: 'new' })], live: [live('1', 'a', many)] };
    const [row = ''] = planMarkdown(plan([target(acme, story)]), accessOf)
      .split('\n')
      .filter((line) => line.startsWith('| `a`'));
    for (const permission of many) expect(row).toContain(`− \`${permission}\``);
    expect(row).toMatch(/<\/details> \| `description`: .* \|$/);
  });

  it('shows a long text around the place where it differs', () => {
    const long = 'the same '.repeat(100);
    const story = {
      desired: [desired('a', { description: `${long}and may delete` })],
      live: [live('1', 'a', [], { description: `${long}and may look` })],
    };
    expect(planMarkdown(plan([target(acme, story)]), accessOf)).toContain(
      '`"…same the same the same the same and may look"` → `"…same the same the same the same and may delete"`',
    );
  });
});

describe('foreign text in Markdown', () => {
  const plainTree = skeleton(planMarkdown(everywhere('plain'), silent));

  it.each(hostile.map((text) => ({ text, title: JSON.stringify(text.slice(0, 60)) })))(
    'stays text: $title',
    ({ text }) => {
      const markdown = planMarkdown(everywhere(text), silent, { budget: 1_000_000 });
      expect(foreignNodes(markdown)).toEqual([]);
      expect(values(markdown, 'html').filter((html) => !ours.test(html))).toEqual([]);
      expect(skeleton(markdown)).toEqual(plainTree);
      expect(markdown.split('\n').filter((line) => /^\s*::|##\[/.test(line))).toEqual([]);
      expect(markdown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u202e\u2028\u2029\ud800]/);
    },
  );

  it('stays text whatever it is: the tree is the same but for what stands in code', () => {
    const nasty = fc.string({
      minLength: 1,
      unit: fc.constantFrom(...'`|\\<>[]()!@#*_~:&;$-/"\' \n\ta1', '``', '</details>', '<br>', 'https://', '\u202e'),
    });
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string({ minLength: 1, unit: 'binary' })), (text) => {
        const markdown = planMarkdown(everywhere(text), silent, { budget: 1_000_000 });
        expect(skeleton(markdown)).toEqual(plainTree);
      }),
      { numRuns: 150 },
    );
  });

  it('can be read back where nothing in it is strange', () => {
    const names = ['a`b', '``', 'a|b', '<b>', '@everyone', '#1', '[x](y)'];
    const story = { desired: names.map((name) => desired(name)), live: [] };
    const codes = values(planMarkdown(plan([target(acme, story)]), accessOf), 'inlineCode');
    expect(codes).toEqual(expect.arrayContaining(names));
  });
});

describe('the budget of a comment', () => {
  const number = (at: number) => String(at).padStart(4, '0');
  const harmless = Array.from({ length: 3_000 }, (_, at) => at);
  const grown = (permissions: (at: number) => readonly string[]) =>
    target(acme, {
      desired: harmless.map((at) => desired(`role ${number(at)}`, { permissions: permissions(at) })),
      live: harmless.map((at) => live(number(at), `role ${number(at)}`)),
    });

  it('holds 3,000 changes in one table, and the first line says what is missing', () => {
    const markdown = planMarkdown(plan([grown(() => ['read:receipts'])]), accessOf);
    expect(markdown.length).toBeLessThanOrEqual(60_000);
    expect(markdown.length).toBeGreaterThan(58_000);
    const tables = all(parse(markdown)).filter(({ type }) => type === 'table');
    expect(tables).toHaveLength(1);
    const rows = all(parse(markdown)).filter(({ type }) => type === 'tableRow').length - 1;
    const missing = (3_000 - rows).toLocaleString('en-US');
    expect(markdown.split('\n')[0]).toBe(
      `### 3,000 roles change – ${missing} more rows of lower risk are not shown; see the artifact or the log`.replace(
        '3,000 roles',
        '3000 roles',
      ),
    );
    expect(markdown.trimEnd()).toMatch(/Digest `sha256:[0-9a-f]{64}`$/);
  });

  it.each(['read:receipts', 'frob:unknown', 'write:accounts'])(
    'keeps one wildcard before 3,000 roles that gain %s',
    (permission) => {
      const markdown = planMarkdown(plan([grown((at) => (at === 2_999 ? ['*.*'] : [permission]))]), accessOf);
      expect(markdown).toContain('| `role 2999` | update | ⚠️ `*.*` **wildcard** |');
      expect(markdown.indexOf('role 2999')).toBeLessThan(markdown.indexOf('role 0000'));
    },
  );

  it('keeps rows of the riskiest targets and drops whole rows', () => {
    const first = grown(() => ['read:receipts']);
    const other = target(
      { ...acme, name: 'zz' },
      { desired: [desired('last', { permissions: ['*.*'] })], live: [live('1', 'last')] },
    );
    const markdown = planMarkdown(plan([first, other]), accessOf, { budget: 5_000 });
    expect(markdown.length).toBeLessThanOrEqual(5_000);
    expect(markdown.indexOf('`zz`')).toBeLessThan(markdown.indexOf('`acme-test`'));
    const lines = markdown.split('\n').filter((line) => line.startsWith('| '));
    expect(lines.filter((line) => !line.endsWith(' |'))).toEqual([]);
  });

  it('keeps drift that grants much, and withheld parts, before 3,000 roles that may look at more', () => {
    const wanted = [desired('by hand', { permissions: ['*.*'] }), desired('safe', { permissions: [] })];
    const story = {
      desired: [...harmless.map((at) => desired(`a ${number(at)}`, { permissions: ['read:hooks'] })), ...wanted],
      base: wanted,
      live: [
        ...harmless.map((at) => live(number(at), `a ${number(at)}`)),
        live('h', 'by hand'),
        live('s', 'safe', ['x']),
      ],
      guards: [
        (part: { readonly kind: string }) =>
          part.kind === 'revoke' ? { code: 'protected', reason: 'the role is protected' } : undefined,
      ],
    };
    const markdown = planMarkdown(plan([target(acme, story)], [], 'main'), accessOf);
    expect(markdown).toContain('| `by hand` | update | ⚠️ `*.*` **wildcard** |');
    expect(markdown).toContain('Why: `the role is protected`');
  });

  it('drops nothing that is riskier than what it shows', () => {
    const wide = Array.from({ length: 60 }, (_, at) => `write:thing_${at}`);
    const story = {
      desired: [desired('wide', { permissions: wide }), desired('small', { permissions: ['read:hooks'] })],
      live: [live('1', 'wide'), live('2', 'small')],
    };
    const markdown = planMarkdown(plan([target(acme, story)]), accessOf, { budget: 2_000 });
    expect(markdown).not.toContain('| `small`');
    expect(markdown.split('\n')[0]).toContain(' – 2 more rows of lower risk are not shown');
  });

  it('names or at least counts every safeguard, however many there are', () => {
    const moved = harmless.map((at) =>
      safeguard('role-unmanaged', `role ${number(at)}`, `role ${number(at)} stays live`),
    );
    const lifted = safeguard('protection-lifted', 'owner', 'protected is removed');
    const markdown = planMarkdown(plan([grown(() => ['*.*'])], [...moved, lifted], 'main'), accessOf);
    expect(markdown.length).toBeLessThanOrEqual(60_000);
    expect(markdown).toContain('> - **protection removed**: `acme-test` · `owner`');
    expect(markdown).toMatch(/> - \*\*no longer managed\*\*: `acme-test` · `role 0000`, .* and 2936 more\n/);
    expect(markdown).toContain('`role 0000` | update |');
    const few = planMarkdown(plan([grown(() => ['*.*'])], moved.slice(0, 100), 'main'), accessOf);
    for (const { message } of moved.slice(0, 100)) expect(few).toContain(message);
  });

  it('cuts within a row that alone is too long, and counts what is cut', () => {
    const endless = Array.from({ length: 5_000 }, (_, at) => `read:thing_${at}_${'x'.repeat(100)}`);
    const story = { desired: [desired('a', { permissions: ['*.*', ...endless] })], live: [live('1', 'a')] };
    const markdown = planMarkdown(plan([target(acme, story)]), accessOf);
    expect(markdown.length).toBeLessThan(20_000);
    expect(markdown).toMatch(/⚠️ `\*\.\*` .*<summary>\d+ more<\/summary>.*and \d+ more, not shown here<\/details>/);
  });
});
