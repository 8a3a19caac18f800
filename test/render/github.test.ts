import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/core/problem.ts';
import { planAnnotations, problemAnnotations, stepSummary, summaryOutput } from '../../src/render/github.ts';
import { shipped } from '../../src/table.ts';
import { desired, live } from '../core/role.ts';
import { acme, failed, plan, safeguard, target } from './plans.ts';

const { accessOf } = shipped;

const at = (line: number, file = 'roles/dintero.yaml') => ({ source: { file, line, column: 5 } });

interface Read {
  readonly command: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** As the runner reads a line (actions/runner, ActionCommand.TryParseV2). */
function readCommand(line: string): Read {
  const end = line.indexOf('::', 2);
  const [command = '', ...rest] = line.slice(2, end).split(' ');
  const properties = rest
    .join(' ')
    .split(',')
    .map((pair): [string, string] => {
      const [key = '', ...value] = pair.split('=');
      return [key, unescaped(value.join('='), [':', ','])];
    });
  return { command, properties: Object.fromEntries(properties), message: unescaped(line.slice(end + 2), []) };
}

function unescaped(text: string, also: readonly string[]): string {
  return [...also, '\r', '\n', '%'].reduce(
    (now, character) =>
      now.replaceAll(`%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`, character),
    text,
  );
}

function read(output: string): readonly Read[] {
  expect(output === '' || output.endsWith('\n')).toBe(true);
  return output.split('\n').slice(0, -1).map(readCommand);
}

const small = plan(
  [
    target(acme, {
      desired: [
        desired('order support', { permissions: ['admin:shopping'], description: 'Orders: 100%', ...at(12) }),
        desired('auditor', { permissions: ['write:accounts'], ...at(20) }),
        desired('owner', { permissions: [], ...at(30) }),
      ],
      live: [live('1', 'order support', ['read:hooks']), live('3', 'owner', ['admin:accounts'])],
      guards: [
        (part) =>
          part.kind === 'revoke' && part.permission === 'admin:accounts'
            ? { code: 'protected', reason: 'the role is protected: remove `protected`' }
            : undefined,
      ],
    }),
    failed({ ...acme, name: 'acme-live' }, { code: 'auth', message: 'the token endpoint answered 401' }),
    failed({ ...acme, name: 'new' }, { code: 'untrusted', message: 'new destination for DINTERO_CLIENT_SECRET' }),
  ],
  [safeguard('role-unmanaged', 'support', '`support` is no longer managed')],
  'main',
);

describe('annotations of a plan', () => {
  it('stand at the lines of the files: errors, warnings, then changes, riskiest first', () => {
    expect(planAnnotations(small, accessOf)).toBe(
      [
        '::error title=new%3A new destination for credentials::- new destination for DINTERO_CLIENT_SECRET',
        '::error title=acme-live%3A not read (auth)::- the token endpoint answered 401',
        '::warning title=safeguard moved in acme-test (role-unmanaged)::- `support` is no longer managed',
        '::warning file=roles/dintero.yaml,line=30,col=5,title=withheld%3A update owner in acme-test::- the role is protected: remove `protected`',
        '::notice file=roles/dintero.yaml,line=20,col=5,title=create auditor in acme-test::- new role `auditor` gets write:accounts (change the account and who may use it)',
        '::notice file=roles/dintero.yaml,line=12,col=5,title=update order support in acme-test::- order support gains admin:shopping (full control of shopping)%0A- order support loses read:hooks (see subscription hooks)%0A- sets description',
        '',
      ].join('\n'),
    );
  });

  it('are nothing where nothing differs', () => {
    expect(planAnnotations(plan([target(acme, { desired: [], live: [live('1', 'a')] })]), accessOf)).toBe('');
  });

  it('are ten of each at most: the riskiest, and a last one that counts the rest', () => {
    const many = Array.from({ length: 40 }, (_, index) => `role ${index}`);
    const story = {
      desired: many.map((name) => desired(name, { permissions: [name === 'role 39' ? '*.*' : 'read:hooks'] })),
      live: many.map((name) => live(name, name, ['write:hooks'])),
      guards: [
        (part: { readonly kind: string }) => (part.kind === 'revoke' ? { code: 'no', reason: 'no' } : undefined),
      ],
    };
    const errors = many.map((name) => failed({ ...acme, name }, { code: 'timeout', message: 'no answer' }));
    const found = read(planAnnotations(plan([target({ ...acme, name: 'x' }, story), ...errors]), accessOf));
    for (const level of ['error', 'warning', 'notice']) {
      const some = found.filter(({ command }) => command === level);
      expect(some).toHaveLength(10);
      expect(some[9]).toMatchObject({ properties: { title: '31 more' } });
    }
    expect(found.find(({ command }) => command === 'notice')?.message).toBe('- role 39 gains *.*');
  });

  it('tell every safeguard, even the eleventh', () => {
    const moved = Array.from({ length: 30 }, (_, index) =>
      safeguard('role-unmanaged', `r${index}`, `role ${index} stays`),
    );
    const found = read(planAnnotations({ ...small, safeguards: moved }, accessOf));
    const warnings = found.filter(({ command }) => command === 'warning');
    expect(warnings).toHaveLength(10);
    for (const { message } of moved) expect(warnings.some((one) => one.message.includes(message))).toBe(true);
  });
});

describe('annotations of problems', () => {
  it('stand at the place of the mistake', () => {
    const problems: readonly Problem[] = [
      {
        severity: 'error',
        code: 'unknown-key',
        message: 'unknown key `permision`,\n100% sure',
        ...at(4, 'roles/a,b:c.yaml'),
      },
      { severity: 'warning', code: 'unknown-permission', message: 'x', ...at(5) },
    ];
    expect(problemAnnotations(problems)).toBe(
      '::error file=roles/a%2Cb%3Ac.yaml,line=4,col=5,title=unknown-key::- unknown key `permision`,\\n100%25 sure\n' +
        '::warning file=roles/dintero.yaml,line=5,col=5,title=unknown-permission::- x\n',
    );
  });
});

describe('foreign text in workflow commands', () => {
  const nasty = fc.string({
    unit: fc.constantFrom(
      ...'%:,=\n\r -a\u2028',
      '::',
      '::error::',
      '%0A',
      '%25',
      '##[add-mask]',
      '::add-mask::x',
      'EOF\n',
    ),
  });

  it('never leaves its command', () => {
    fc.assert(
      fc.property(nasty, nasty, (name, text) => {
        const story = {
          desired: [desired(name, { permissions: [text], description: text, ...at(1, text) })],
          live: [live('1', name)],
          guards: [
            (part: { readonly kind: string }) => (part.kind === 'field' ? { code: text, reason: text } : undefined),
          ],
        };
        const targets = [
          target({ ...acme, name: `a${name}` }, story),
          failed({ ...acme, name }, { code: 'response', message: text }),
        ];
        const one = plan(targets, [safeguard(text, name, text, name)], text);
        const output = planAnnotations(one, accessOf);
        for (const line of output.split('\n').slice(0, -1)) {
          expect(line).toMatch(
            /^::(error|warning|notice) (file=[^:,\r\n]*,line=1,col=1,|file=[^:,\r\n]*,line=\d+,col=\d+,)?title=[^:,\r\n]*::- /,
          );
        }
        for (const { command, properties, message } of read(output)) {
          expect(['error', 'warning', 'notice']).toContain(command);
          expect(Object.keys(properties).filter((key) => !['file', 'line', 'col', 'title'].includes(key))).toEqual([]);
          expect(message.split('\n').filter((line) => !line.startsWith('- '))).toEqual([]);
        }
        expect(summaryOutput(one, accessOf)).toMatch(/^([a-z]+=(\d+|true|false|sha256:[0-9a-f]{64})\n)+$/);
      }),
    );
  });
});

describe('what later steps can read', () => {
  it('is counts, booleans and the digest', () => {
    expect(summaryOutput(small, accessOf)).toBe(
      [
        'changed=true',
        'create=1',
        'update=1',
        'delete=0',
        'unchanged=0',
        'withheld=1',
        'unmanaged=0',
        'power=1',
        'safeguards=1',
        'errors=2',
        `digest=${small.digest}`,
        '',
      ].join('\n'),
    );
  });

  it('holds no digest that is none', () => {
    expect(summaryOutput({ ...small, digest: 'x\nchanged=false' }, accessOf)).toMatch(/^digest=$/m);
  });
});

describe('the summary of a step', () => {
  it('takes less than the 1 MiB that GitHub allows, however wide its characters are', () => {
    const many = Array.from({ length: 4_000 }, (_, index) => `${index} ${'役'.repeat(150)}`);
    const wide = plan([target(acme, { desired: many.map((name) => desired(name)), live: [] })]);
    const summary = stepSummary(wide, accessOf);
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
    expect(summary.split('\n')[0]).toMatch(/^### 4000 roles change – .* more rows of lower risk are not shown/);
  });
});
