/** What a target signs in with: its `auth`, or, where no file gives it any, its entry in the map of secrets. Shows no value. */
import { byPlace, type Problem, problem } from '../core/problem.ts';
import { shown } from '../core/text.ts';
import { didYouMean } from '../nearest-word.ts';
import type { Manifest } from '../providers/manifest.ts';
import type { Config, TargetConfig } from './config.ts';
import { valueAt } from './document.ts';
import type { SecretEntry, Secrets } from './secrets.ts';
import { listedTargets, type RoleFile } from './shape.ts';
import { secretsVariable } from './variables.ts';

/** No file gives it credentials, so it takes the entry that has its name. */
export function takesEntry({ auth }: Pick<TargetConfig, 'auth'>): boolean {
  return Object.keys(auth).length === 0;
}

/** One warning for each file whose targets have to have entries: whether they do is not known without the map. */
export function targetsWithoutAuth(files: readonly RoleFile[]): readonly Problem[] {
  return files.flatMap((file) => {
    const { document } = file;
    if (has(document.value, 'auth')) return [];
    const without = listedTargets(file).flatMap(({ value, pointer }) =>
      typeof value === 'string' || value.name === undefined || has(valueAt(document, pointer), 'auth')
        ? []
        : [{ name: value.name, pointer }],
    );
    const [first] = without;
    if (first === undefined) return [];
    const message = `${subject(without.map(({ name }) => name))} no \`auth\`, and neither has this file: the credentials must come from ${secretsVariable}`;
    return [problem(document.at(first.pointer), 'no-auth', message, 'warning')];
  });
}

/**
 * Entries that nothing is done with: one warning for those that no target has, and one for those of targets with `auth`; one
 * each where a target was meant. Not errors: the map is changed before the files, or after them, never at once.
 */
export function unusedEntries({ targets }: Config, { name, entries }: Secrets): readonly Problem[] {
  const known = new Map(targets.map((target) => [target.name, target]));
  const lacking = targets.filter((target) => takesEntry(target) && !entries.has(target.name)).map((one) => one.name);
  const strange = [...entries.keys()].filter((one) => !known.has(one));
  const meant = strange.filter((one) => didYouMean(one, lacking) !== '');
  const rest = strange.filter((one) => !meant.includes(one));
  const double = targets.filter((target) => !takesEntry(target) && entries.has(target.name)).map((one) => one.name);
  const unused = (names: readonly string[], why: string): readonly Problem[] => {
    const first = entries.get(names[0] ?? '');
    if (first === undefined) return [];
    const what = names.length === 1 ? `the entry ${some(names)}` : `the entries ${some(names)}`;
    const message = `${what} of ${name} ${names.length === 1 ? 'is' : 'are'} not used: ${why}`;
    return [problem(first.at, 'unused-entry', message, 'warning')];
  };
  const gone = 'none of the given files defines such a target';
  return [
    ...meant.flatMap((one) => unused([one], `${gone}.${didYouMean(one, lacking)}`)),
    ...unused(rest, gone),
    ...unused(
      double,
      `${double.length === 1 ? 'the target has' : 'the targets have'} \`auth\` in a file; remove one of the two`,
    ),
  ].toSorted(byPlace);
}

export interface Taken {
  readonly auth?: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

/** The values of the one entry that is the target's, or what is wrong with it. Only for a target that takes one. */
export function entryOf({ name, manifest, source }: TargetConfig, secrets: Secrets | undefined): Taken {
  if (secrets === undefined) return { problems: [] };
  const entry = secrets.entries.get(name);
  if (entry === undefined) {
    const message = `the target \`${shown(name)}\` has no \`auth\` in its file and no entry in ${secrets.name}`;
    return { problems: [problem({ source }, 'no-auth', message)] };
  }
  const problems = faultsIn(entry, `the entry \`${shown(name)}\``, manifest);
  if (problems.length > 0) return { problems };
  return { auth: Object.fromEntries([...entry.values].map(([key, { text }]) => [key, text])), problems };
}

/** Where there is no map at all: one mistake, however many targets need it. */
export function noSecrets(targets: readonly TargetConfig[], secrets: Secrets | undefined): readonly Problem[] {
  const without = secrets === undefined ? targets.filter(takesEntry) : [];
  const [first] = without;
  if (first === undefined) return [];
  const message = `${subject(without.map(({ name }) => name))} no \`auth\`, and ${secretsVariable} is not set: give \`auth\` in the file, or the credentials in ${secretsVariable} or with \`--secrets-fd\``;
  return [problem({ source: first.source }, 'no-auth', message)];
}

/** A line break that a shell left at the end would fail much later, and obscurely. Says nothing of the value itself. */
export function faultInCredential({ auth }: Manifest, key: string, text: string): string | undefined {
  if (/[\0-\x1f\x7f]/.test(text)) return 'holds a line break or another control character: set it again without it';
  return auth.keys[key]?.header === true && /[^\x21-\x7e]/.test(text)
    ? 'holds a space or a character that cannot be sent in a header'
    : undefined;
}

/** `the target a has`, `the targets a, b, c and 197 more have` */
function subject(names: readonly string[]): string {
  return names.length === 1 ? `the target ${some(names)} has` : `the targets ${some(names)} have`;
}

const mentioned = 3;

function some(names: readonly string[]): string {
  const more = names.length > mentioned ? ` and ${names.length - mentioned} more` : '';
  const listed = names.slice(0, mentioned).map((name) => `\`${shown(name)}\``);
  return `${listed.join(', ')}${more}`;
}

function has(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && key in value;
}

/** A key that the provider does not have is not quoted: it may be a secret on the wrong side of the colon. */
function faultsIn({ at, values }: SecretEntry, entry: string, manifest: Manifest): readonly Problem[] {
  const keys = Object.keys(manifest.auth.keys);
  const strange = [...values].filter(([key]) => !keys.includes(key));
  if (strange.length > 0) {
    return strange.map(([key, value]) => {
      const message = `${entry} has a key that \`auth\` does not have: ${keys.join(', ')}.${didYouMean(key, keys)}`;
      return problem(value.at, 'unknown-key', message);
    });
  }
  if (!manifest.auth.alternatives.some((one) => one.length === values.size && one.every((key) => values.has(key)))) {
    const wanted = manifest.auth.alternatives.map((one) => one.map((key) => `\`${key}\``).join(' and ')).join(', or ');
    const held = [...values.keys()].map((key) => `\`${key}\``).join(' and ') || 'nothing';
    return [problem(at, 'credential', `${entry} holds ${held}; it must be ${wanted}`)];
  }
  return [...values].flatMap(([key, { at: place, text }]) => {
    const fault = text === '' ? 'is empty' : faultInCredential(manifest, key, text);
    return fault === undefined ? [] : [problem(place, 'credential', `the value of \`${key}\` in ${entry} ${fault}`)];
  });
}
