/** Any file, any drift: what is pulled changes its own lines only, and then nothing is left to do. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folder, rolesync, write } from '../support/command.ts';
import { account, company, type Remote, remote, workspace } from '../support/remote.ts';

/** More of them on demand: `PULL_RUNS=500 npx vitest run test/commands/pull.property.test.ts`. */
const runs = Number(process.env['PULL_RUNS'] ?? 25);

const nasty = ['', 'plain words', 'a: b', "it's", '"q"', '# x', 'yes', 'null', '1e3', ' lead', 'trail ', 'two\nlines']
  .concat([
    'two\n\nlines',
    'a\n  b',
    '\nstart',
    'end\n',
    'ünï 🦉',
    '- dash',
    '&a',
    '*a',
    '%x',
    'x #y',
    '{a',
    '[b',
    'c,d',
  ])
  .concat(['?', '!t', '`g`', '---', 'x: ', '\\n', '0x1', '~', 'e\u0301']);
/** A permission of one provider is a mistake in a file for another. */
const ordinary = {
  dintero: ['admin:shopping', 'read:accounts', 'read:billing', 'write:hooks'],
  rinne: ['shopping.admin', 'account.list', 'billing.view', 'hook.edit'],
  rocketchat: ['manage-shopping', 'view-accounts', 'view-billing', 'edit-hooks'],
};
type Name = keyof typeof ordinary;
const odd = ['yes', 'null', '1e3', '*.*', 'a: b', '#x'].concat([
  "it's",
  'c,d',
  '[e]',
  '{f}',
  '- g',
  'h #i',
  '"j"',
  '&k',
  'é',
  '\\',
  '%l',
  '@m',
  '|',
  '>',
]);
const texts = fc.constantFrom(...nasty);
const scopesOf = (provider: Name) => [...ordinary[provider], ...odd];

interface Drifted {
  readonly declared: readonly string[];
  readonly live: readonly string[];
  readonly description: readonly [string | undefined, string];
  readonly look: Look;
}

/** How a role is written. */
interface Look {
  readonly list: 'block' | 'shallow' | 'flow' | 'open' | 'commas';
  readonly quote: 'plain' | 'single' | 'double';
  readonly text: 'plain' | 'single' | 'double' | 'literal' | 'folded';
  readonly remarks: boolean;
  readonly braces: boolean;
  readonly shuffled: boolean;
}

const drifted = (provider: Name): fc.Arbitrary<Drifted> =>
  fc.record({
    declared: fc.subarray(scopesOf(provider), { minLength: 1, maxLength: 6 }),
    live: fc.subarray(scopesOf(provider), { minLength: 1, maxLength: 6 }),
    description: fc.tuple(fc.option(texts, { nil: undefined }), texts),
    look: fc.record({
      list: fc.constantFrom('block', 'shallow', 'flow', 'open', 'commas'),
      quote: fc.constantFrom('plain', 'single', 'double'),
      text: fc.constantFrom('plain', 'single', 'double', 'literal', 'folded'),
      remarks: fc.boolean(),
      braces: fc.boolean(),
      shuffled: fc.boolean(),
    }),
  });
const files = (provider: Name) =>
  fc.record({
    roles: fc.array(drifted(provider), { minLength: 1, maxLength: 5 }),
    crlf: fc.boolean(),
    ended: fc.boolean(),
    bom: fc.boolean(),
  });

/** A line, and what of which role it says; undefined: nothing that drifts. */
interface Line {
  readonly text: string;
  readonly of?: string;
}

function scalar(value: string, quote: 'plain' | 'single' | 'double'): string {
  const isPlain = /^[a-zA-Z][\w:/ -]*\w$/.test(value) && !/^(yes|null|true)$/.test(value) && !value.includes(': ');
  if (quote === 'plain' && isPlain) return value;
  return quote === 'single' && !value.includes('\n') ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
}

