/**
 * Random histories with a second writer between any two steps: plan, review, approval, every read and every write, with
 * answers that are lost. Nothing that the plan did not see is overwritten, but within the last round trip before a write.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { carry, parts } from '../../src/core/change.ts';
import { Failure } from '../../src/core/failure.ts';
import { judgeWhole } from '../../src/core/judge-whole.ts';
import { isPlanned, type Plan, type PlannedTarget } from '../../src/core/plan.ts';
import { approve } from '../../src/core/review/approve.ts';
import type { LiveRole, Role } from '../../src/core/role.ts';
import { execute } from '../../src/execute.ts';
import type { Remote } from '../../src/providers/provider.ts';
import { desired, normalise, role } from './role.ts';
import { planOf } from './world.ts';

const permissions = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 });
const name = fc.constantFrom('one', 'two', 'three', 'four');

/** What somebody else does, just before the step of this number. */
interface Edit {
  readonly step: number;
  readonly id: string;
  readonly does: 'permissions' | 'description' | 'name' | 'delete' | 'create';
  readonly permissions: readonly string[];
  readonly name: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  step: fc.nat(14),
  id: fc.constantFrom('1', '2', '3', 'made 0'),
  does: fc.constantFrom<Edit['does'][]>('permissions', 'description', 'name', 'delete', 'create'),
  permissions,
  name,
});

/** What becomes of the write of this number. */
const fault = fc.record({
  at: fc.nat(4),
  kind: fc.constantFrom<('lost before' | 'lost after' | 'refused')[]>('lost before', 'lost after', 'refused'),
});

const file = fc.oneof(
  fc.record({ name, permissions }).map((one) => desired(one.name, { permissions: one.permissions })),
  name.map((one) => desired(one, { description: 'by file' })),
  name.map((one) => desired(one, { absent: true })),
  fc.record({ name, id: fc.constantFrom('1', '2') }).map((one) => desired(one.name, { id: one.id })),
);
const files = fc.uniqueArray(file, { selector: (one) => one.name, minLength: 1, maxLength: 4 });

const history = fc.record({
  files,
  edits: fc.array(edit, { maxLength: 6 }),
  faults: fc.uniqueArray(fault, { selector: ({ at }) => at, maxLength: 2 }),
  /** Permissions live apart from the records, as on Rocket.Chat. */
  apart: fc.boolean(),
});

type History = typeof history extends fc.Arbitrary<infer One> ? One : never;

const capabilities = { uniqueNames: false, permissionsRequired: false, limits: {} };

/** A faithful provider in memory, beside which the edits of the history happen, and what it was asked to write. */
function world({ edits, faults, apart }: History) {
  const roles = new Map<string, Role>([
    ['1', role('one', ['a'])],
    ['2', role('two', ['b', 'c'])],
    ['3', role('three', ['a', 'b'], { description: 'Old' })],
  ]);
  const reads = new Map<string, Role | undefined>();
  const writes: { readonly id: string; readonly read: Role | undefined }[] = [];
  const creates: { readonly name: string; readonly listed: readonly string[] }[] = [];
  const rows: { readonly id: string; readonly permission: string }[] = [];
  let listed: readonly string[] = [];
  let steps = 0;
  let sent = 0;
  let made = 0;

  /** Between any two steps somebody may write. */
  function step(): void {
    for (const one of edits.filter((candidate) => candidate.step === steps)) happen(one);
    steps += 1;
  }

  function happen({ id, does, name: to, permissions: set }: Edit): void {
    const old = roles.get(id);
    if (does === 'create') roles.set(`by hand ${steps} ${to}`, role(to, set));
    if (old === undefined) return;
    if (does === 'permissions') roles.set(id, { ...old, permissions: [...set].sort() });
    if (does === 'description') roles.set(id, { ...old, description: `by hand ${steps}` });
    if (does === 'name') roles.set(id, { ...old, name: to });
    if (does === 'delete') roles.delete(id);
  }

  function write(act: () => void): void {
    step();
    const found = faults.find(({ at }) => at === sent);
    sent += 1;
    if (found?.kind === 'refused') throw new Failure('response', 'refused');
    if (found?.kind !== 'lost before') act();
    if (found !== undefined) throw new Failure('network', 'the answer was lost');
  }

  /** A read is good for one write. */
  function noteWrite(id: string): void {
    writes.push({ id, read: reads.get(id) });
    reads.delete(id);
  }

  const all = (): readonly LiveRole[] => [...roles].map(([id, one]) => ({ id, builtIn: false, role: one }));

  const remote: Remote = {
    list: async () => {
      step();
      listed = [...roles.values()].map((one) => one.name);
      return all();
    },
    read: async (id) => {
      step();
      const found = roles.get(id);
      reads.set(id, found);
      return found && { id, builtIn: false, role: apart ? { ...found, permissions: [] } : found };
    },
    create: async ({ after }) => {
      const id = `made ${made++}`;
      creates.push({ name: after.name, listed });
      write(() => roles.set(id, apart ? { ...after, permissions: [] } : after));
      return id;
    },
    update: async ({ id, after }) => {
      noteWrite(String(id));
      write(() => {
        const old = roles.get(String(id));
        if (old === undefined) throw new Failure('not-found', 'gone');
        roles.set(String(id), apart ? { ...after, permissions: old.permissions } : after);
      });
    },
    delete: async ({ id }) => {
      noteWrite(id);
      write(() => roles.delete(id));
    },
    ...(apart && {
      permissions: async (written) => {
        for (const { change, id } of written) {
          const old = roles.get(id);
          if (old === undefined || change.action === 'delete') continue;
          const some = parts(change).filter(({ kind }) => kind === 'grant' || kind === 'revoke');
          for (const part of some) if ('permission' in part) rows.push({ id, permission: part.permission });
          roles.set(id, carry(old, some));
        }
        return [];
      },
    }),
  };
  return { roles, all, step, remote, writes, creates, rows };
}

