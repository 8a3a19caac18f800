/** Which safeties of one target a branch moves. It compares text, not values: no environment decides what is shown. */

import type { TargetConfig, Template } from '../config/config.ts';
import { takesEntry } from '../config/credentials.ts';
import { parseBaseUrl } from '../config/hosts.ts';
import { secretsVariable, variablesOf } from '../config/variables.ts';
import type { Safeguard } from '../core/plan.ts';
import { type Source, sortedSet } from '../core/role.ts';
import { shown } from '../core/text.ts';

/** `before` and `after` are one target in two revisions. */
export function targetSafeguards(before: TargetConfig, after: TargetConfig): readonly Safeguard[] {
  return [
    ...(before.name === after.name
      ? []
      : [safeguard('target-renamed', after, `the target was called ${quoted(before.name)}`)]),
    ...(before.provider === after.provider
      ? []
      : [safeguard('provider-changed', after, `the provider is ${after.provider} now; it was ${before.provider}`)]),
    ...urlSafeguards(before, after),
    ...tenantSafeguards(before, after),
    ...authSafeguards(before, after),
    ...unmanagedSafeguards(before, after),
    ...fileSafeguards(before, after),
    ...optionSafeguards(before, after),
  ];
}

export function removed(target: TargetConfig): Safeguard {
  const count = target.roles.length;
  const roles = count === 1 ? 'its role stays live' : `its ${count} roles stay live`;
  return safeguard('target-removed', target, `the target is no longer in the files; ${roles}, managed by no file`);
}

export function added(target: TargetConfig): Safeguard {
  const variables = variablesIn(target);
  const credentials = takesEntry(target) ? entryOf(target) : list(variables);
  const sent = credentials === '' ? '' : `; ${credentials} ${variables.length > 1 ? 'go' : 'goes'} there`;
  return safeguard('target-added', target, `the target is new: ${target.provider} at ${quoted(urlOf(target))}${sent}`);
}

function safeguard(code: string, { name, source }: TargetConfig, message: string, at: Source = source): Safeguard {
  return { code, target: name, role: null, message, source: at };
}

function urlSafeguards(before: TargetConfig, after: TargetConfig): readonly Safeguard[] {
  const [old, now] = [urlOf(before), urlOf(after)];
  if (old === now) return [];
  const [oldUrl, nowUrl] = [parseBaseUrl(old), parseBaseUrl(now)];
  const sameHost =
    oldUrl.fault === undefined &&
    nowUrl.fault === undefined &&
    oldUrl.origin.host === nowUrl.origin.host &&
    oldUrl.origin.secure === nowUrl.origin.secure;
  const moved = `\`baseUrl\` is ${quoted(now)} now; it was ${quoted(old)}`;
  const at = after.baseUrl?.source ?? after.source;
  return sameHost
    ? [safeguard('base-url-changed', after, moved, at)]
    : [safeguard('host-changed', after, `credentials go to another host: ${moved}`, at)];
}

/** In its normal form; unchanged if it contains variables. */
function urlOf({ baseUrl, manifest }: TargetConfig): string {
  const text = baseUrl?.text ?? manifest.baseUrl.default ?? '';
  const parsed = parseBaseUrl(text);
  return parsed.fault === undefined ? parsed.url : text;
}

function tenantSafeguards(before: TargetConfig, after: TargetConfig): readonly Safeguard[] {
  const [old, now] = [before.tenant?.text ?? '', after.tenant?.text ?? ''];
  if (old === now) return [];
  const message = `the ${after.manifest.tenant?.key ?? 'tenant'} is ${quoted(now)} now; it was ${quoted(old)}, whose roles stay live`;
  return [safeguard('tenant-changed', after, message, after.tenant?.source)];
}

/** Names of fields and variables only: the values in `auth` may be secret. */
function authSafeguards(before: TargetConfig, after: TargetConfig): readonly Safeguard[] {
  if (takesEntry(before) && takesEntry(after)) {
    if (before.name === after.name) return [];
    const message = `it signs in with ${entryOf(after)} now; it signed in with ${entryOf(before)}`;
    return [safeguard('auth-changed', after, message)];
  }
  const fields = sortedSet([...Object.keys(before.auth), ...Object.keys(after.auth)]);
  const changed = fields.filter((field) => textIn(before, field) !== textIn(after, field));
  if (changed.length === 0) return [];
  const at = changed.map((field) => own(after.auth, field)?.source).find((source) => source !== undefined);
  const reads = (target: TargetConfig) =>
    takesEntry(target) ? entryOf(target) : list(variablesIn(target)) || 'no variable';
  const message = `${list(changed)} of \`auth\` changed: it reads ${reads(after)} now; it read ${reads(before)}`;
  return [safeguard('auth-changed', after, message, at)];
}

function entryOf({ name }: TargetConfig): string {
  return `the entry ${quoted(name)} of ${secretsVariable}`;
}

function textIn({ auth }: TargetConfig, field: string): string | undefined {
  return own(auth, field)?.text;
}

function own(auth: TargetConfig['auth'], field: string): Template | undefined {
  return Object.hasOwn(auth, field) ? auth[field] : undefined;
}

function variablesIn({ auth }: TargetConfig): readonly string[] {
  return sortedSet(Object.values(auth).flatMap(({ text }) => variablesOf(text)));
}

const unmanagedMeans: Readonly<Record<TargetConfig['unmanaged'], string>> = {
  report: 'live roles that no file names are listed and left alone',
  ignore: 'live roles that no file names are counted, not listed',
  delete: 'live roles that no file names are deleted',
};

function unmanagedSafeguards(before: TargetConfig, after: TargetConfig): readonly Safeguard[] {
  if (before.unmanaged === after.unmanaged) return [];
  const message = `\`unmanaged\` is \`${after.unmanaged}\` now; it was \`${before.unmanaged}\`: ${unmanagedMeans[after.unmanaged]}`;
  return [safeguard('unmanaged-changed', after, message)];
}

/** A restriction that is new, or loses a glob, opens nothing. */
function fileSafeguards({ files: old }: TargetConfig, after: TargetConfig): readonly Safeguard[] {
  const { files: now } = after;
  if (old === undefined) return [];
  if (now === undefined) {
    return [
      safeguard('files-opened', after, `\`files\` is removed: any file may hold its roles; it was ${list(old)} only`),
    ];
  }
  const more = now.filter((glob) => !old.includes(glob));
  if (more.length === 0) return [];
  return [safeguard('files-opened', after, `\`files\` is ${list(now)} now; it was ${list(old)}`)];
}

function optionSafeguards({ options: old }: TargetConfig, after: TargetConfig): readonly Safeguard[] {
  return Object.entries(after.manifest.options).flatMap(([key, { widens }]) => {
    const more = sortedSet((after.options[key] ?? []).filter((entry) => !old[key]?.includes(entry)));
    if (more.length === 0) return [];
    const message = `\`${key}\` has ${list(more)} now: ${more.length > 1 ? widens.many : widens.one}`;
    return [safeguard(kebab(key), after, message)];
  });
}

/** 'drop-unknown-roles' for `dropUnknownRoles`. */
function kebab(key: string): string {
  return key.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}

function list(names: readonly string[]): string {
  const all = names.map(quoted);
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

function quoted(text: string): string {
  return `\`${shown(text, 200)}\``;
}