function descriptionLines(value: string, look: Look, at: number): readonly Line[] {
  const of = `${at} description`;
  const isBlock = look.text === 'literal' || look.text === 'folded';
  const fits = value !== '' && !/^\s|\s$|\n\s|\n\n/.test(value) && !(look.text === 'folded' && value.includes('\n'));
  if (!isBlock || !fits) {
    const quote = look.text === 'single' || look.text === 'double' ? look.text : 'plain';
    return [{ text: `    description: ${scalar(value, quote)}${look.remarks ? ' # said' : ''}`, of }];
  }
  const sign = look.text === 'literal' ? '|' : '>-';
  return [
    { text: `    description: ${sign}`, of },
    ...value.split('\n').map((line) => ({ text: `      ${line}`, of })),
  ];
}

function listLines(values: readonly string[], { list, quote, remarks, shuffled }: Look, at: number): readonly Line[] {
  const order = shuffled ? [...values].reverse() : values;
  const all = `${at} list`;
  const written = order.map((one) => scalar(one, quote));
  const mark = (index: number) => (remarks && index % 2 === 0 ? `  # why ${at}.${index}` : '');
  if (list === 'block' || list === 'shallow') {
    const indent = list === 'block' ? '      ' : '    ';
    const item = (index: number): readonly Line[] => [
      ...(remarks && index === 1 ? [{ text: `${indent}# group ${at}` }, { text: '' }] : []),
      { text: `${indent}- ${written[index]}${mark(index)}`, of: `${at} ${order[index]}` },
    ];
    return [{ text: `    permissions:${mark(0)}` }, ...order.flatMap((_, index) => item(index))];
  }
  if (list === 'flow') return [{ text: `    permissions: [${written.join(', ')}]${mark(0)}`, of: all }];
  const lines = written.map((one, index) =>
    list === 'open'
      ? { text: `      ${one}${index < written.length - 1 || remarks ? ',' : ''}${mark(index)}`, of: all }
      : { text: `      ${index === 0 ? '  ' : ', '}${one}`, of: all },
  );
  return [{ text: '    permissions: [', of: all }, ...lines, { text: '      ]', of: all }];
}

function roleLines({ declared, description: [said], look }: Drifted, at: number): readonly Line[] {
  const name = `role ${at}`;
  const gap = look.remarks ? [{ text: '' }, { text: `  # about ${at}  ` }] : [];
  if (look.braces) {
    const about = said === undefined ? '' : `, description: ${scalar(said, 'double')}`;
    const list = declared.map((one) => scalar(one, look.quote)).join(', ');
    return [...gap, { text: `  - { name: ${name}${about}, permissions: [${list}] }`, of: `${at} list` }];
  }
  return [
    ...gap,
    { text: `  - name: ${name}` },
    ...(said === undefined ? [] : descriptionLines(said, look, at)),
    ...listLines(declared, look, at),
  ];
}

/** What of the file may differ. */
function changesOf(roles: readonly Drifted[]): { readonly touched: ReadonlySet<string>; readonly most: number } {
  const touched = new Set<string>();
  let most = 0;
  for (const [at, { declared, live, description, look }] of roles.entries()) {
    const gone = declared.filter((one) => !live.includes(one));
    const come = live.filter((one) => !declared.includes(one));
    for (const one of gone) touched.add(`${at} ${one}`);
    const isTold = description[0] !== undefined && description[0] !== description[1];
    if (gone.length + come.length > 0 || (look.braces && isTold)) touched.add(`${at} list`);
    if (isTold) touched.add(`${at} description`);
    most += come.length + (isTold ? description[1].split('\n').length + 1 : 0);
    most += gone.length + come.length > 0 ? declared.length + 2 : look.braces && isTold ? 1 : 0;
  }
  return { touched, most };
}