function only({ targets }: Plan): PlannedTarget {
  const [target] = targets.filter(isPlanned);
  if (target === undefined) throw new Error('no target');
  return target;
}

describe('beside a second writer', () => {
  it('no live change that the plan did not see is overwritten, but within the last round trip', async () => {
    const seen = { writes: 0, creates: 0, moved: 0, done: 0, stopped: 0 };
    await fc.assert(
      fc.asyncProperty(history, async (story) => {
        const { all, step, remote, writes, creates, rows } = world(story);
        const planNow = () => {
          step();
          try {
            return planOf(story.files, all());
          } catch (error) {
            // A name that two live roles share, or a pinned id that is gone: nothing is planned.
            if (error instanceof Failure) return undefined;
            throw error;
          }
        };
        const reviewed = planNow();
        const now = planNow();
        if (reviewed === undefined || now === undefined) return;
        const planned = only(now);
        const [approved] = approve(now, [reviewed], { includeDrift: false }).targets;
        if (approved === undefined) throw new Error('no target');
        const live = planned.live.map(({ id, builtIn, ...one }): LiveRole => ({ id, builtIn, role: one }));
        const { changes } = judgeWhole(
          { changes: approved.changes, withheld: approved.held },
          { live, capabilities, isDrift: () => false },
        );

        // The approval: what goes takes nothing that came after the review.
        const then = new Map(only(reviewed).live.map((one) => [one.id, one]));
        for (const change of changes) {
          if (change.action !== 'update') continue;
          const before = then.get(String(change.id));
          expect(change.revokes.filter((one) => !before?.permissions.includes(one))).toEqual([]);
          const { managed } = change as (typeof planned.changes)[number];
          if (!managed.includes('permissions')) expect(change.before.permissions).toEqual(before?.permissions);
          if (!managed.includes('description')) expect(change.before.description).toBe(before?.description);
        }

        const outcomes = await execute(changes, {
          ...{ remote, normalise, seen: live, writes: 1, signal: new AbortController().signal },
        });

        // The write: the role was, in the last round trip before it, what the plan saw.
        const plannedRoles = new Map(live.map((one) => [one.id, one.role]));
        const record = (one: Role | undefined) => one && normalise(story.apart ? { ...one, permissions: [] } : one);
        for (const { id, read } of writes) expect(record(read)).toEqual(record(plannedRoles.get(id)));
        // The create: its name was, in the last list, nobody's but of those that give it up.
        for (const { name: taken, listed } of creates) {
          const keeping = live.filter((one) => one.role.name === taken).length;
          expect(listed.filter((one) => one === taken).length).toBeLessThanOrEqual(keeping);
        }
        // The rows: none but those of the plan.
        for (const { id, permission } of rows) {
          const own = changes.filter((one) => one.id === id || one.id === null);
          expect(own.some((one) => [...one.grants, ...one.revokes].includes(permission))).toBe(true);
        }
        expect(outcomes).toHaveLength(changes.length);
        const stopped = new Set(outcomes.filter(({ status }) => status === 'moved').map(({ id }) => id));
        seen.writes += writes.length;
        seen.creates += creates.length;
        seen.moved += stopped.size;
        seen.done += outcomes.filter(({ status }) => status === 'done').length;
        seen.stopped += approved.moved.length;
      }),
      { numRuns: 1_000 },
    );
    // The property says nothing unless roles were written, created, and stopped on the way. The rarest, `stopped`, comes
    // about 28 times in a thousand histories: a floor near that would fail one run in ten, whatever the code does.
    for (const [what, amount] of Object.entries(seen)) expect([what, amount > 5]).toEqual([what, true]);
  });
});
