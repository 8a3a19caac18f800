/** The targets of one part of a run: each belongs to exactly one, whoever asks. */
import type { TargetConfig } from '../config/config.ts';
import { parseBaseUrl } from '../config/hosts.ts';
import { type Environment, fill } from '../config/variables.ts';
import { fingerprint } from '../core/digest.ts';
import type { PlanPart } from '../core/plan.ts';
import { type Shard, type ShardBy, shardOf } from '../core/shard.ts';
import { targetKey } from '../revisions/target-identity.ts';

export interface ShardFlags {
  readonly shard?: Shard;
  /** What keeps targets together; default: nothing, each is for itself. */
  readonly shardBy?: ShardBy;
}

export interface Selected {
  readonly targets: readonly TargetConfig[];
  /** undefined: they are all of the run. */
  readonly part?: PlanPart;
}

/** `selected`: the targets of the whole run. By what they reach and not by name, so that a renamed target stays where it is. */
export function ofShard(
  selected: readonly TargetConfig[],
  { shard, shardBy = 'target' }: ShardFlags,
  environment: Environment,
): Selected {
  if (shard === undefined) return { targets: selected };
  const keyOf = (target: TargetConfig) =>
    shardBy === 'host' ? hostOf(target, environment) : targetKey(target, environment);
  // With the values of variables: where they differ, the parts would not make a whole. Without places: where the files stand may
  // depend on the machine.
  const files = fingerprint(
    selected.map((target) => [
      target.name,
      targetKey(target, environment),
      target.unmanaged,
      target.roles.map(({ source: _place, ...role }) => role),
    ]),
  );
  return {
    targets: selected.filter((target) => shardOf(keyOf(target), shard.of) === shard.number),
    part: { shards: [shard.number], of: shard.of, by: shardBy, files },
  };
}

function hostOf({ baseUrl, manifest }: TargetConfig, environment: Environment): string {
  const text = baseUrl?.text ?? manifest.baseUrl.default ?? '';
  const filled = fill(text, environment);
  const url = filled.unset === undefined ? filled.value : text;
  const parsed = parseBaseUrl(url);
  return parsed.fault === undefined ? parsed.origin.host : url;
}
