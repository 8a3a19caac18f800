/** A saved plan: what was reviewed is what is applied, or nothing is. */
import { execFileSync, spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checksum } from '../../src/core/digest.ts';
import type { Plan } from '../../src/core/plan.ts';
import { beside } from '../support/beside.ts';
import { write } from '../support/command.ts';

const roles = `  - {name: support, description: New, permissions: [read:checkout]}
  - {name: new, permissions: [read:hooks]}
  - {name: kept, protected: true, permissions: []}
`;

/** A plan with everything in it: changes, drift, what is withheld, unmanaged roles, safeguards. */
async function saved() {
  const world = await beside();
  const { dintero, declare, run, cwd, api } = world;
  dintero.plant('support', ['read:accounts'], { description: 'Old' });
  dintero.plant('kept', ['read:accounts', 'read:hooks']);
  dintero.plant('by hand', ['read:hooks']);
  declare('dintero', roles.replace('permissions: []', 'permissions: [read:accounts]'));
  const base = '  - {name: support, permissions: [read:checkout]}\n  - {name: old, permissions: [read:hooks]}\n';
  write(cwd, 'base/roles/all.yaml', `${api.dintero}roles:\n${base}`);
  await run(['plan', '--base-dir', 'base', '--out', 'plan.json']);
  const text = () => readFileSync(join(cwd, 'plan.json'), 'utf8');
  const save = (plan: unknown, space?: number) => write(cwd, 'plan.json', JSON.stringify(plan, null, space));
  return { ...world, text, save, plan: JSON.parse(text()) as Plan };
}

type Path = readonly (string | number)[];

/** Every key and every item, at any depth. */
function paths(value: unknown, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => [[...at, key], ...paths((value as Record<string, unknown>)[key], [...at, key])]);
}

function edited(plan: unknown, path: Path, edit: (holder: Record<string, unknown>, key: string) => void): unknown {
  const copy = structuredClone(plan);
  const holder = path.slice(0, -1).reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], copy);
  edit(holder as Record<string, unknown>, String(path.at(-1)));
  return copy;
}

const other = (value: unknown) =>
  typeof value === 'string' ? `${value}x` : typeof value === 'number' ? value + 1 : value === null ? 'x' : null;

describe('a saved plan', () => {
  it('is refused with 3 and no request where any key of it was taken out or changed', async () => {
    const { api, plan, run, save } = await saved();
    expect(JSON.stringify(plan)).toMatch(/"drift":\[\{.*"code":"protected".*"unmanaged":\[\{/);
    expect(plan.safeguards).not.toEqual([]);
    api.sent();
    const all = paths(plan);
    expect(all.length).toBeGreaterThan(150);
    for (const path of all) {
      const without = edited(plan, path, (holder, key) =>
        Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key],
      );
      const changed = edited(plan, path, (holder, key) => {
        holder[key] = other(holder[key]);
      });
      for (const edit of [without, changed]) {
        save(edit);
        const { code, stderr } = await run(['apply', '--plan', 'plan.json']);
        expect([path.join('.'), code]).toEqual([path.join('.'), 3]);
        expect(stderr).toMatch(/was edited|not a saved plan|reads format 2/);
      }
    }
    expect(api.sent()).toEqual([]);
  });

  it('holds drift even where its mark was taken out', async () => {
    const { plan, run, save, writes } = await saved();
    save(JSON.parse(JSON.stringify(plan, (key, value) => (key === 'drift' ? undefined : value))));
    writes();
    const { code, stderr } = await run(['apply', '--plan', 'plan.json']);
    expect([code, writes()]).toEqual([3, []]);
    expect(stderr).toContain('its checksum does not match');
  });

  it('is the same plan in any layout and any order of keys', async () => {
    const { plan, run, save } = await saved();
    const reversed = (value: unknown): unknown =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, one]) => [key, reversed(one)]),
          )
        : Array.isArray(value)
          ? value.map(reversed)
          : value;
    save(reversed(plan), 8);
    expect((await run(['show', 'plan.json'])).code).toBe(0);
  });

  it('has the digest of its meaning: whatever it is compared with, and whenever it is made', async () => {
    const { plan, run } = await saved();
    const alone = JSON.parse((await run(['plan', '--format', 'json'])).stdout) as Plan;
    expect(alone.digest).toBe(plan.digest);
    expect(alone.base).not.toBe(plan.base);
    expect(alone.checksum).not.toBe(plan.checksum);
  });

  it('of format 1 is refused with the way on', async () => {
    const { plan, run, save } = await saved();
    const { at: _at, checksum: _checksum, safeguards, ...rest } = plan;
    save({ ...rest, formatVersion: 1, safeguards: safeguards });
    const { code, stderr } = await run(['apply', '--plan', 'plan.json']);
    expect(code).toBe(3);
    expect(stderr).toContain('plan format 1, and this rolesync reads format 2: create a new plan with `plan --out`');
    expect(stderr).toContain('docs/upgrade.md');
  });

  it('may be reviewed by whoever can write it: a new checksum over new effects is a new plan, judged by the files', async () => {
    const { plan, run, save, dintero } = await saved();
    const forged = JSON.parse(JSON.stringify(plan).replaceAll('read:checkout', 'admin:accounts')) as Plan;
    save({ ...forged, checksum: checksum(forged) });
    const { code } = await run(['apply', '--plan', 'plan.json']);
    expect(code).toBe(3);
    expect(dintero.role('id-support')?.scope).toEqual(['read:accounts']);
  });
});

