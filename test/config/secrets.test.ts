import { describe, expect, it } from 'vitest';
import { unusedEntries } from '../../src/config/credentials.ts';
import { resolve } from '../../src/config/resolve.ts';
import { parseSecrets, secretValues } from '../../src/config/secrets.ts';
import { Failure } from '../../src/core/failure.ts';
import { loadOne } from './memory.ts';

const read = (text: string) => parseSecrets(text, 'ROLESYNC_SECRETS');

function plain(text: string) {
  return [...read(text).entries].map(([target, { values }]) => [
    target,
    Object.fromEntries([...values].map(([key, { text: value }]) => [key, value])),
  ]);
}

function messageOf(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof Failure) return error.message;
  }
  throw new Error('it was taken');
}

describe('the map of secrets', () => {
  const yaml = 'acme-no:\n  clientId: id-1\n  clientSecret: "se: cret # 1"\nbravo-se: { token: t0ken }\n';
  const expected = [
    ['acme-no', { clientId: 'id-1', clientSecret: 'se: cret # 1' }],
    ['bravo-se', { token: 't0ken' }],
  ];

  it('is YAML or JSON', () => {
    expect(plain(yaml)).toEqual(expected);
    expect(plain(JSON.stringify(Object.fromEntries(expected)))).toEqual(expected);
    expect(plain('{}')).toEqual([]);
    expect(plain(String.raw`{"a":{"token":"\u00e5\"\\ \/"}}`)).toEqual([['a', { token: 'å"\\ /' }]]);
  });

  it('knows where everything is, and not the lines', () => {
    const { entries } = read(yaml);
    expect(entries.get('bravo-se')?.at).toEqual({ source: { file: 'ROLESYNC_SECRETS', line: 4, column: 1 } });
    expect(entries.get('acme-no')?.values.get('clientSecret')?.at).toEqual({
      source: { file: 'ROLESYNC_SECRETS', line: 3, column: 3 },
    });
  });

  it('lists everything that must not be shown, ids too', () => {
    expect(secretValues(read(yaml))).toEqual(['id-1', 'se: cret # 1', 't0ken']);
  });

  it('takes names that mean something to JavaScript for names', () => {
    expect(plain('{"__proto__":{"token":"a"},"constructor":{"token":"b"}}')).toEqual([
      ['__proto__', { token: 'a' }],
      ['constructor', { token: 'b' }],
    ]);
  });

  it.each([
    ['a bracket that is not closed', 'a: { token: hunter2', 1, /neither YAML nor JSON/],
    ['a reserved character', 'a:\n  token: @hunter2', 2, /neither YAML nor JSON/],
    ['two documents', 'a: { token: hunter2 }\n---\nb: hunter2', 2, /neither YAML nor JSON/],
    ['text', 'hunter2', 1, /map of secrets must be a map/],
    ['nothing but a comment', '# hunter2', 1, /map of secrets must be a map/],
    ['a list', '- hunter2', 1, /map of secrets must be a map/],
    ['one entry without its name', 'clientId: a\nclientSecret: hunter2', 1, /an entry must be a map/],
    ['an entry that is a list', 'a: [hunter2]', 1, /an entry must be a map/],
    ['a number', 'a:\n  token: 0123', 2, /not text; put it in quotes/],
    ['a boolean', 'a: { token: true }', 1, /not text/],
    ['null', '{"a":{"token":null}}', 1, /not text/],
    ['nothing', 'a:\n  clientId: hunter2\n  token:', 3, /not text/],
    ['a secret that reads like an alias', 'a:\n  token: *hunter2', 2, /neither|not text/],
    ['a secret that reads like a tag', 'a:\n  token: !hunter2', 2, /not text/],
    ['a secret that reads like an anchor', 'a:\n  token: &hunter2 x', 2, /not text/],
    ['a key that is an alias', 'a: &hunter2 { token: x }\nb: *hunter2', 1, /must be a map/],
    ['a target twice', 'a: { token: hunter2 }\na: { token: x }', 2, /appears twice/],
    ['a key twice', 'a:\n  token: hunter2\n  token: x', 3, /appears twice/],
  ])('says where %s stands and shows nothing of it', (_name, text, line, message) => {
    expect(messageOf(text)).toMatch(message);
    expect(messageOf(text)).toMatch(new RegExp(`^ROLESYNC_SECRETS, line ${line}, column \\d+: `));
    expect(messageOf(text)).not.toContain('hunter2');
  });

  it('is not nested without end', () => {
    expect(messageOf('['.repeat(200_000))).toMatch(/^ROLESYNC_SECRETS, line 1/);
  });
});

const files = `provider: dintero
targets:
  - { name: acme-no, account: T00000001 }
  - { name: bravo-se, account: T00000002 }
`;

function resolved(secrets: string | undefined, text = files, environment: Record<string, string> = {}) {
  const map = secrets === undefined ? undefined : read(secrets);
  const { targets, problems } = resolve(loadOne(text).targets, { environment, allowHosts: [], secrets: map });
  const found = problems.map(({ code, source, message }) => ({ code, at: `${source.file}:${source.line}`, message }));
  return { auth: targets.map(({ config, auth, secrets: own }) => ({ name: config.name, auth, own })), found };
}

const both = 'acme-no: { clientId: id-one, clientSecret: first }\nbravo-se: { token: second }\n';

