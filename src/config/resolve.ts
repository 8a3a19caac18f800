/** Puts the environment into targets and judges where they lead. The only place where secrets have values; it shows none. */
import type { Problem } from '../core/problem.ts';
import { problem } from '../core/problem.ts';
import { faultInName, shown, withArticle } from '../core/text.ts';
import type { Tenant } from '../providers/manifest.ts';
import type { ResolvedTarget, TargetConfig, Template } from './config.ts';
import { entryOf, faultInCredential, noSecrets, takesEntry } from './credentials.ts';
import { distinctProblems } from './document.ts';
import { type AllowedHosts, parseAllowedHosts, parseBaseUrl, refusal } from './hosts.ts';
import { isSecret } from './language.ts';
import type { Secrets } from './secrets.ts';
import { oneSystem, systemOf } from './system.ts';
import { type Environment, fill, forbidden, variablesOf } from './variables.ts';

export interface ResolveOptions {
  readonly environment: Environment;
  /** `HOST`, `HOST:PORT` or `http://HOST[:PORT]`; anything else is a Failure. */
  readonly allowHosts: readonly string[];
  /** Names of further variables that the files may read. */
  readonly env?: readonly string[];
  /** The credentials of targets that have none in their file. */
  readonly secrets?: Secrets | undefined;
}

export interface Resolved {
  /** Those without problems. */
  readonly targets: readonly ResolvedTarget[];
  readonly problems: readonly Problem[];
}

type Report = (template: Template | TargetConfig, code: string, message: string) => void;

/** Only for the targets that are contacted: variables of the others may be unset. */
export function resolve(
  targets: readonly TargetConfig[],
  { environment, allowHosts, env = [], secrets: map }: ResolveOptions,
): Resolved {
  const allowed = parseAllowedHosts(allowHosts);
  const problems: Problem[] = [...noSecrets(targets, map)];
  const report: Report = (at, code, message) => {
    const { source } = at;
    problems.push(problem('excerpt' in at ? { source, excerpt: at.excerpt } : { source }, code, message));
  };
  const resolved: ResolvedTarget[] = [];
  const places = new Map<string, TargetConfig>();
  const secretValues = [...secretsIn(targets, environment), ...secretsOf(map, targets)];
  for (const config of targets) {
    const before = problems.length;
    const value = (template: Template) => resolveText(template, config, environment, env, report);
    // Before anything that would quote it.
    const open: Value = (template) => {
      const variable = secretBehind(template, secretValues, environment);
      if (variable === undefined) return value(template);
      const message = `\`${variable}\` holds a secret, and plans show this value: use another variable here`;
      report(template, 'secret-elsewhere', message);
      return undefined;
    };
    const baseUrl = resolveBaseUrl(config, allowed, open, report);
    const tenant = resolveTenant(config, open, report);
    const entry = takesEntry(config) ? entryOf(config, map) : undefined;
    problems.push(...(entry?.problems ?? []));
    const auth = entry === undefined ? resolveAuth(config, value, report) : entry.auth;
    if (problems.length > before || auth === undefined || baseUrl === undefined || tenant === undefined) continue;
    const place = JSON.stringify([config.provider, systemOf(config.manifest, baseUrl), tenant]);
    const first = places.get(place);
    if (first) {
      const other = `\`${shown(first.name)}\` (${first.source.file}:${first.source.line})`;
      report(config, 'same-target', `\`${shown(config.name)}\` points to the same place as ${other}: ${oneSystem}`);
      continue;
    }
    places.set(place, config);
    const isHidden = (key: string) => entry !== undefined || isSecret(config.manifest, key);
    const secrets = Object.entries(auth).flatMap(([key, text]) => (isHidden(key) ? [text] : []));
    resolved.push({ config, baseUrl, tenant, auth, secrets });
  }
  // Credentials of a file are those of all its targets.
  return { targets: resolved, problems: distinctProblems(problems, () => '') };
}

type Value = (template: Template) => string | undefined;

/** Shorter text is no secret. */
const shortest = 4;

