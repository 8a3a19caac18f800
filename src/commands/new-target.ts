/** A target that no file defines yet, from the flags of a command: what is given, and variables for what is not to be written down. */
import { slug } from '../authoring/lay-out.ts';
import type { NewTarget } from '../authoring/new-file.ts';
import type { Config, TargetConfig } from '../config/config.ts';
import { where } from '../config/document.ts';
import { parseBaseUrl } from '../config/hosts.ts';
import { systemOf } from '../config/system.ts';
import { secretsVariable, variableFor, withDefaults } from '../config/variables.ts';
import { Failure } from '../core/failure.ts';
import { shown } from '../core/text.ts';
import type { CommandIo } from '../io.ts';
import { didYouMean } from '../nearest-word.ts';
import type { Manifest } from '../providers/manifest.ts';
import { tenantFlag } from './target-flags.ts';

export interface TargetFlags {
  readonly provider?: string;
  readonly baseUrl?: string;
  /** The tenant's key of each provider is a flag. */
  readonly [key: string]: unknown;
}

export interface GivenTarget {
  readonly manifest: Manifest;
  readonly target: NewTarget;
}

/** @throws Failure that says which flag or variable is missing. */
export function givenTarget(
  name: string | undefined,
  flags: TargetFlags,
  io: Pick<CommandIo, 'table' | 'environment'>,
): GivenTarget {
  const manifest = providerOf(flags, io);
  const tenant = tenantOf(manifest, flags, io);
  const { baseUrl } = flags;
  if (baseUrl === undefined && manifest.baseUrl.default === undefined) {
    const examples = manifest.baseUrl.examples.filter((one) => !one.includes('$')).join(' or ');
    throw new Failure('config', `say where ${manifest.title} is with --base-url, like ${examples}`);
  }
  return {
    manifest,
    target: { name: name ?? nameFor(manifest, tenant, baseUrl), tenant, baseUrl, auth: authFor(manifest, flags, io) },
  };
}

function providerOf({ provider }: TargetFlags, { table }: Pick<CommandIo, 'table'>): Manifest {
  const names = [...table.manifests.keys()];
  const manifest = table.manifests.get(provider ?? '');
  if (manifest !== undefined) return manifest;
  const what =
    provider === undefined ? 'say which provider, with --provider' : `there is no provider \`${shown(provider)}\``;
  throw new Failure(
    'config',
    `${what}: ${names.join(', ')}.${provider === undefined ? '' : didYouMean(provider, names)}`,
  );
}

function tenantOf(
  { name, title, tenant, place }: Manifest,
  flags: TargetFlags,
  { table }: Pick<CommandIo, 'table'>,
): string | undefined {
  for (const { tenant: other } of table.manifests.values()) {
    if (other === undefined || other.key === tenant?.key || flags[other.key] === undefined) continue;
    const instead = tenant === undefined ? '--base-url' : tenantFlag(tenant.key);
    throw new Failure('config', `${title} has ${place.many}: give ${instead}, not ${tenantFlag(other.key)}`);
  }
  if (tenant === undefined) return undefined;
  const value = flags[tenant.key];
  if (typeof value === 'string') return value;
  const example = tenant.example.includes('$') ? '' : `, like ${tenantFlag(tenant.key)} ${tenant.example}`;
  throw new Failure('config', `say which ${place.one} of ${name}, with ${tenantFlag(tenant.key)}${example}`);
}

/** Flags of a new target beside no provider: whoever gave them did not mean the targets of the files. */
export function refuseStray(flags: TargetFlags, { manifests }: CommandIo['table']): void {
  const keys = [...manifests.values()].flatMap(({ tenant }) => tenant?.key ?? []);
  const stray = ['baseUrl', ...keys].find((key) => flags[key] !== undefined);
  if (stray === undefined) return;
  const names = [...manifests.keys()].join(', ');
  throw new Failure(
    'config',
    `${tenantFlag(stray)} is for a new target: say of which provider, with --provider: ${names}`,
  );
}

function nameFor({ name }: Manifest, tenant: string | undefined, baseUrl: string | undefined): string {
  const parsed = parseBaseUrl(withDefaults(baseUrl ?? '') ?? '');
  const place = tenant ?? (parsed.fault === undefined ? parsed.origin.host : '');
  return place === '' || place.includes('$') ? name : slug(`${name} ${place}`);
}

/**
 * The way to sign in whose variables are set. Where none is: nothing if there is a map of secrets, which has an entry for each
 * target without `auth`, else the first way.
 */
function authFor(
  manifest: Manifest,
  flags: TargetFlags,
  { environment }: Pick<CommandIo, 'environment'>,
): Readonly<Record<string, string>> {
  const { alternatives } = manifest.auth;
  const set = alternatives.find((keys) => keys.every((key) => environment[variableFor(manifest, key)]));
  if (set === undefined && (environment[secretsVariable] || flags['secretsFd'] !== undefined)) return {};
  const keys = set ?? alternatives[0] ?? [];
  return Object.fromEntries(keys.map((key) => [key, `\${${variableFor(manifest, key)}}`]));
}

/** Without credentials nothing can be read; said before a file is spoken of that is not there. */
export function refuseUnset({ manifest, target }: GivenTarget, { environment }: Pick<CommandIo, 'environment'>): void {
  const isSet = (key: string) => Boolean(environment[variableFor(manifest, key)]);
  if (Object.keys(target.auth).every(isSet)) return;
  const ways = manifest.auth.alternatives.map((keys) => keys.map((key) => variableFor(manifest, key)).join(' and '));
  const what = `rolesync signs in to ${manifest.title} with variables of the environment`;
  throw new Failure('config', `${what}: set ${ways.join(', or ')}`);
}

/** The target of the files that is the same place; a second name for it would be refused. */
export function definedAs({ targets }: Config, { manifest, target }: GivenTarget): TargetConfig | undefined {
  const systemAt = (baseUrl = manifest.baseUrl.default ?? '') => systemOf(manifest, withDefaults(baseUrl) ?? baseUrl);
  return targets.find(
    (one) =>
      one.manifest === manifest &&
      one.tenant?.text === target.tenant &&
      systemAt(one.baseUrl?.text) === systemAt(target.baseUrl),
  );
}

/** @throws Failure where another place has that name. */
export function refuseTaken({ targets }: Config, { manifest, target }: GivenTarget): void {
  const named = targets.find(({ name }) => name === target.name);
  if (named === undefined) return;
  const what = `a target called \`${shown(target.name)}\` is defined already (${where(named)})`;
  throw new Failure('config', `${what}; give the new ${manifest.place.one} another name`);
}
