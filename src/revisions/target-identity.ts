/** Which live system a target is, so that the targets of two revisions can be told to be one. It judges no host. */

import type { Config, TargetConfig } from '../config/config.ts';
import { parseBaseUrl } from '../config/hosts.ts';
import { type Environment, fill } from '../config/variables.ts';
import { type DesiredRole, groupBy } from '../core/role.ts';

/** The targets of a base, found by what they reach. */
export interface BaseTargets {
  /** For the same provider, base URL and tenant, whatever its name; undefined: the base has no such target. */
  readonly sameAs: (head: TargetConfig) => TargetConfig | undefined;
  /**
   * The roles whose `protected` counts for a target of the head: those of the same system, and those of the same name,
   * because one system may be reached under two hosts; for that reason those of the same tenant too, on whatever host.
   */
  readonly protecting: (head: TargetConfig) => readonly DesiredRole[];
}

export function baseTargets({ targets }: Config, environment: Environment): BaseTargets {
  const keyOf = (target: TargetConfig) => targetKey(target, environment);
  const tenantOf = (target: TargetConfig) => tenantKey(target, environment);
  const byKey = groupBy(targets, keyOf);
  const byTenant = groupBy(targets, tenantOf);
  const byName = groupBy(targets, ({ name }) => name);
  return {
    sameAs: (head) => byKey.get(keyOf(head))?.[0],
    protecting: (head) => {
      const tenant = tenantOf(head);
      const sameTenant = tenant === undefined ? [] : (byTenant.get(tenant) ?? []);
      const found = [...(byName.get(head.name) ?? []), ...(byKey.get(keyOf(head)) ?? []), ...sameTenant];
      return [...new Set(found)].flatMap(({ roles }) => roles);
    },
  };
}

export interface TargetPair {
  readonly before: TargetConfig | undefined;
  readonly after: TargetConfig;
}

/** By name, and what is left by the system it is: a target that is only renamed. */
export function pairsOf(base: Config, head: Config): readonly TargetPair[] {
  const named = new Map(base.targets.map((target) => [target.name, target]));
  const kept = new Set(head.targets.map(({ name }) => name));
  const left = new Map(base.targets.filter(({ name }) => !kept.has(name)).map((one) => [targetKey(one, {}), one]));
  return head.targets.map((after) => ({ before: named.get(after.name) ?? left.get(targetKey(after, {})), after }));
}

function tenantKey({ provider, tenant }: TargetConfig, environment: Environment): string | undefined {
  return tenant && JSON.stringify([provider, filledOf(tenant.text, environment)]);
}

/** Text with an unset variable is compared as it is written. */
function filledOf(text: string, environment: Environment): string {
  const filled = fill(text, environment);
  return filled.unset === undefined ? filled.value : text;
}

/** Comparable, not for people. */
export function targetKey({ provider, manifest, baseUrl, tenant }: TargetConfig, environment: Environment): string {
  const value = (text: string) => filledOf(text, environment);
  const url = value(baseUrl?.text ?? manifest.baseUrl.default ?? '');
  const parsed = parseBaseUrl(url);
  return JSON.stringify([provider, parsed.fault === undefined ? parsed.url : url, value(tenant?.text ?? '')]);
}
