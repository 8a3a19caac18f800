/**
 * Which credentials would go where no trusted revision sends them. A branch may not choose that by itself. Shows no value of a
 * variable that the branch chose.
 */
import type { Config, ResolvedTarget, TargetConfig } from '../config/config.ts';
import { takesEntry } from '../config/credentials.ts';
import { parseBaseUrl } from '../config/hosts.ts';
import { isSecret } from '../config/language.ts';
import { type Environment, fill, secretsVariable, variablesOf } from '../config/variables.ts';
import type { Problem } from '../core/problem.ts';
import { problem } from '../core/problem.ts';
import { sortedSet } from '../core/role.ts';
import { shown } from '../core/text.ts';

/**
 * By name of the target, why it must not be contacted: a variable of its `auth`, secret or not, would go to a base URL to which
 * no target of the trusted revision sends it. The whole URL counts: a path is part of what is sent, and a branch could put a
 * variable there. Both sides are resolved with the same environment; a trusted target whose base URL needs an unset variable
 * vouches for nothing.
 *
 * An entry of the map of secrets belongs to one target, so it is bound more tightly: to the base URL and the tenant that the
 * trusted revision has for the target of that very name. A branch that gives a target another name gets no other entry.
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
  const named = new Map(trusted.targets.map((target) => [target.name, target]));
  const verdicts = head.flatMap((target) => {
    const { config, baseUrl } = target;
    if (takesEntry(config)) return newPlace(target, named.get(config.name), environment);
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

/** Whether the target's entry would go where the trusted revision has no target of its name. */
function newPlace(
  { config, baseUrl, tenant }: ResolvedTarget,
  trusted: TargetConfig | undefined,
  environment: Environment,
): readonly (readonly [string, string])[] {
  const isKnown =
    trusted !== undefined &&
    trusted.provider === config.provider &&
    destinationOf(trusted, environment) === baseUrl &&
    tenantOf(trusted, environment) === tenant;
  if (isKnown) return [];
  const before = trusted === undefined ? 'nowhere' : `to ${placeOf(trusted)}`;
  const entry = `the entry \`${shown(config.name)}\` of ${secretsVariable}`;
  return [[config.name, `new destination for ${entry}: ${placeOf(config)} (the trusted revision sends it ${before})`]];
}

function tenantOf({ tenant }: TargetConfig, environment: Environment): string | undefined {
  const filled = fill(tenant?.text ?? '', environment);
  return filled.unset === undefined ? filled.value : undefined;
}

function placeOf(target: TargetConfig): string {
  return [asWritten(target), ...(target.tenant === undefined ? [] : [shown(target.tenant.text, 200)])].join(' · ');
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
