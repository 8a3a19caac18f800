/** The plans of the parts of one run as the plan of the whole. What is missing stays missing, and the plan says so. Pure. */
import { assemble } from './build-plan.ts';
import { canonical } from './canonical.ts';
import { Failure } from './failure.ts';
import type { Plan, PlanPart } from './plan.ts';
import { byCodeUnit } from './role.ts';
import { inSafeguardOrder } from './safeguards.ts';

/** A plan that was saved, and what messages call it. */
export interface NamedPlan {
  readonly name: string;
  readonly plan: Plan;
}

interface Part extends NamedPlan {
  readonly part: PlanPart;
}

/**
 * Equal to the plan of the whole run, digest included, but that it is as old as its oldest part. Where parts are missing it
 * has `part`, and says which it holds.
 * @throws Failure 'config' for plans that are not parts of one run.
 */
export function mergePlans(plans: readonly NamedPlan[]): Plan {
  const parts = plans.map(partOf);
  const [first] = parts;
  if (first === undefined) throw new Failure('config', 'there is no plan to merge');
  for (const other of parts) refuseOther(first, other);
  const shards = parts.flatMap(({ part }) => part.shards).sort((a, b) => a - b);
  refuseTwice(parts);
  const safeguards = new Map(plans.flatMap(({ plan }) => plan.safeguards.map((one) => [canonical(one), one] as const)));
  const [at = first.plan.at] = plans.map(({ plan }) => plan.at).sort(byCodeUnit);
  const { version } = first.plan.tool;
  return assemble(
    plans.flatMap(({ plan }) => plan.targets),
    { version, at },
    {
      base: first.plan.base,
      // Over all of the files: the same for each part.
      restated: first.plan.restated ?? 0,
      safeguards: [...safeguards.values()].sort(inSafeguardOrder),
      ...(shards.length < first.part.of && { part: { ...first.part, shards } }),
    },
  );
}

function partOf({ name, plan }: NamedPlan): Part {
  if (plan.part !== undefined) return { name, plan, part: plan.part };
  throw new Failure(
    'config',
    `${name} is no part of a plan: make parts with \`plan --shard 1/4 --out FILE\`, and so on`,
  );
}

/** Plans that were made from other files, or otherwise, would make a whole that nobody has planned. */
function refuseOther(first: Part, other: Part): void {
  const differs = (what: string): Failure =>
    new Failure('config', `${first.name} and ${other.name} do not belong together: ${what}; plan all parts anew`);
  if (first.part.of !== other.part.of) throw differs(`one is of ${first.part.of} parts, the other of ${other.part.of}`);
  if (first.part.by !== other.part.by) {
    throw differs(`one is parted by ${first.part.by}, the other by ${other.part.by}`);
  }
  if (first.plan.base !== other.plan.base) throw differs('they are compared with different bases');
  if (first.plan.tool.version !== other.plan.tool.version) throw differs('different versions of rolesync made them');
  if (first.part.files !== other.part.files)
    throw differs('they were made from different role files, or for other targets');
}

function refuseTwice(parts: readonly Part[]): void {
  const seen = new Map<number, string>();
  for (const { name, part } of parts) {
    for (const shard of part.shards) {
      const before = seen.get(shard);
      if (before !== undefined) {
        throw new Failure(
          'config',
          `part ${shard} of ${part.of} is there twice: ${before} and ${name}; give each part once`,
        );
      }
      seen.set(shard, name);
    }
  }
}
