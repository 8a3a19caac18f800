/** Checks a document against the JSON Schema and says in plain words, at the exact place, what is wrong. */
import type { Problem } from '../core/problem.ts';
import { type Location, problem } from '../core/problem.ts';
import { shown } from '../core/text.ts';
import { didYouMean, nearest } from '../nearest-word.ts';
import type { Manifests } from '../providers/manifest.ts';
import { below, type Document, valueAt } from './document.ts';
import { credentialFields, type Language, type SchemaError } from './language.ts';

export interface Checked {
  readonly problems: readonly Problem[];
  /** JSON pointers of the values that are wrong. */
  readonly faulty: ReadonlySet<string>;
}

export function checkSchema(document: Document, language: Language): Checked {
  const { check } = language;
  if (check(document.value)) return { problems: [], faulty: new Set() };
  const errors = distinctErrors(check.errors ?? []);
  const unknown = errors.filter((error) => error.keyword === 'additionalProperties');
  const helpful = errors.filter((error) => !(error.keyword === 'required' && explained(error, unknown)));
  return {
    problems: helpful.map((error) => explain(error, document, language)),
    faulty: new Set(errors.filter((error) => error.keyword !== 'required').map(pointerOf)),
  };
}

/** `if` only says that its `then` failed, and the root repeats what the provider's own schema says. */
function distinctErrors(errors: readonly SchemaError[]): readonly SchemaError[] {
  const byPlace = new Map<string, SchemaError>();
  for (const error of errors) {
    // An alias that stands for nothing leaves no value; that mistake has been told.
    if (error.keyword === 'if' || error.data === undefined) continue;
    const id = JSON.stringify([error.keyword, pointerOf(error), error.params['missingProperty']]);
    if (!byPlace.has(id)) byPlace.set(id, error);
  }
  const all = [...byPlace.values()];
  const broken = new Set(all.filter(({ keyword }) => keyword === 'type' || keyword === 'false schema').map(pointerOf));
  return all.filter(
    (error) => error.keyword === 'type' || error.keyword === 'false schema' || !broken.has(pointerOf(error)),
  );
}

/** A key that is only misspelt is not missing as well. */
function explained(missing: SchemaError, unknown: readonly SchemaError[]): boolean {
  const name = String(missing.params['missingProperty']);
  return unknown.some(
    (error) =>
      error.instancePath === missing.instancePath && nearest(unknownKey(error), [...known(error), name]) === name,
  );
}

function pointerOf(error: SchemaError): string {
  return error.keyword === 'additionalProperties' ? below(error.instancePath, unknownKey(error)) : error.instancePath;
}

function unknownKey(error: SchemaError): string {
  return String(error.params['additionalProperty']);
}

function known(error: SchemaError): readonly string[] {
  return Object.keys((error.parentSchema['properties'] as object | undefined) ?? {});
}

function explain(error: SchemaError, document: Document, { manifests }: Language): Problem {
  const pointer = pointerOf(error);
  const { key, at } = document;
  const title = shown(String(error.parentSchema['title'] ?? 'this'));
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = unknownKey(error);
      const allowed = known(error);
      const meant = synonyms[name.toLowerCase()] ?? wordOf(name, manifests);
      const hint =
        didYouMean(meant !== undefined && allowed.includes(meant) ? meant : name, allowed) ||
        ` Known here: ${allowed.join(', ')}.`;
      return problem(key(pointer), 'unknown-key', `\`${shown(name)}\` is not a key that is known here.${hint}`);
    }
    case 'required': {
      const name = String(error.params['missingProperty']);
      const choices = pointer === '' && name === 'provider' ? `: write one of ${[...manifests.keys()].join(', ')}` : '';
      return problem(owner(document, pointer), 'missing-key', `\`${name}\` is missing here (${title})${choices}`);
    }
    case 'false schema':
      return problem(
        key(pointer),
        'one-or-other',
        `\`${lastKey(pointer)}\` does not go with ${rival(pointer, document, manifests)}: give one or the other`,
      );
    case 'type':
      return wrongType(error, document, credentialFields(manifests).secret);
    case 'enum': {
      const allowed = (error.params['allowedValues'] as readonly string[]).map(String);
      const value = String(error.data);
      const message = `\`${shown(value)}\` is not one of: ${allowed.join(', ')}.${didYouMean(value, allowed)}`;
      return problem(at(pointer), 'wrong-value', message);
    }
    case 'pattern': {
      const name = lastKey(pointer);
      const code = credentialFields(manifests).secret.has(name) ? 'secret' : 'wrong-value';
      return problem(
        at(pointer),
        code,
        String(error.parentSchema['patternErrorMessage'] ?? `\`${name}\` has the wrong form`),
      );
    }
    case 'minLength':
      return problem(at(pointer), 'empty', `${named(pointer)} is empty: write a value`);
    case 'maxLength': {
      const length = [...String(error.data)].length;
      return problem(
        at(pointer),
        'too-long',
        `${named(pointer)} has ${length} characters; at most ${error.params['limit']} are allowed`,
      );
    }
    case 'minItems':
      return problem(at(pointer), 'empty-list', emptyList(lastKey(pointer)));
    case 'maxItems':
      return problem(at(pointer), 'too-many', `${named(pointer)} has more than ${error.params['limit']} entries`);
    default:
      return problem(at(pointer), 'wrong-value', `${named(pointer)} is not what belongs here (${title})`);
  }
}