function put(api: Remote, provider: 'dintero' | 'rinne' | 'rocketchat', roles: readonly Drifted[]): void {
  const now = '2026-01-01T00:00:00.000Z';
  const id = (at: number) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
  const { dintero, rinne, rocketchat } = api.sandbox.state;
  const stamps = { created_at: now, updated_at: now };
  if (provider === 'dintero') {
    const all = dintero.accounts[account]?.roles ?? [];
    all.splice(0, all.length);
    for (const [at, { live: scope, description }] of roles.entries()) {
      all.push({
        id: id(at),
        name: `role ${at}`,
        description: description[1],
        scope: [...scope],
        created_by: 't',
        ...stamps,
      });
    }
  } else if (provider === 'rinne') {
    const built = rinne.roles.filter(({ name }) => !name.startsWith('role '));
    rinne.roles.splice(0, rinne.roles.length, ...built);
    for (const [at, { live: permissions, description }] of roles.entries()) {
      const fixed = { company_id: company, organization_id: null, ...stamps };
      rinne.roles.push({
        id: id(at),
        name: `role ${at}`,
        description: description[1],
        permissions: [...permissions],
        ...fixed,
      });
    }
  } else {
    const chat = rocketchat.workspaces[workspace];
    if (chat === undefined) throw new Error('no workspace');
    const built = chat.roles.filter(({ name }) => !name.startsWith('role '));
    chat.roles.splice(0, chat.roles.length, ...built);
    const scopes = scopesOf('rocketchat');
    const own = chat.permissions.filter(({ _id }) => !scopes.includes(_id));
    const rows = scopes.map((_id) => ({
      _id,
      roles: roles.flatMap(({ live }, at) => (live.includes(_id) ? [`id-${at}`] : [])),
      _updatedAt: now,
    }));
    chat.permissions.splice(0, chat.permissions.length, ...own, ...rows);
    for (const [at, { description }] of roles.entries()) {
      const fixed = { scope: 'Users', protected: false, mandatory2fa: false, _updatedAt: now } as const;
      chat.roles.push({ _id: `id-${at}`, name: `role ${at}`, description: description[1], ...fixed });
    }
  }
}

const isSubsequence = (some: readonly string[], all: readonly string[]) => {
  let at = 0;
  for (const one of all) if (one === some[at]) at += 1;
  return at === some.length;
};

describe.each(['dintero', 'rinne', 'rocketchat'] as const)('%s', (provider) => {
  it('has what is live in its files after a pull, and every other line as it was', { timeout: 600_000 }, async () => {
    const api = await remote();
    const cwd = folder({});
    const run = (...argv: string[]) => rolesync(argv, { cwd, environment: api.environment });
    const check = async ({
      roles,
      crlf,
      ended,
      bom,
    }: ReturnType<typeof files> extends fc.Arbitrary<infer T> ? T : never) => {
      put(api, provider, roles);
      const head = `# mine\t \n${api[provider]}\nroles:   # all\n`.split('\n').slice(0, -1);
      const lines: readonly Line[] = [
        ...head.map((text) => ({ text })),
        ...roles.flatMap(roleLines),
        ...(ended ? [{ text: '  # end' }] : []),
      ];
      const end = crlf ? '\r\n' : '\n';
      const text = (bom ? '\ufeff' : '') + lines.map((line) => line.text).join(end) + (ended ? end : '');
      write(cwd, 'roles/all.yaml', text);
      const pulled = await run('pull', '--yes');
      expect(pulled.stderr).not.toContain('not taken over');
      expect(pulled.code).toBe(0);
      const after = readFileSync(`${cwd}/roles/all.yaml`, 'utf8');
      const { touched, most } = changesOf(roles);
      const kept = lines.flatMap((line, at) =>
        line.of !== undefined && touched.has(line.of) ? [] : [(bom && at === 0 ? '\ufeff' : '') + line.text],
      );
      const now = after.split(end);
      if (ended) now.pop();
      expect(isSubsequence(kept, now)).toBe(true);
      expect(now.length - kept.length).toBeLessThanOrEqual(most);
      // A blank line that is the last one looks like a line break.
      if (ended || kept.at(-1) !== '') expect(after.endsWith('\n')).toBe(ended);
      expect(after.replaceAll('\r\n', '').includes('\n')).toBe(!crlf && now.length > 1);
      const planned = await run('plan', '--detailed-exitcode');
      expect(planned.stderr).not.toContain('error');
      expect(planned.code).toBe(0);
    };
    await fc.assert(fc.asyncProperty(files(provider), check), { numRuns: runs });
  });
});
