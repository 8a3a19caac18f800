/** Which live system a target is, so that the targets of two revisions can be told to be one. It judges no host. */

import type { Config, TargetConfig } from '../config/config.ts';
import { parseBaseUrl } from '../config/hosts.ts';
import { type Environment, fill } from '../config/variables.ts';
import type { DesiredRole } from '../core/role.ts';

/** The base's target for the same provider, base URL and tenant, whatever its name; undefined: the base has no such target. */
export function sameTarget(head: TargetConfig, base: Config, environment: Environment): TargetConfig | undefined {
  const place = targetKey(head, environment);
  return base.targets.find((target) => targetKey(target, environment) === place);
}

/**
 * The base's roles whose `protected` counts for a target of the head: those of the same place, and those of the same name,
 * because one system may be reached under two hosts; for that reason those of the same tenant too, on whatever host.
 */
export function protecting(head: TargetConfig, base: Config, environment: Environment): readonly DesiredRole[] {
  const place = targetKey(head, environment);
  return base.targets
    .filter(
      (target) =>
        target.name === head.name ||
        targetKey(target, environment) === place ||
        isSameTenant(target, head, environment),
    )
    .flatMap(({ roles }) => roles);
}

function isSameTenant(a: TargetConfig, b: TargetConfig, environment: Environment): boolean {
  if (a.provider !== b.provider || a.tenant === undefined || b.tenant === undefined) return false;
  return filledOf(a.tenant.text, environment) === filledOf(b.tenant.text, environment);
}

/** Text with an unset variable is compared as it stands. */
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
