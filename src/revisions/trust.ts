/**
 * Which credentials would go where no trusted revision sends them. A branch may not choose that by itself. Shows no value of a
 * variable that the branch chose.
 */
import type { Config, ResolvedTarget, TargetConfig } from '../config/config.ts';
import { parseBaseUrl } from '../config/hosts.ts';
import { isSecret } from '../config/language.ts';
import { type Environment, fill, variablesOf } from '../config/variables.ts';
import type { Problem } from '../core/problem.ts';
import { problem } from '../core/problem.ts';
import { sortedSet } from '../core/role.ts';
import { shown } from '../core/text.ts';

/**
 * By name of the target, why it must not be contacted: a variable of its `auth`, secret or not, would go to a base URL to which
 * no target of the trusted revision sends it. The whole URL counts: a path is part of what is sent, and a branch could put a
 * variable there. Both sides are resolved with the same environment; a trusted target whose base URL needs an unset variable
 * vouches for nothing.
 */
export function untrusted(
  trusted: Config,
  head: readonly ResolvedTarget[],
  environment: Environment,
): ReadonlyMap<string, string> {
  const known = new Map<string, Set<string>>();
  for (const target of trusted.targets) {
    const destination = destinationOf(target, environment);
    if (destination === undefined) continue;
    for (const variable of credentialsOf(target)) {
      known.set(variable, (known.get(variable) ?? new Set()).add(destination));
    }
  }
  const verdicts = head.flatMap(({ config, baseUrl }) => {
    const strange = credentialsOf(config).filter((variable) => known.get(variable)?.has(baseUrl) !== true);
    if (strange.length === 0) return [];
    const reasons = strange.map((variable) => newDestination(variable, asWritten(config), known.get(variable)));
    return [[config.name, reasons.join('; ')] as const];
  });
  return new Map(verdicts);
}

/**
 * Variables that the trusted revision keeps as secrets and that the head writes where values are shown: in a host, a path, a
 * tenant, an open field of `auth`. To be asked before `resolve`, whose messages quote such values. Errors; with one among
 * them nothing may be sent or shown.
 */
export function misplacedSecrets(trusted: Config, head: readonly TargetConfig[]): readonly Problem[] {
  const secrets = new Set(
    trusted.targets.flatMap(({ auth, manifest }) =>
      Object.entries(auth).flatMap(([field, { text }]) => (isSecret(manifest, field) ? variablesOf(text) : [])),
    ),
  );
  return head.flatMap(({ baseUrl, tenant, auth, manifest }) => {
    const open = Object.entries(auth).flatMap(([field, template]) => (isSecret(manifest, field) ? [] : template));
    return [baseUrl, tenant, ...open].flatMap((template) => {
      if (template === undefined) return [];
      const secret = variablesOf(template.text).find((variable) => secrets.has(variable));
      if (secret === undefined) return [];
      const message = `\`${secret}\` is a secret in the trusted revision, and this value is shown in plans: use another variable here`;
      return [problem(template, 'secret-elsewhere', message)];
    });
  });
}

function credentialsOf({ auth }: TargetConfig): readonly string[] {
  return sortedSet(Object.values(auth).flatMap(({ text }) => variablesOf(text)));
}

function destinationOf({ baseUrl, manifest }: TargetConfig, environment: Environment): string | undefined {
  const text = baseUrl?.text ?? manifest.baseUrl.default;
  const filled = fill(text ?? '', environment);
  const parsed = filled.unset === undefined ? parseBaseUrl(filled.value) : undefined;
  return parsed?.fault === undefined ? parsed?.url : undefined;
}

/** With its variables in place: what they hold is not for whoever wrote the branch. */
function asWritten({ baseUrl, manifest }: TargetConfig): string {
  const text = baseUrl?.text ?? manifest.baseUrl.default ?? '';
  const parsed = parseBaseUrl(text);
  return parsed.fault === undefined ? parsed.url : shown(text, 200);
}

function newDestination(variable: string, destination: string, known: ReadonlySet<string> | undefined): string {
  const before = known === undefined ? 'nowhere' : `to ${sortedSet([...known]).join(', ')}`;
  return `new destination for ${variable}: ${destination} (the trusted revision sends it ${before})`;
}
