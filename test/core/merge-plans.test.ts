import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble } from '../../src/core/build-plan.ts';
import { Failure } from '../../src/core/failure.ts';
import { mergePlans } from '../../src/core/merge-plans.ts';
import { missingShards, type Plan, type PlanPart, type Safeguard, type TargetPlan } from '../../src/core/plan.ts';
import { shardOf } from '../../src/core/shard.ts';
import { incomplete } from '../../src/render/verdict.ts';
import { desiredRoles, liveRoles } from './role.ts';
import { identity, planTarget } from './world.ts';

const made = { version: '1.2.3', at: '2026-11-24T12:00:00.000Z' };
const files = `sha256:${'0'.repeat(64)}`;

const target: fc.Arbitrary<Omit<TargetPlan, 'name' | 'tenant'>> = fc
  .tuple(desiredRoles, liveRoles({ distinctNames: true }), fc.nat(9))
  .map(([desired, live, at]) =>
    at === 0 ? { ...identity, error: { code: 'network', message: 'gone' } } : planTarget(desired, live),
  );

const run = fc.record({
  targets: fc
    .array(target, { maxLength: 9 })
    .map((list) => list.map((one, at) => ({ ...one, name: `t${at}`, tenant: `T${at}` }) as TargetPlan)),
  of: fc.integer({ min: 1, max: 5 }),
});

/** What every part has, and what only one has. */
function safeguardsOf(targets: readonly TargetPlan[]): readonly Safeguard[] {
  const own = targets.map(({ name }) => ({
    code: 'target-added',
    target: name,
    role: null,
    message: 'new',
    source: null,
  }));
  return [{ code: 'target-removed', target: 'a gone one', role: null, message: 'gone', source: null }, ...own];
}

function partsOf(targets: readonly TargetPlan[], of: number): readonly Plan[] {
  return Array.from({ length: of }, (_, at) => {
    const own = targets.filter(({ tenant }) => shardOf(tenant, of) === at + 1);
    const part: PlanPart = { shards: [at + 1], of, by: 'target', files };
    return assemble(own, made, { base: 'abc', safeguards: safeguardsOf(own), part });
  });
}

const named = (plans: readonly Plan[]) => plans.map((plan, at) => ({ name: `${at}.json`, plan }));

describe('the parts of a run, merged', () => {
  it('equal the whole planned at once, digest and checksum included, in whatever order they come', () => {
    fc.assert(
      fc.property(run, fc.infiniteStream(fc.nat()), ({ targets, of }, chance) => {
        const whole = assemble(targets, made, { base: 'abc', safeguards: safeguardsOf(targets) });
        const shuffled = partsOf(targets, of)
          .map((plan) => ({ plan, at: chance.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ plan }) => plan);
        expect(mergePlans(named(shuffled))).toEqual(whole);
      }),
    );
  });

  it('are incomplete while any part is missing, also where nothing of the others changes, and whole once it is there', () => {
    fc.assert(
      fc.property(run, fc.nat(), ({ targets, of }, chance) => {
        fc.pre(of > 1);
        const all = partsOf(targets, of);
        const lost = chance % of;
        const some = mergePlans(named(all.filter((_, at) => at !== lost)));
        expect(missingShards(some)).toEqual([lost + 1]);
        expect(incomplete(some)).toContain(
          `incomplete, ${of === 2 ? 'only part' : `part ${lost + 1} of ${of} is missing`}`,
        );
        const later = mergePlans([{ name: 'some', plan: some }, ...named(all.slice(lost, lost + 1))]);
        expect(later).toEqual(mergePlans(named(all)));
      }),
    );
  });

  it('are as old as the oldest of them', () => {
    const [one, other] = partsOf([], 2);
    const old = { ...(other as Plan), at: '2026-11-01T00:00:00.000Z' };
    expect(mergePlans(named([one as Plan, old])).at).toBe('2026-11-01T00:00:00.000Z');
  });

  it.each<[string, (plan: Plan) => Partial<Plan>, RegExp]>([
    ['of another number of parts', ({ part }) => ({ part: { ...(part as PlanPart), of: 3 } }), /of 2 parts.*of 3/],
    ['parted otherwise', ({ part }) => ({ part: { ...(part as PlanPart), by: 'host' } }), /by target.*by host/],
    ['of other files', ({ part }) => ({ part: { ...(part as PlanPart), files: 'x' } }), /different role files/],
    ['of another base', () => ({ base: 'def' }), /different bases/],
    ['of another version', () => ({ tool: { name: 'rolesync', version: '2' } }), /different versions/],
    [
      'of the same part',
      ({ part }) => ({ part: { ...(part as PlanPart), shards: [1] } }),
      /there twice: 0.json and 1.json/,
    ],
  ])('are refused where one is %s', (_what, change, message) => {
    const [one, other] = partsOf([], 2) as readonly [Plan, Plan];
    const merging = () => mergePlans(named([one, { ...other, ...change(other) }]));
    expect(merging).toThrow(Failure);
    expect(merging).toThrow(message);
  });

  it('are refused where one is no part', () => {
    const whole = assemble([], made);
    expect(() => mergePlans(named([whole]))).toThrow(/0.json is no part of a plan/);
  });
});