/** The first credential beside this one that belongs to another set of them. */
function rival(pointer: string, document: Document, manifests: Manifests): string {
  const provider = String(valueAt(document, '/provider'));
  const alternatives = manifests.get(provider)?.auth.alternatives ?? [];
  const given = Object.keys(Object(valueAt(document, pointer.slice(0, pointer.lastIndexOf('/')))));
  const own = alternatives.find((keys) => keys.includes(lastKey(pointer)));
  const others = alternatives.filter((keys) => keys !== own).flat();
  return `\`${others.find((key) => given.includes(key)) ?? others[0]}\``;
}

/** What rolesync calls a word of a provider's API. */
function wordOf(name: string, manifests: Manifests): string | undefined {
  const words = [...manifests.values()].flatMap((manifest) => Object.entries(manifest.synonyms));
  return words.find(([word]) => word === name.toLowerCase())?.[1];
}

/** Words of several APIs and of other tools. */
const synonyms: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  scope: 'permissions',
  scopes: 'permissions',
  rights: 'permissions',
  url: 'baseUrl',
  host: 'baseUrl',
  renamed_from: 'previously',
  aliases: 'previously',
  state: 'ensure',
});

function wrongType(error: SchemaError, document: Document, secrets: ReadonlySet<string>): Problem {
  const pointer = error.instancePath;
  const expected = [error.params['type']].flat().map((type) => words[String(type)] ?? String(type));
  const what = pointer === '' ? 'the file' : named(pointer);
  if (error.data === null || error.data === undefined) {
    const remedy = /\/\d+$/.test(pointer) ? 'write a value or remove the line' : 'write a value, or leave the key out';
    return problem(
      document.key(pointer),
      'empty',
      `${what} is empty, where ${expected.join(' or ')} belongs: ${remedy}`,
    );
  }
  const spelling = document.spelling(pointer);
  if (error.params['type'] === 'string' && spelling !== undefined) {
    const kind = typeof error.data === 'number' ? 'a number' : `\`${String(error.data)}\` as a truth value`;
    const remedy = secrets.has(lastKey(pointer)) ? 'write exactly one `${NAME}`' : `quote it: "${shown(spelling)}"`;
    return problem(document.at(pointer), 'not-text', `${what} reads as ${kind}, where text belongs: ${remedy}`);
  }
  const found = Array.isArray(error.data)
    ? 'a list'
    : typeof error.data === 'object'
      ? 'keys and values'
      : 'a single value';
  const remedy = error.params['type'] === 'boolean' ? ': write true or false, without quotes' : '';
  return problem(
    document.at(pointer),
    'wrong-type',
    `${what} is ${found}, where ${expected.join(' or ')} belongs${remedy}`,
  );
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'a set of keys',
  array: 'a list',
  boolean: 'true or false',
};

function emptyList(name: string): string {
  if (name === 'permissions')
    return 'a role here needs at least one permission: to delete the role, write `ensure: absent`';
  if (name === 'targets') return '`targets` is empty, so these roles would be for nobody: define a target or name one';
  return `\`${name}\` is empty: write an entry, or leave the key out`;
}

/** The last step of a pointer that is a key: of `/roles/0/permissions/3`, `permissions`. */
function lastKey(pointer: string): string {
  const steps = pointer.split('/').filter((step) => !/^\d+$/.test(step));
  return (steps.at(-1) ?? '').replaceAll('~1', '/').replaceAll('~0', '~');
}

function named(pointer: string): string {
  return /\/\d+$/.test(pointer) ? `this entry of \`${shown(lastKey(pointer))}\`` : `\`${shown(lastKey(pointer))}\``;
}

/** Where a key is missing: at the key whose value lacks it, or at the item of a list. */
function owner(document: Document, pointer: string): Location {
  return document.key(pointer);
}
