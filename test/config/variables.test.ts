import { describe, expect, it } from 'vitest';
import { fill, parseTemplate } from '../../src/config/variables.ts';
import { dintero, found, loadFiles, loadOne, messages, rinne, rocketchat } from './memory.ts';

const withId = (id: string) => `provider: dintero
auth:
  clientId: ${id}
  clientSecret: \${DINTERO_CLIENT_SECRET}
targets:
  - { name: acme, account: T123 }
`;

describe('variables in role files', () => {
  it.each([
    ['"${DINTERO_ID"', 'variable', 'does not begin a variable'],
    ['"${1X}"', 'variable', 'does not begin a variable'],
    ['"${}"', 'variable', 'does not begin a variable'],
    ['"${DINTERO_A:-${DINTERO_B}}"', 'variable', 'does not begin a variable'],
    ['"${DINTERO_A-b}"', 'variable', 'does not begin a variable'],
    ['$DINTERO_ID', 'variable', 'in braces: `${DINTERO_ID}`'],
    ['${HOME}', 'variable-not-allowed', 'add `--env HOME`'],
    ['${RINNE_ID}', 'variable-not-allowed', 'name it `DINTERO_…` or `ROLESYNC_VAR_…`'],
    ['${dintero_id}', 'variable-not-allowed', '`dintero_id`'],
    ['x${AWS_KEY:-d}y', 'variable-not-allowed', '`AWS_KEY`'],
    ['${DINTERO_CLIENT_SECRET}', 'secret-elsewhere', 'is the secret of roles/a.yaml:4:17'],
    ['${DINTERO_OTHER_SECRET}', 'secret-elsewhere', 'sounds like a secret'],
  ])('refuses %s as a client id', (id, code, message) => {
    const config = loadOne(withId(id));
    expect(found(config)).toEqual([`error roles/a.yaml:3:13 ${code}`]);
    expect(messages(config)).toContain(message);
  });

  it.each(['${DINTERO_ID}', '${DINTERO_ID:-abc}', '${ROLESYNC_VAR_X}-${DINTERO_Y}', 'plain', 'costs-$5'])(
    'accepts %s as a client id',
    (id) => expect(found(loadOne(withId(id)))).toEqual([]),
  );

  it('lets --env allow further names, exactly', () => {
    expect(found(loadOne(withId('${HOME}'), { env: ['HOME'] }))).toEqual([]);
    expect(found(loadOne(withId('${HOMES}'), { env: ['HOME'] }))).toHaveLength(1);
  });

  it.each([
    'hunter2',
    'x${DINTERO_S}',
    '"${DINTERO_S} "',
    '${DINTERO_S:-x}',
    '"${DINTERO_S}${DINTERO_T}"',
    '""',
    '$DINTERO_S',
  ])('refuses %s as a secret: it is exactly one variable', (secret) => {
    const config = loadOne(withId('a').replace('${DINTERO_CLIENT_SECRET}', secret));
    expect(found(config)).toEqual(['error roles/a.yaml:4:17 secret']);
    expect(messages(config)).toContain('never written into a file');
  });

  it('refuses the variable of a secret in any place of any file where it would be shown', () => {
    const config = loadFiles({
      'roles/a.yaml': rinne
        .replace('RINNE_TOKEN', 'ROLESYNC_VAR_S')
        .replace('company: c1', 'company: "${ROLESYNC_VAR_S}"'),
      'roles/b.yaml': rocketchat.replace('https://chat.example.com', 'https://${ROLESYNC_VAR_S}.example.com'),
      'roles/c.yaml': dintero.replace('T11112222', '"${ROLESYNC_VAR_S}"'),
    });
    expect(found(config)).toEqual([
      'error roles/a.yaml:4:28 secret-elsewhere',
      'error roles/b.yaml:4:28 secret-elsewhere',
      'error roles/c.yaml:4:28 secret-elsewhere',
    ]);
  });

  it('keeps a secret of one file out of the URLs of another file of the same provider, also one that `--env` allows', () => {
    const elsewhere = rocketchat.replace('chat,', 'talk,').replace('example.com', 'example.com/${PEPPER}');
    const files = {
      'roles/a.yaml': elsewhere,
      'roles/b.yaml': rocketchat.replace('ROCKETCHAT_TOKEN', 'PEPPER'),
    };
    const config = loadFiles(files, { env: ['PEPPER'] });
    expect(found(config)).toEqual(['error roles/a.yaml:4:28 secret-elsewhere']);
    expect(messages(config)).toContain('`PEPPER` is the secret of roles/b.yaml:2:28');
  });

  it('lets several targets share a secret', () => {
    expect(
      found(
        loadFiles({
          'roles/a.yaml': dintero,
          'roles/b.yaml': dintero.replace('acme', 'b').replace('T11112222', 'T123'),
        }),
      ),
    ).toEqual([]);
  });
});

describe('filling in', () => {
  const environment = { A: 'x', EMPTY: '', UNSET: undefined };

  it.each([
    ['${A}', 'x'],
    ['1${A}2${A}3', '1x2x3'],
    ['${EMPTY:-d}', 'd'],
    ['${UNSET:-d}', 'd'],
    ['${A:-d}', 'x'],
    ['no', 'no'],
  ])('turns %s into %s', (text, value) => expect(fill(text, environment)).toEqual({ value }));

  it.each(['${EMPTY}', '${UNSET}', '${MISSING}', 'a${EMPTY:-}', '${toString}'])('finds %s unset', (text) => {
    expect(fill(text, environment)).toHaveProperty('unset');
  });

  it('does not look for variables in values', () => {
    expect(fill('${A}', { A: '${B}', B: 'secret' })).toEqual({ value: '${B}' });
  });

  it('finds the faults of a template before its variables', () => {
    expect(parseTemplate('${A} ${')).toHaveProperty('fault');
  });
});
