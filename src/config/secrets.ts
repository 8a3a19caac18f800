/** The map of secrets: from the name of a target to its credentials. Messages quote nothing from it except names of targets. */
import { isMap, isScalar, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { Failure } from '../core/failure.ts';
import type { Location } from '../core/problem.ts';
import { placesIn } from './document.ts';
import { yamlOptions } from './yaml.ts';

export interface Secrets {
  /** Where it comes from, as a message says it. */
  readonly name: string;
  /** By name of the target. */
  readonly entries: ReadonlyMap<string, SecretEntry>;
}

export interface SecretEntry {
  readonly at: Location;
  /** By key of `auth`. */
  readonly values: ReadonlyMap<string, SecretValue>;
}

export interface SecretValue {
  readonly at: Location;
  readonly text: string;
}

/**
 * YAML or JSON. `name`: where it comes from, for messages.
 * @throws Failure 'config' for text that is not such a map; it says where, and never quotes the text.
 */
export function parseSecrets(text: string, name: string): Secrets {
  const place = placesIn(name, text);
  const reading: Reading = {
    name,
    // The line itself would be shown with the mistake.
    locate: (offset) => ({ source: place(offset).source }),
  };
  const root = parse(text, reading);
  const entries = [...fields(root, 'the map of secrets must be a map from names of targets to entries', reading)].map(
    ([target, { key, value }]) => {
      const values = [...fields(value, 'an entry must be a map from keys of `auth` to values', reading)].map(
        ([field, inner]) => [field, { at: reading.locate(inner.key), text: textOf(inner, reading) }] as const,
      );
      return [target, { at: reading.locate(key), values: new Map(values) }] as const;
    },
  );
  return { name, entries: new Map(entries) };
}

/** Everything that must never be shown. */
export function secretValues({ entries }: Secrets): readonly string[] {
  return [...entries.values()].flatMap(({ values }) => [...values.values()].map(({ text }) => text));
}

interface Reading {
  readonly name: string;
  readonly locate: (offset: number) => Location;
}

interface Field {
  /** Where its key begins. */
  readonly key: number;
  readonly value: unknown;
}

function parse(text: string, reading: Reading): Node | null {
  const document = parsed(text, reading);
  const [first] = document.errors;
  if (first !== undefined) throw fault(reading, first.pos[0], 'this is neither YAML nor JSON');
  return document.contents;
}

function parsed(text: string, reading: Reading) {
  try {
    return parseDocument(text, yamlOptions);
  } catch (error) {
    if (error instanceof RangeError) throw fault(reading, 0, 'this is nested too deeply');
    throw error;
  }
}

function fields(node: unknown, fitting: string, reading: Reading): ReadonlyMap<string, Field> {
  if (!isPlainMap(node)) throw fault(reading, offsetOf(node), fitting);
  const found = new Map<string, Field>();
  for (const pair of node.items) {
    const { name, offset } = keyOf(pair, reading);
    if (found.has(name)) throw fault(reading, offset, 'a name appears twice in one map');
    found.set(name, { key: offset, value: pair.value });
  }
  return found;
}

function keyOf({ key }: Pair, reading: Reading): { readonly name: string; readonly offset: number } {
  const offset = offsetOf(key);
  if (isText(key)) return { name: key.value, offset };
  throw fault(reading, offset, 'a key is text; put it in quotes');
}

function textOf({ key, value }: Field, reading: Reading): string {
  if (isText(value)) return value.value;
  throw fault(reading, offsetOf(value) || key, 'the value here is not text; put it in quotes');
}

/** Tags and anchors would be cut off from a secret that begins with `!` or `&`; aliases are neither maps nor text. */
function isPlainMap(node: unknown): node is YAMLMap {
  return isMap(node) && node.tag === undefined && node.anchor === undefined;
}

function isText(node: unknown): node is { readonly value: string } {
  return isScalar(node) && typeof node.value === 'string' && node.tag === undefined && node.anchor === undefined;
}

function offsetOf(node: unknown): number {
  if (typeof node !== 'object' || node === null || !('range' in node)) return 0;
  const { range } = node;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : 0;
}

function fault({ name, locate }: Reading, offset: number, message: string): Failure {
  const { line, column } = locate(offset).source;
  return new Failure('config', `${name}, line ${line}, column ${column}: ${message}`);
}