function secretsIn(targets: readonly TargetConfig[], environment: Environment): readonly string[] {
  const templates = targets.flatMap(({ auth, manifest }) =>
    Object.entries(auth).flatMap(([field, template]) => (isSecret(manifest, field) ? [template] : [])),
  );
  return templates.flatMap(({ text }) => {
    const filled = fill(text, environment);
    return filled.unset === undefined && filled.value.length >= shortest ? [filled.value] : [];
  });
}

/** Of all entries, for whichever target. An id that is no secret to its provider may be part of a URL. */
function secretsOf(map: Secrets | undefined, targets: readonly TargetConfig[]): readonly string[] {
  const entries = [...(map?.entries.values() ?? [])];
  return entries.flatMap(({ values }) =>
    [...values].flatMap(([key, { text }]) => {
      const isOpen = targets.some(({ manifest }) => Object.hasOwn(manifest.auth.keys, key) && !isSecret(manifest, key));
      return isOpen || text.length < shortest ? [] : [text];
    }),
  );
}

/** A variable of the text that holds a secret, whatever its name. */
function secretBehind({ text }: Template, secrets: readonly string[], environment: Environment): string | undefined {
  return variablesOf(text).find((name) => {
    const held = Object.hasOwn(environment, name) ? (environment[name] ?? '') : '';
    return secrets.some((secret) => held.includes(secret));
  });
}

function resolveText(
  template: Template,
  { name, manifest }: TargetConfig,
  environment: Environment,
  extra: readonly string[],
  report: Report,
): string | undefined {
  const barred = variablesOf(template.text).find((variable) => forbidden(variable, manifest, extra) !== undefined);
  if (barred !== undefined) {
    report(template, 'variable-not-allowed', forbidden(barred, manifest, extra) ?? '');
    return undefined;
  }
  const filled = fill(template.text, environment);
  if (filled.unset === undefined) return filled.value;
  report(
    template,
    'unset-variable',
    `the environment variable \`${filled.unset}\` is not set or is empty; the target \`${shown(name)}\` needs it`,
  );
  return undefined;
}

function resolveBaseUrl(config: TargetConfig, allowed: AllowedHosts, value: Value, report: Report): string | undefined {
  const { baseUrl, manifest } = config;
  const text = baseUrl ? value(baseUrl) : manifest.baseUrl.default;
  if (text === undefined) return undefined;
  const parsed = parseBaseUrl(text);
  const fault = parsed.fault ?? refusal(parsed.origin, manifest.hosts, allowed);
  if (fault === undefined && parsed.fault === undefined) return parsed.url;
  const from = variablesOf(baseUrl?.text ?? '');
  const read = from.length > 0 ? ` (read from ${from.map((name) => `\`${name}\``).join(', ')})` : '';
  report(baseUrl ?? config, parsed.fault === undefined ? 'host' : 'base-url', `${fault}${read}`);
  return undefined;
}

function resolveTenant({ tenant, manifest }: TargetConfig, value: Value, report: Report): string | undefined {
  if (!tenant || !manifest.tenant) return '';
  const text = value(tenant);
  if (text === undefined) return undefined;
  const fault = faultInTenant(text, manifest.tenant);
  if (fault === undefined) return text;
  report(tenant, 'tenant', fault);
  return undefined;
}

function faultInTenant(text: string, { noun, pattern, form = `like ${pattern}` }: Tenant): string | undefined {
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(text)) {
    return `\`${shown(text, 40)}\` is not ${withArticle(noun)}: ${form}`;
  }
  const fault = faultInName(text);
  return fault === undefined ? undefined : `the ${noun} \`${shown(text, 40)}\` ${fault}`;
}

function resolveAuth({ auth, manifest }: TargetConfig, value: Value, report: Report): Record<string, string> {
  const entries = Object.entries(auth).flatMap(([key, template]) => {
    const text = value(template);
    if (text === undefined) return [];
    const fault = faultInCredential(manifest, key, text);
    if (fault === undefined) return [[key, text] as const];
    const names = variablesOf(template.text).map((name) => `\`${name}\``);
    report(template, 'credential', `the value of ${names.join(', ') || `\`${key}\``} ${fault}`);
    return [];
  });
  return Object.fromEntries(entries);
}
