/** Checks a document against the JSON Schema and says in plain words, at the exact place, what is wrong. */
import { type Problem, problem } from '../core/problem.ts';
import { isRecord } from '../core/record.ts';
import { groupBy } from '../core/role.ts';
import { shown } from '../core/text.ts';
import { didYouMean, nearest } from '../nearest-word.ts';
import type { Manifests } from '../providers/manifest.ts';
import { below, type Document, valueAt } from './document.ts';
import { credentialFields, type Language, type SchemaError } from './language.ts';
import { createProblemList } from './problem-list.ts';

export interface Checked {
  readonly problems: readonly Problem[];
  /** JSON pointers of the values that are wrong. */
  readonly faulty: ReadonlySet<string>;
}

export function checkSchema(document: Document, language: Language): Checked {
  const { check } = language;
  if (check(document.value)) return { problems: [], faulty: new Set() };
  const errors = distinctErrors(check.errors ?? []);
  const misspelt = misspeltKeys(errors);
  const list = createProblemList();
  for (const error of errors) {
    if (error.keyword === 'required' && misspelt(error)) continue;
    list.add(error.keyword, () => explain(error, document, language.manifests));
  }
  return {
    problems: list.problems(),
    faulty: new Set(errors.filter((error) => error.keyword !== 'required').map(pointerOf)),
  };
}

