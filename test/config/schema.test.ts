import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { dintero, found, loadFiles, loadOne, messages, rinne, rocketchat } from './memory.ts';

type Node = Readonly<Record<string, unknown>>;

const schema = JSON.parse(readFileSync(new URL('../../schemas/roles.schema.json', import.meta.url), 'utf8')) as Node;

describe('the compiled check', () => {
  it.each(['roles', 'plan'])('copies no errors for each item of a list that has one: %s', (name) => {
    const code = readFileSync(new URL(`../../src/config/generated/${name}-schema.js`, import.meta.url), 'utf8');
    expect(code).toContain('gathered(vErrors, ');
    expect(code).not.toContain('.concat(');
  });
});

describe('the schema as documentation', () => {
  it('gives every property and every item a title and a description, and examples to every plain value', () => {
    const lacking = properties(schema, '').flatMap(({ path, node }) => {
      const words = ['title', 'description'].filter((key) => typeof node[key] !== 'string' || node[key] === '');
      const plain = ['string', 'boolean'].includes(String(node['type'])) && !path.includes('/somePermissions');
      return [...words, ...(plain && !('examples' in node) ? ['examples'] : [])].map((key) => `${path}: ${key}`);
    });
    expect(lacking.filter((one) => !/globs?|items: examples/i.test(one))).toEqual([]);
  });

  it('allows no key that it does not name', () => {
    const open = objects(schema, '').filter(({ node }) => node['additionalProperties'] !== false);
    expect(open.map(({ path }) => path)).toEqual([]);
  });

  it('holds examples that it accepts itself', () => {
    const ajv = new Ajv({ strict: false });
    ajv.addSchema(schema, 'roles');
    for (const [name, definition] of Object.entries(schema['definitions'] as Record<string, Node>)) {
      const validate = ajv.compile({ $ref: `roles#/definitions/${name}` });
      for (const example of (definition['examples'] as unknown[] | undefined) ?? []) {
        expect(validate(example), `${name}: ${JSON.stringify(example)}`).toBe(true);
      }
    }
  });
});

