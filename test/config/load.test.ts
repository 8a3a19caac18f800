import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { load } from '../../src/config/index.ts';
import { dintero, found, language, loadFiles, loadOne, messages, rocketchat } from './memory.ts';

describe('load', () => {
  it('reads the example of each provider without a warning', () => {
    const config = load([], { language, cwd: new URL('../..', import.meta.url).pathname });
    expect(config.problems).toEqual([]);
    expect(config.files).toEqual([
      'roles/dintero.yaml',
      'roles/keycloak.yaml',
      'roles/rinne.yaml',
      'roles/rocketchat.yaml',
    ]);
    expect(config.targets.map(({ name, provider }) => [name, provider])).toEqual([
      ['acme-test', 'dintero'],
      ['acme-realm', 'keycloak'],
      ['acme-sandbox', 'rinne'],
      ['acme-chat', 'rocketchat'],
    ]);
  });

  it('returns what a target and its roles declare, and leaves out what they leave out', () => {
    const { targets, problems } = loadOne(`provider: rocketchat
targets:
  - name: chat
    baseUrl: \${ROCKETCHAT_URL}
    unmanaged: delete
    files: [roles/**]
    dropUnknownRoles: [anonymous]
    auth: { userId: "\${ROCKETCHAT_USER_ID}", token: "\${ROCKETCHAT_TOKEN}" }
roles:
  - name: host
    id: abc
    previously: [greeter]
    protected: true
    description: ''
    scope: Users
    mandatory2fa: false
    permissions: [mention-all, create-c]
  - name: gone
    ensure: absent
  - name: nobody
    permissions: []
`);
    expect(problems).toEqual([]);
    expect(targets).toHaveLength(1);
    const [chat] = targets;
    expect(chat).toMatchObject({
      name: 'chat',
      source: { file: 'roles/a.yaml', line: 3, column: 5 },
      unmanaged: 'delete',
      options: { dropUnknownRoles: ['anonymous'] },
      tenant: undefined,
      baseUrl: {
        text: '${ROCKETCHAT_URL}',
        source: { line: 4, column: 14 },
        excerpt: '    baseUrl: ${ROCKETCHAT_URL}',
      },
    });
    expect(Object.entries(chat?.auth ?? {}).map(([key, { text }]) => [key, text])).toEqual([
      ['userId', '${ROCKETCHAT_USER_ID}'],
      ['token', '${ROCKETCHAT_TOKEN}'],
    ]);
    expect(chat?.roles).toEqual([
      {
        name: 'host',
        id: 'abc',
        previously: ['greeter'],
        absent: false,
        protected: true,
        description: '',
        permissions: ['create-c', 'mention-all'],
        settings: { scope: 'Users', mandatory2fa: false },
        source: { file: 'roles/a.yaml', line: 10, column: 5 },
      },
      { ...bare('gone', 18), absent: true },
      { ...bare('nobody', 20), permissions: [] },
    ]);
  });

  it('joins targets of one file with roles of many', () => {
    const { targets, problems } = loadFiles({
      'roles/targets.yaml': `${dintero}  - { name: beta, account: P123 }\nunmanaged: ignore\n`,
      'roles/one.yaml': 'provider: dintero\ntargets: [acme]\nroles:\n  - { name: one, permissions: [read:hooks] }\n',
      'roles/two.yml':
        'provider: dintero\ntargets: [acme, beta]\nroles:\n  - { name: two, permissions: [read:hooks] }\n',
    });
    expect(problems).toEqual([]);
    expect(targets.map(({ name, unmanaged, roles }) => [name, unmanaged, roles.map((role) => role.name)])).toEqual([
      ['acme', 'ignore', ['one', 'two']],
      ['beta', 'ignore', ['two']],
    ]);
  });

  it('shows all mistakes of all files at once, sorted by place, each with its line', () => {
    const config = loadFiles({
      'roles/b.yaml': 'provider: rinn\n',
      'roles/a.yaml': `${dintero}unmanagd: report\nroles:\n  - { name: 5 }\n  - { name: x, permissions: [] }\n`,
    });
    expect(found(config)).toEqual([
      'error roles/a.yaml:5:1 unknown-key',
      'error roles/a.yaml:7:13 not-text',
      'error roles/a.yaml:8:29 empty-list',
      'error roles/b.yaml:1:1 missing-key',
      'error roles/b.yaml:1:11 wrong-value',
    ]);
    expect(config.problems.map(({ excerpt }) => excerpt)).toEqual([
      'unmanagd: report',
      '  - { name: 5 }',
      '  - { name: x, permissions: [] }',
      'provider: rinn',
      'provider: rinn',
    ]);
  });

  it('never throws, whatever bytes the files hold', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ maxLength: 200, unit: 'binary' }), (bytes, text) => {
        loadFiles({ 'roles/a.yaml': bytes, 'roles/b.yaml': text, 'roles/c.yml': `${dintero}${text}` });
      }),
      { numRuns: 300 },
    );
  });

  it('never throws, whatever YAML a mutated role file makes', () => {
    const whole = readFileSync(new URL('../../roles/rinne.yaml', import.meta.url), 'utf8');
    const piece = fc.constantFrom(
      '- ',
      ': ',
      '{',
      '}',
      '[',
      ']',
      '&a ',
      '*a',
      '!t ',
      '"',
      '\n  ',
      '|',
      '${',
      '#',
      '~',
      '0',
      '<<',
    );
    const cut = fc.tuple(fc.nat(whole.length), fc.nat(20), piece);
    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 4 }), (cuts) => {
        const text = cuts.reduce((now, [at, length, put]) => now.slice(0, at) + put + now.slice(at + length), whole);
        const { problems } = loadFiles({ 'roles/a.yaml': text });
        for (const { source } of problems) {
          expect(source.line).toBeLessThanOrEqual(text.split('\n').length);
          expect(source.column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never quotes a secret that somebody wrote out, wherever it is', () => {
    const written = [
      `${dintero.replace('"${DINTERO_TOKEN}"', 'hunter2')}`,
      'provider: dintero\nauth:\n  clientId: x\n  clientSecret: hunter2\ntargets: [a]\n',
      'provider: dintero\nauth:\n  clientsecret: hunter2\n  clientId: x\ntargets: [a]\n',
      'provider: dintero\nauth:\n  secrte: hunter2\ntargets: [a]\n',
      'provider: dintero\nauth:\n  token: ${DINTERO_TOKEN:-hunter2}\ntargets: [a]\n',
      'provider: dintero\nauth:\n  token: |\n    hunter2\ntargets: [a]\n',
      'provider: dintero\nauth: {"token": "hunter2"}\ntargets: [a]\n',
      'provider: dintero\nauth:\n  token: hunter2: x\ntargets: [a]\n',
      'provider: dintero\nauth:\n  token: "hunter2\ntargets: [a]\n',
      'provider: dintero\nauth: {token: [hunter2]}\ntargets: [a]\n',
      'provider: dintero\nauth: hunter2\ntargets: [a]\n',
      `${dintero}clientSecret: hunter2\n`,
      `${dintero}"token": "hunter2"\n`,
      `${rocketchat.replace('https://', 'https://root:hunter2@')}`,
    ];
    for (const text of written) {
      const config = loadOne(text);
      expect(config.problems.length, text).toBeGreaterThan(0);
      expect(JSON.stringify(config.problems), text).not.toContain('hunter2');
    }
  });

  it('explains one mistake once when several targets share it', () => {
    const config = loadOne(`${dintero}  - { name: beta, account: P123 }
roles:
  - { name: one, permissions: [read:hooks] }
  - { name: one, permissions: [read:hooks] }
`);
    expect(found(config)).toEqual(['error roles/a.yaml:8:13 duplicate-role']);
    expect(messages(config)).toContain('first at roles/a.yaml:7:13');
  });

  it('refuses files with too many values together, at the one that is too many, before it parses any', () => {
    const most = `more: [${'a,'.repeat(59_000)}]\n`;
    const files = Array.from({ length: 9 }, (_, at) => [`roles/${at}.yaml`, dintero + most] as const);
    const config = loadFiles(Object.fromEntries(files));
    expect(found(config)).toEqual(['error roles/8.yaml:1:1 too-large']);
    expect(messages(config)).toContain('give fewer files at once');
    expect(config.targets).toEqual([]);
  });
});

function bare(name: string, line: number) {
  return {
    name,
    previously: [],
    absent: false,
    protected: false,
    settings: {},
    source: { file: 'roles/a.yaml', line, column: 5 },
  };
}