/** `if` only says that its `then` failed, and the root repeats what the provider's own schema says. */
function distinctErrors(errors: readonly SchemaError[]): readonly SchemaError[] {
  const byPlace = new Map<string, SchemaError>();
  for (const error of errors) {
    // An alias without an anchor leaves no value; that mistake is already reported.
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

/** So many unknown keys of one object are compared with what is missing there. */
const compared = 20;

/** A key that is only misspelt is not missing as well. */
function misspeltKeys(errors: readonly SchemaError[]): (missing: SchemaError) => boolean {
  const unknown = errors.filter((error) => error.keyword === 'additionalProperties');
  const byPlace = groupBy(unknown, ({ instancePath }) => instancePath);
  return ({ instancePath, params }) => {
    const name = String(params['missingProperty']);
    const beside = (byPlace.get(instancePath) ?? []).slice(0, compared);
    return beside.some((error) => nearest(unknownKey(error), [...known(error), name]) === name);
  };
}

function pointerOf(error: SchemaError): string {
  return error.keyword === 'additionalProperties' ? below(error.instancePath, unknownKey(error)) : error.instancePath;
}

function unknownKey(error: SchemaError): string {
  return String(error.params['additionalProperty']);
}

function known(error: SchemaError): readonly string[] {
  const { properties } = error.parentSchema;
  return isRecord(properties) ? Object.keys(properties) : [];
}

function explain(error: SchemaError, document: Document, manifests: Manifests): Problem {
  return (explanations.get(error.keyword) ?? otherwiseWrong)(error, document, manifests);
}

type Explanation = (error: SchemaError, document: Document, manifests: Manifests) => Problem;

/** By keyword of JSON Schema. */
const explanations: ReadonlyMap<string, Explanation> = new Map<string, Explanation>([
  ['additionalProperties', unknownKeyHere],
  ['required', missingKey],
  ['false schema', oneOrOther],
  ['type', wrongType],
  ['enum', notOneOf],
  ['pattern', wrongForm],
  ['minLength', emptyText],
  ['maxLength', tooLong],
  ['minItems', emptyList],
  ['maxItems', tooMany],
]);

function unknownKeyHere(error: SchemaError, { key }: Document, manifests: Manifests): Problem {
  const name = unknownKey(error);
  const allowed = known(error);
  const meant = synonyms[name.toLowerCase()] ?? wordOf(name, manifests);
  const hint =
    didYouMean(meant !== undefined && allowed.includes(meant) ? meant : name, allowed) ||
    ` Valid keys: ${allowed.join(', ')}.`;
  return problem(key(pointerOf(error)), 'unknown-key', `\`${shown(name)}\` is not a valid key here.${hint}`);
}

/** At the key whose value lacks it, or at the item of a list. */
function missingKey(error: SchemaError, { key }: Document, manifests: Manifests): Problem {
  const { instancePath, params } = error;
  const name = String(params['missingProperty']);
  const isProvider = instancePath === '' && name === 'provider';
  const choices = isProvider ? `: write one of ${[...manifests.keys()].join(', ')}` : '';
  return problem(key(instancePath), 'missing-key', `\`${name}\` is missing here (${title(error)})${choices}`);
}

function oneOrOther({ instancePath }: SchemaError, document: Document, manifests: Manifests): Problem {
  const other = rival(instancePath, document, manifests);
  const message = `\`${lastKey(instancePath)}\` cannot be combined with ${other}: give one or the other`;
  return problem(document.key(instancePath), 'one-or-other', message);
}

function notOneOf({ instancePath, params, data }: SchemaError, { at }: Document): Problem {
  const allowed = [params['allowedValues']].flat().map(String);
  const value = String(data);
  const message = `\`${shown(value)}\` is not one of: ${allowed.join(', ')}.${didYouMean(value, allowed)}`;
  return problem(at(instancePath), 'wrong-value', message);
}

function wrongForm({ instancePath, parentSchema }: SchemaError, { at }: Document, manifests: Manifests): Problem {
  const name = lastKey(instancePath);
  const message = String(parentSchema['patternErrorMessage'] ?? `\`${name}\` is malformed`);
  return problem(at(instancePath), credentialFields(manifests).secret.has(name) ? 'secret' : 'wrong-value', message);
}

function emptyText({ instancePath }: SchemaError, { at }: Document): Problem {
  return problem(at(instancePath), 'empty', `${named(instancePath)} is empty: write a value`);
}

function tooLong({ instancePath, params, data }: SchemaError, { at }: Document): Problem {
  const length = [...String(data)].length;
  const message = `${named(instancePath)} has ${length} characters; at most ${params['limit']} are allowed`;
  return problem(at(instancePath), 'too-long', message);
}

function emptyList({ instancePath }: SchemaError, { at }: Document): Problem {
  const name = lastKey(instancePath);
  const message =
    name === 'permissions'
      ? 'a role here needs at least one permission: to delete the role, write `ensure: absent`'
      : name === 'targets'
        ? '`targets` is empty, so these roles would apply to no target: define a target or name one'
        : `\`${name}\` is empty: write an entry, or omit the key`;
  return problem(at(instancePath), 'empty-list', message);
}

function tooMany({ instancePath, params }: SchemaError, { at }: Document): Problem {
  return problem(at(instancePath), 'too-many', `${named(instancePath)} has more than ${params['limit']} entries`);
}

function otherwiseWrong(error: SchemaError, { at }: Document): Problem {
  const { instancePath } = error;
  return problem(at(instancePath), 'wrong-value', `${named(instancePath)} is not valid here (${title(error)})`);
}

function title({ parentSchema }: SchemaError): string {
  return shown(String(parentSchema['title'] ?? 'this'));
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

/** Quotes alone would not make it right. */
function formOf({ parentSchema }: SchemaError, spelling: string): string | undefined {
  const { pattern, patternErrorMessage: form } = parentSchema;
  if (typeof pattern !== 'string' || typeof form !== 'string' || new RegExp(pattern, 'u').test(spelling))
    return undefined;
  return form;
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

function wrongType(error: SchemaError, document: Document, manifests: Manifests): Problem {
  const pointer = error.instancePath;
  const expected = [error.params['type']].flat().map((type) => words[String(type)] ?? String(type));
  const what = pointer === '' ? 'the file' : named(pointer);
  if (error.data === null || error.data === undefined) {
    const remedy = /\/\d+$/.test(pointer) ? 'write a value or remove the line' : 'write a value, or omit the key';
    return problem(document.key(pointer), 'empty', `${what} is empty; expected ${expected.join(' or ')}: ${remedy}`);
  }
  const spelling = document.spelling(pointer);
  if (error.params['type'] === 'string' && spelling !== undefined) {
    const kind = typeof error.data === 'number' ? 'a number' : 'a boolean';
    const isSecret = credentialFields(manifests).secret.has(lastKey(pointer));
    const remedy = isSecret
      ? 'write exactly one `${NAME}`'
      : (formOf(error, spelling) ?? `quote it: "${shown(spelling)}"`);
    return problem(document.at(pointer), 'not-text', `${what} is ${kind}; expected text: ${remedy}`);
  }
  const found = Array.isArray(error.data)
    ? 'a list'
    : typeof error.data === 'object'
      ? 'keys and values'
      : 'a single value';
  const remedy = error.params['type'] === 'boolean' ? ': write true or false, without quotes' : '';
  return problem(document.at(pointer), 'wrong-type', `${what} is ${found}; expected ${expected.join(' or ')}${remedy}`);
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'a set of keys',
  array: 'a list',
  boolean: 'true or false',
};

/** The last step of a pointer that is a key: of `/roles/0/permissions/3`, `permissions`. */
function lastKey(pointer: string): string {
  const steps = pointer.split('/').filter((step) => !/^\d+$/.test(step));
  return (steps.at(-1) ?? '').replaceAll('~1', '/').replaceAll('~0', '~');
}

function named(pointer: string): string {
  return /\/\d+$/.test(pointer) ? `this entry of \`${shown(lastKey(pointer))}\`` : `\`${shown(lastKey(pointer))}\``;
}
