/** Any sets, `without`, exceptions and drift: pull writes what is proven, by edits of its own lines, and says all that it leaves. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { folder, rolesync, write } from '../support/command.ts';
import { remote } from '../support/remote.ts';
import { issueDintero } from '../support/sandbox.ts';

/** More of them on demand: `PULL_RUNS=500 npx vitest run test/commands/pull-sets.property.test.ts`. */
const runs = Number(process.env['PULL_RUNS'] ?? 25);

const pool = ['admin:shopping', 'read:accounts', 'read:billing', 'read:hooks', 'write:checkout', 'write:hooks'];
const targets = ['one', 'two', 'three'];
const stamps = { created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z', created_by: 't' };

interface Look {
  readonly list: 'block' | 'flow' | 'open' | 'commas';
  readonly remarks: boolean;
  readonly quoted: boolean;
}
const look: fc.Arbitrary<Look> = fc.record({
  list: fc.constantFrom('block', 'flow', 'open', 'commas'),
  remarks: fc.boolean(),
  quoted: fc.boolean(),
});
const some = fc.subarray(pool, { maxLength: 3 });
const full = fc.subarray(pool, { minLength: 1, maxLength: 3 });
const role = fc.record({
  own: some,
  sets: fc.subarray(['a', 'b', 'c'], { maxLength: 2 }),
  setsFirst: fc.boolean(),
  without: fc.subarray(pool, { maxLength: 1 }),
  /** By target; empty: there is none. */
  add: fc.array(fc.subarray(pool, { maxLength: 2 }), { minLength: 3, maxLength: 3 }),
  less: fc.array(fc.subarray(pool, { maxLength: 1 }), { minLength: 3, maxLength: 3 }),
  /** What is live otherwise: everywhere, and by target. */
  drift: fc.subarray(pool, { maxLength: 2 }),
  drifts: fc.array(fc.subarray(pool, { maxLength: 2 }), { minLength: 3, maxLength: 3 }),
  look,
});
const world = fc.record({
  /** `a` holds `b`, and `b` holds `c`, where they say so. */
  sets: fc.record({ a: full, b: full, c: full }),
  nested: fc.tuple(fc.boolean(), fc.boolean()),
  setLook: look,
  roles: fc.array(role, { minLength: 1, maxLength: 3 }),
  together: fc.boolean(),
  crlf: fc.boolean(),
  flags: fc.constantFrom<readonly string[]>([], ['--exception', '--reason', 'R: #7'], ['--sets'], ['--shared']),
  pulled: fc.subarray(targets),
});
type World = ReturnType<typeof world.generate> extends { value: infer T } ? T : never;

const without = (all: readonly string[], gone: readonly string[]) => all.filter((one) => !gone.includes(one));
const union = (...all: readonly (readonly string[])[]) => [...new Set(all.flat())].sort();
const flip = (all: readonly string[], some_: readonly string[]) => union(without(all, some_), without(some_, all));

/** The same world with mistakes taken out, and what its roles are to have. */
function meant({ sets, nested, roles }: World) {
  const c = sets.c;
  const b = union(sets.b, nested[1] ? c : []);
  const a = union(sets.a, nested[0] ? b : []);
  const expanded: Readonly<Record<string, readonly string[]>> = { a, b, c };
  return roles.map((one) => {
    const own = one.own.length + one.sets.length === 0 ? ['read:accounts'] : one.own;
    const fromSets = union(...one.sets.map((name) => expanded[name] ?? []));
    const barred = one.without.filter((gone) => fromSets.includes(gone) && !own.includes(gone));
    const held = without(union(own, fromSets), barred);
    const base =
      held.length === 0
        ? { own: ['read:accounts'], barred: [], held: union(['read:accounts'], fromSets) }
        : { own, barred, held };
    const on = targets.map((_, at) => {
      const add = without(one.add[at] ?? [], [...base.held, ...base.barred]);
      const less = base.held.length > 1 ? (one.less[at] ?? []).filter((gone) => base.held.includes(gone)) : [];
      const wanted = without(union(base.held, add), less);
      const live = flip(flip(wanted, one.drift), one.drifts[at] ?? []);
      return { add, less, live };
    });
    return { ...one, ...base, on };
  });
}

function listText(
  own: readonly string[],
  sets: readonly string[],
  { list, remarks, quoted }: Look,
  indent: string,
  setsFirst: boolean,
): string {
  const plain = own.map((one) => (quoted ? `"${one}"` : one));
  const references = sets.map((name) => `set: ${name}`);
  const items = setsFirst ? [...references, ...plain] : [...plain, ...references];
  const mark = (at: number) => (remarks && at % 2 === 0 ? ` # why ${at}` : '');
  if (items.length === 0) return ' []\n';
  if (list === 'block') {
    return `${mark(0)}\n${remarks ? `${indent}# list\n` : ''}${items.map((one, at) => `${indent}- ${one}${mark(at)}\n`).join('')}`;
  }
  if (list === 'flow') return ` [${items.join(', ')}]${mark(0)}\n`;
  const lines = items.map((one, at) =>
    list === 'open'
      ? `${indent}${one}${at < items.length - 1 || remarks ? ',' : ''}${mark(at)}\n`
      : `${indent}${at === 0 ? '  ' : ', '}${one}\n`,
  );
  return ` [\n${lines.join('')}${indent}]\n`;
}

function filesOf(given: World, roles: ReturnType<typeof meant>): Readonly<Record<string, string>> {
  const { sets, nested, setLook, together } = given;
  const inside = { a: nested[0] ? ['b'] : [], b: nested[1] ? ['c'] : [], c: [] };
  const setLines = (['a', 'b', 'c'] as const).map(
    (name) => `  ${name}:${listText(sets[name], inside[name], setLook, '    ', false)}`,
  );
  const setText = `permissionSets: # all\n${setLines.join('')}`;
  const roleLines = roles.map(({ own, sets: names, barred, look: looks, setsFirst }, at) => {
    const list = listText(own, names, looks, '      ', setsFirst);
    return `  - name: role ${at} # mine\n    permissions:${list}${barred.length === 0 ? '' : `    without: [${barred}]\n`}`;
  });
  const roleText = `targets: { labels: [all] }\nroles:\n${roleLines.join('\n')}`;
  const exceptions = targets.flatMap((target, at) => {
    const own = roles.flatMap(({ on, look: looks }, index) => {
      const { add = [], less = [] } = on[at] ?? {};
      if (add.length + less.length === 0) return [];
      const lines = [
        ...(add.length === 0 ? [] : [`    add:${listText(add, [], looks, '      ', false)}`]),
        ...(less.length === 0 ? [] : [`    without: [${less}]\n`]),
      ];
      return [`  - role: role ${index}\n${lines.join('')}    reason: R${at}\n`];
    });
    const text = `provider: dintero\ntargets: [${target}]\nexceptions:\n${own.join('')}# end\n`;
    return own.length === 0 ? [] : [[`roles/${target}.yaml`, text] as const];
  });
  const all = together
    ? { 'roles/all.yaml': `provider: dintero\n${setText}${roleText}` }
    : { 'roles/sets.yaml': setText, 'roles/roles.yaml': `provider: dintero\n${roleText}` };
  return Object.fromEntries(
    [...Object.entries(all), ...exceptions].map(([path, text]) => [
      path,
      given.crlf ? text.replaceAll('\n', '\r\n') : text,
    ]),
  );
}

/** Every permission, set and reason that is no text of a list which drift may change. */
function frame(text: string): unknown {
  const { permissionSets = {}, roles = [], exceptions = [], ...rest } = parse(text);
  const references = (list: readonly unknown[] = []) => list.filter((one) => typeof one !== 'string');
  return {
    ...rest,
    sets: Object.entries<readonly unknown[]>(permissionSets).map(([name, list]) => [name, references(list)]),
    roles: roles.map((one: { readonly permissions: readonly unknown[] }) => ({
      ...one,
      permissions: references(one.permissions),
    })),
    exceptions,
  };
}

const isSubsequence = (few: readonly string[], all: readonly string[]) => {
  let at = 0;
  for (const one of all) if (one === few[at]) at += 1;
  return at === few.length;
};

interface Planned {
  readonly name: string;
  readonly changes: readonly {
    readonly role: string;
    readonly grants: readonly string[];
    readonly revokes: readonly string[];
  }[];
}

it('writes what is proven and says what it leaves', { timeout: 600_000 }, async () => {
  const api = await remote();
  const { dintero } = api.sandbox.state;
  const environment: Record<string, string> = {};
  const tenants = targets.map((_, at) => `T1111222${at}`);
  const definitions = targets.map((name, at) => {
    const { path, auth } = issueDintero(dintero, tenants[at] ?? '');
    Object.assign(environment, { [`DINTERO_ID_${at}`]: auth.clientId, [`DINTERO_SECRET_${at}`]: auth.clientSecret });
    return `  - { name: ${name}, account: ${tenants[at]}, labels: [all], baseUrl: "${api.sandbox.origin}${path}", auth: { clientId: "\${DINTERO_ID_${at}}", clientSecret: "\${DINTERO_SECRET_${at}}" } }\n`;
  });
  const cwd = folder({});
  const run = (...argv: readonly string[]) => rolesync(argv, { cwd, environment });
  const planned = async (): Promise<readonly Planned[]> => {
    const { stdout, code } = await run('plan', '--format', 'json');
    expect([code, code === 0 ? '' : stdout]).toEqual([0, '']);
    return JSON.parse(stdout).targets;
  };
  const partsOf = ({ changes }: Planned) =>
    changes.flatMap(({ role: name, grants, revokes }) => [
      ...grants.map((one) => `${name} + ${one}`),
      ...revokes.map((one) => `${name} - ${one}`),
    ]);

  const check = async (given: World) => {
    const roles = meant(given);
    for (const [at, tenant] of tenants.entries()) {
      const all = dintero.accounts[tenant]?.roles ?? [];
      const live = roles.map(({ on }, index) => ({
        id: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
        name: `role ${index}`,
        description: '',
        scope: [...(on[at]?.live ?? [])],
        ...stamps,
      }));
      all.splice(0, all.length, ...live);
    }
    const state = JSON.stringify(dintero.accounts);
    rmSync(`${cwd}/roles`, { recursive: true, force: true });
    const files = filesOf(given, roles);
    write(cwd, 'roles/targets.yaml', `provider: dintero\ntargets:\n${definitions.join('')}`);
    for (const [path, text] of Object.entries(files)) write(cwd, path, text);
    const before = await planned();

    const { code, stdout, stderr } = await run('pull', '--yes', '--format', 'json', ...given.flags, ...given.pulled);
    expect(stderr).not.toContain('error');
    const { left, taken, alsoChanges } = JSON.parse(stdout);
    expect(code).toBe(left.length > 0 ? 3 : 0);
    expect(JSON.stringify(dintero.accounts)).toBe(state);

    // What was taken is not planned any more, what was left still is, and nothing else came up unsaid.
    const after = await planned();
    for (const target of after) {
      const [then, now] = [
        new Set(partsOf(before.find(({ name }) => name === target.name) ?? target)),
        partsOf(target),
      ];
      const of = <T extends { readonly target: string }>(all: readonly T[]) =>
        all.filter((one) => one.target === target.name);
      const done = of<Planned['changes'][number] & { readonly target: string }>(taken).flatMap((one) => [
        ...one.grants.map((permission) => `${one.role} - ${permission}`),
        ...one.revokes.map((permission) => `${one.role} + ${permission}`),
      ]);
      for (const part of done) expect(then.has(part)).toBe(true);
      expect(now.filter((part) => done.includes(part))).toEqual([]);
      const told = of<{
        readonly target: string;
        readonly role: string;
        readonly gains: readonly string[];
        readonly loses: readonly string[];
      }>(alsoChanges).flatMap((one) => [...one.gains, ...one.loses].map((permission) => `${one.role} ${permission}`));
      const fresh = now.filter((part) => !then.has(part));
      expect(fresh.filter((part) => !told.includes(part.replace(/ [+-] /, ' ')))).toEqual([]);
      const isPulled = given.pulled.length === 0 || given.pulled.includes(target.name);
      if (isPulled && of(left).length === 0) expect(now.filter((part) => then.has(part))).toEqual([]);
      if (!isPulled) expect(done).toEqual([]);
    }
    if (given.flags.length === 0 || given.flags.includes('--exception')) expect(alsoChanges).toEqual([]);

    // Everything else stays: sets that are named, remarks, what exceptions said, and each line without a permission.
    for (const [path, text] of Object.entries(files)) {
      const now = readFileSync(`${cwd}/${path}`, 'utf8');
      const [was, is] = [frame(text), frame(now)] as { exceptions: readonly unknown[] }[];
      expect({ ...is, exceptions: is?.exceptions.slice(0, was?.exceptions.length) }).toEqual(was);
      if (!given.flags.includes('--exception')) expect(is).toEqual(was);
      const end = given.crlf ? '\r\n' : '\n';
      const framing = text
        .split(end)
        .filter((line) => !/[a-z]+:[a-z]+|set:|^ +\]$|permissions:|^ {2}[abc]:/.test(line));
      expect(isSubsequence(framing, now.split(end))).toBe(true);
      expect(now.replaceAll('\r\n', '').includes('\n')).toBe(!given.crlf);
    }
    const known = new Set([...Object.keys(files), 'roles/targets.yaml']);
    const made = readdirSync(`${cwd}/roles`, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.yaml') && !known.has(`roles/${path}`),
    );
    if (!given.flags.includes('--exception')) expect(made).toEqual([]);
    for (const path of made) expect(path).toMatch(/^exceptions\/(?:one|two|three)\.yaml$/);
  };
  await fc.assert(fc.asyncProperty(world, check), { numRuns: runs });
});