describe('mistakes of form', () => {
  it.each([
    ['unknown key at the top', `${dintero}role: []\n`, '5:1 unknown-key', 'Did you mean `roles`?'],
    [
      'unknown key of a role',
      `${dintero}roles:\n  - name: a\n    permisions: [x]\n`,
      '7:5 unknown-key',
      'Did you mean `permissions`?',
    ],
    [
      'word of the API',
      `${dintero}roles:\n  - name: a\n    scope: [x]\n`,
      '7:5 unknown-key',
      'Did you mean `permissions`?',
    ],
    [
      'key that is nowhere near',
      `${dintero}roles:\n  - name: a\n    zzzzzz: 1\n`,
      '7:5 unknown-key',
      'Valid keys: name, id, previously',
    ],
    [
      'key of another provider',
      `${dintero}roles:\n  - name: a\n    mandatory2fa: true\n`,
      '7:5 unknown-key',
      'Valid keys',
    ],
    ['wrong provider', 'provider: dintreo\ntargets: [a]\n', '1:11 wrong-value', 'Did you mean `dintero`?'],
    ['missing provider', 'targets: [a]\n', '1:1 missing-key', '`provider` is missing'],
    ['missing targets', 'provider: dintero\n', '1:1 missing-key', '`targets` is missing'],
    ['no targets', 'provider: dintero\ntargets: []\n', '2:10 empty-list', 'apply to no target'],
    [
      'missing account',
      'provider: dintero\nauth: {token: "${DINTERO_TOKEN}"}\ntargets:\n  - name: a\n',
      '4:5 missing-key',
      '`account` is missing here (Dintero account)',
    ],
    [
      'missing base URL',
      'provider: rinne\nauth: {token: "${RINNE_TOKEN}"}\ntargets:\n  - {name: a, company: c}\n',
      '4:5 missing-key',
      '`baseUrl` is missing',
    ],
    [
      'missing base URL of a workspace',
      'provider: rocketchat\nauth: {userId: u, token: "${ROCKETCHAT_TOKEN}"}\ntargets:\n  - name: a\n',
      '4:5 missing-key',
      '`baseUrl` is missing',
    ],
    [
      'missing name of a role',
      `${dintero}roles:\n  - description: a\n`,
      '6:5 missing-key',
      '`name` is missing here (Dintero role)',
    ],
    [
      'half of the credentials',
      'provider: dintero\nauth:\n  clientId: a\ntargets: [{name: a, account: T123}]\n',
      '2:1 missing-key',
      '`clientSecret` is missing',
    ],
    [
      'both kinds of credentials',
      'provider: dintero\nauth:\n  clientId: a\n  token: ${DINTERO_TOKEN}\ntargets: [{name: a, account: T123}]\n',
      '3:3 one-or-other',
      'give one or the other',
    ],
    ['wrong account', dintero.replace('T11112222', 'X1'), '4:28 wrong-value', '`T` (test) or `P` (production)'],
    ['account without its letter', dintero.replace('T11112222', '11112222'), '4:28 not-text', '`T` (test)'],
    ['number as a name', `${dintero}roles:\n  - name: 0123\n`, '6:11 not-text', 'quote it: "0123"'],
    [
      'boolean as a description',
      `${dintero}roles:\n  - name: a\n    description: True\n`,
      '7:18 not-text',
      'quote it: "True"',
    ],
    [
      'number as a permission',
      `${dintero}roles:\n  - name: a\n    permissions: [1.50]\n`,
      '7:19 not-text',
      'quote it: "1.50"',
    ],
    [
      'text as a boolean',
      `${dintero}roles:\n  - name: a\n    protected: "true"\n`,
      '7:16 wrong-type',
      'without quotes',
    ],
    ['nothing', `${dintero}roles:\n  - name: a\n    description:\n`, '7:5 empty', 'omit the key'],
    ['nothing in a list', `${dintero}roles:\n  -\n`, '6:4 empty', 'remove the line'],
    [
      'text where a list belongs',
      `${dintero}roles:\n  - name: a\n    permissions: read:hooks\n`,
      '7:18 wrong-type',
      'a list',
    ],
    ['empty name', `${dintero}roles:\n  - name: ""\n`, '6:11 empty', '`name` is empty'],
    ['wrong word', `${dintero}roles:\n  - name: a\n    ensure: absnet\n`, '7:13 wrong-value', 'Did you mean `absent`?'],
    [
      'no permissions on Dintero',
      `${dintero}roles:\n  - name: a\n    permissions: []\n`,
      '7:18 empty-list',
      '`ensure: absent`',
    ],
    [
      'no permissions on Rinne',
      `${rinne}roles:\n  - name: a\n    permissions: []\n`,
      '7:18 empty-list',
      '`ensure: absent`',
    ],
    [
      'long name on Rinne',
      `${rinne}roles:\n  - name: ${'x'.repeat(101)}\n`,
      '6:11 too-long',
      '101 characters; at most 100',
    ],
    [
      'long description on Rinne',
      `${rinne}roles:\n  - name: a\n    description: ${'x'.repeat(501)}\n`,
      '7:18 too-long',
      '501 characters; at most 500',
    ],
    [
      'setting permission',
      `${rocketchat}roles:\n  - name: a\n    permissions: [create-c, change-setting-Foo]\n`,
      '7:29 wrong-value',
      '`change-setting-…`) are not managed',
    ],
    [
      'wrong scope',
      `${rocketchat}roles:\n  - name: a\n    scope: users\n`,
      '7:12 wrong-value',
      'Did you mean `Users`?',
    ],
    [
      'variable in the name of a target',
      dintero.replace('acme', '"${DINTERO_NAME}"'),
      '4:13 wrong-value',
      'takes no variables',
    ],
  ])('explains: %s', (_, text, problem, message) => {
    const config = loadOne(text);
    expect(found(config)).toEqual([`error roles/a.yaml:${problem}`]);
    expect(messages(config)).toContain(message);
  });

  it('allows an empty list of permissions on Rocket.Chat', () => {
    expect(found(loadOne(`${rocketchat}roles:\n  - { name: a, permissions: [] }\n`))).toEqual([]);
  });

  it('counts characters and not bytes', () => {
    expect(found(loadOne(`${rinne}roles:\n  - name: ${'é'.repeat(100)}\n`))).toEqual([]);
    expect(found(loadOne(`${rinne}roles:\n  - name: ${'😀'.repeat(100)}\n`))).toEqual([]);
  });

  it('says of a misspelt required key only that it is misspelt', () => {
    expect(found(loadOne(dintero.replace('account', 'acount')))).toEqual(['error roles/a.yaml:4:19 unknown-key']);
  });

  it('continues after a mistake: the other checks still see the rest', () => {
    const config = loadFiles({
      'roles/a.yaml': `${dintero}wrong: 1\nroles:\n  - { name: a, wrong: 1, permissions: [read:hoks] }\n  - { name: a }\n`,
    });
    expect(config.problems.map(({ code }) => code)).toEqual([
      'unknown-key',
      'unknown-key',
      'unknown-permission',
      'duplicate-role',
    ]);
  });
});

interface At {
  readonly path: string;
  readonly node: Node;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function every(node: Node, path: string): readonly At[] {
  const inner = Object.entries(node).flatMap(([key, value]) => {
    if (key === 'examples' || key === 'if' || key === 'enum') return [];
    if (isNode(value)) return every(value, `${path}/${key}`);
    return Array.isArray(value)
      ? value.flatMap((item, index) => (isNode(item) ? every(item, `${path}/${key}/${index}`) : []))
      : [];
  });
  return [{ path, node }, ...inner];
}

function resolved(node: Node): Node {
  const name = String(node['$ref'] ?? '').replace('#/definitions/', '');
  return name === '' ? node : ((schema['definitions'] as Record<string, Node>)[name] ?? {});
}

function properties(root: Node, path: string): readonly At[] {
  return every(root, path).flatMap((at) => {
    const named = isNode(at.node['properties']) ? Object.entries(at.node['properties']) : [];
    const listed = [...named, ...(isNode(at.node['items']) ? [['items', at.node['items']] as const] : [])];
    return listed.flatMap(([key, node]) => (isNode(node) ? [{ path: `${at.path}/${key}`, node: resolved(node) }] : []));
  });
}

/** Schemas of objects; the branches of a condition only add to one. */
function objects(root: Node, path: string): readonly At[] {
  return every(root, path).filter(({ node, path: at }) => isNode(node['properties']) && !/\/(?:then|else)$/.test(at));
}