describe('plan --out', () => {
  const refused = 'it is not a regular file; name another file';

  it.each<[string, (cwd: string) => void, string]>([
    ['a FIFO', (cwd) => execFileSync('mkfifo', [join(cwd, 'out')]), refused],
    ['a folder', (cwd) => mkdirSync(join(cwd, 'out')), refused],
    [
      'a link to a FIFO',
      (cwd) => {
        execFileSync('mkfifo', [join(cwd, 'pipe')]);
        symlinkSync('pipe', join(cwd, 'out'));
      },
      refused,
    ],
    ['a link to a folder', (cwd) => symlinkSync('.', join(cwd, 'out')), refused],
    ['a link to nothing', (cwd) => symlinkSync('nowhere', join(cwd, 'out')), 'no such file or folder'],
  ])('does not replace %s', async (_what, make, message) => {
    const { cwd, declare, run } = await beside();
    declare('dintero', '');
    make(cwd);
    const before = lstatSync(join(cwd, 'out'));
    const { code, stderr } = await run(['plan', '--out', 'out']);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
    const after = lstatSync(join(cwd, 'out'));
    expect([after.ino, after.mode]).toEqual([before.ino, before.mode]);
  });

  // A node of the test's own: were the code broken, a device of the machine would be gone. Only root can make one.
  it.skipIf(process.getuid?.() !== 0)('does not replace a device', async ({ skip }) => {
    const { cwd, declare, run } = await beside();
    declare('dintero', '');
    const made = spawnSync('mknod', [join(cwd, 'out'), 'c', '1', '3']);
    if (made.status !== 0) skip();
    expect((await run(['plan', '--out', 'out'])).stderr).toContain(refused);
    expect(lstatSync(join(cwd, 'out')).isCharacterDevice()).toBe(true);
  });

  it('replaces a regular file, also behind a link, which stays', async () => {
    const { cwd, declare, run } = await beside();
    declare('dintero', '');
    writeFileSync(join(cwd, 'real'), 'old');
    symlinkSync('real', join(cwd, 'out'));
    expect((await run(['plan', '--out', 'out'])).code).toBe(0);
    expect(lstatSync(join(cwd, 'out')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(cwd, 'real'), 'utf8')).toContain('"formatVersion": 2');
  });
});