describe('a target without auth', () => {
  it('gets its own entry and nothing of another, and keeps all of it secret', () => {
    expect(resolved(both)).toEqual({
      auth: [
        { name: 'acme-no', auth: { clientId: 'id-one', clientSecret: 'first' }, own: ['id-one', 'first'] },
        { name: 'bravo-se', auth: { token: 'second' }, own: ['second'] },
      ],
      found: [],
    });
  });

  it('without an entry is a mistake at its place; the others have theirs', () => {
    const { auth, found } = resolved('bravo-se: { token: second }');
    expect(auth.map(({ name }) => name)).toEqual(['bravo-se']);
    expect(found).toEqual([
      {
        code: 'no-auth',
        at: 'roles/a.yaml:3',
        message: 'the target `acme-no` has no `auth` in its file and no entry in ROLESYNC_SECRETS',
      },
    ]);
  });

  it('where there is no map is one mistake for all', () => {
    const { auth, found } = resolved(undefined);
    expect(auth).toEqual([]);
    expect(found).toMatchObject([{ code: 'no-auth', at: 'roles/a.yaml:3' }]);
    expect(found[0]?.message).toMatch(
      /^the targets `acme-no`, `bravo-se` have no `auth`, and ROLESYNC_SECRETS is not set/,
    );
  });

  it.each([
    [
      'a key of another provider',
      '{ password: hunter2 }',
      /that `auth` does not have: clientId, clientSecret, token\.$/,
    ],
    ['a key that is misspelt', '{ clientId: a, clientSecrte: hunter2 }', /Did you mean `clientSecret`\?$/],
    ['a secret where a key belongs', '{ hunter2: clientSecret }', /has a key that `auth` does not have/],
    [
      'a key too few',
      '{ clientId: hunter2 }',
      /holds `clientId`; it must be `clientId` and `clientSecret`, or `token`$/,
    ],
    ['keys of two ways', '{ clientId: a, token: hunter2 }', /holds `clientId` and `token`; it must be/],
    ['nothing', '{}', /holds nothing; it must be/],
    ['an empty value', '{ token: "" }', /the value of `token` in the entry `acme-no` is empty/],
    ['a line break', '{ token: "hunter2\\n" }', /holds a line break/],
    ['a space in a header', '{ token: "hunter2 x" }', /cannot be sent in a header/],
  ])('with an entry that has %s is a mistake in the map, which is not quoted', (_name, entry, message) => {
    const { auth, found } = resolved(`acme-no: ${entry}\nbravo-se: { token: second }`);
    expect(auth.map(({ name }) => name)).toEqual(['bravo-se']);
    expect(found).toMatchObject([{ at: 'ROLESYNC_SECRETS:1' }]);
    expect(found[0]?.message).toMatch(message);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  it('may not have the secret of any entry in a variable that is shown', () => {
    const text = files.replace('T00000001', '"${DINTERO_ACCOUNT}"');
    const leaking = (held: string) => resolved(both, text, { DINTERO_ACCOUNT: held }).found;
    expect(leaking('T-second')).toMatchObject([{ code: 'secret-elsewhere' }]);
    expect(JSON.stringify(leaking('T-second'))).not.toContain('T-second');
    expect(leaking('T12345678')).toEqual([]);
  });
});

describe('entries that nothing is done with', () => {
  const unused = (text: string, secrets: string) =>
    unusedEntries(loadOne(text), read(secrets)).map(({ severity, source, message }) => [
      severity,
      source.line,
      message,
    ]);

  it('are named, with the target that they may be meant for', () => {
    expect(unused(files, both)).toEqual([]);
    expect(unused(files, both.replace('bravo-se', 'barvo-se'))).toEqual([
      [
        'warning',
        2,
        'the entry `barvo-se` of ROLESYNC_SECRETS is not used: none of the given files defines such a target. Did you mean `bravo-se`?',
      ],
    ]);
  });

  it('are told at once where a run is about few of many targets, but for those that are meant for one', () => {
    const shops = Array.from({ length: 40 }, (_, at) => `shop-${at}: { token: t }\n`).join('');
    expect(unused(files, `acme-no: { token: t }\nbarvo-se: { token: t }\n${shops}`)).toEqual([
      ['warning', 2, expect.stringMatching(/^the entry `barvo-se` .* Did you mean `bravo-se`\?$/)],
      [
        'warning',
        3,
        'the entries `shop-0`, `shop-1`, `shop-2` and 37 more of ROLESYNC_SECRETS are not used: none of the given files defines such a target',
      ],
    ]);
    const own = files.replace('targets:', 'auth: { token: "${DINTERO_TOKEN}" }\ntargets:');
    expect(unused(own, both)).toEqual([
      [
        'warning',
        1,
        'the entries `acme-no`, `bravo-se` of ROLESYNC_SECRETS are not used: the targets have `auth` in a file; remove one of the two',
      ],
    ]);
  });

  it('are those of targets with auth, too: the file wins', () => {
    const own = files.replace('T00000001', 'T00000001, auth: { token: "${DINTERO_TOKEN}" }');
    expect(unused(own, both)).toEqual([
      [
        'warning',
        1,
        'the entry `acme-no` of ROLESYNC_SECRETS is not used: the target has `auth` in a file; remove one of the two',
      ],
    ]);
    expect(resolved(both, own, { DINTERO_TOKEN: 'of-the-file' }).auth[0]).toMatchObject({
      auth: { token: 'of-the-file' },
    });
  });
});

describe('ROLESYNC_SECRETS', () => {
  it('is read by no role file, whatever is allowed', () => {
    const text = files.replace('T00000001', '"${ROLESYNC_SECRETS}"');
    const config = loadOne(text, { env: ['ROLESYNC_SECRETS'] });
    expect(config.problems.filter(({ severity }) => severity === 'error')).toMatchObject([
      {
        code: 'variable-not-allowed',
        message: '`ROLESYNC_SECRETS` holds the credentials of all targets, and no file may read it',
      },
    ]);
  });
});
