/** A role file as the parser sees it, with the offset of everything: of each role, key and item of a list. */
import {
  type CST,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { yamlOptions } from '../config/yaml.ts';
import { lineStart } from './edit.ts';

export interface Tree {
  /** Ends with a line break. */
  readonly text: string;
  readonly document: Document.Parsed;
  /** Anchors that an alias refers to. */
  readonly shared: ReadonlySet<string>;
}

export interface RolePlace {
  readonly map: YAMLMap;
  readonly inFlow: boolean;
  /** An anchor around it that an alias refers to: what changes here changes there. */
  readonly shared: string | undefined;
}

/** A text that has been read as a role file without a mistake. */
export function treeOf(text: string): Tree {
  const whole = text.endsWith('\n') ? text : `${text}${text.includes('\r\n') ? '\r\n' : '\n'}`;
  const document = parseDocument(whole, { ...yamlOptions, keepSourceTokens: true });
  const shared = new Set<string>();
  visit(document, { Alias: (_, { source }) => void shared.add(source) });
  return { text: whole, document, shared };
}

/** A text that did not end with a line break does not get one. */
export function asEnded(edited: string, original: string): string {
  return original.endsWith('\n') ? edited : edited.replace(/\r?\n$/, '');
}

/** A list of the file, such as its `roles`. */
export function listAt({ document }: Tree, key: string): YAMLSeq | undefined {
  const list = isMap(document.contents) ? document.contents.get(key, true) : undefined;
  return isSeq(list) ? list : undefined;
}

/** The role that begins there (line and column count from 1); undefined where it is written as an alias. */
export function roleAt(tree: Tree, place: { readonly line: number; readonly column: number }): RolePlace | undefined {
  const roles = listAt(tree, 'roles');
  const map = roles?.items.find((item): item is YAMLMap => isMap(item) && isAt(item, place, tree.text));
  if (roles === undefined || map === undefined) return undefined;
  const inFlow = isFlow(tree.document.contents) || isFlow(roles) || isFlow(map);
  return { map, inFlow, shared: [roles, map].map(({ anchor }) => anchor ?? '').find((one) => tree.shared.has(one)) };
}

/** Line and column count from 1. */
export function isAt(
  node: Node,
  { line, column }: { readonly line: number; readonly column: number },
  text: string,
): boolean {
  const offset = startOf(node);
  const start = lineStart(text, offset);
  if (offset - start + 1 !== column) return false;
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines === line;
}

export function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((pair) => isScalar(pair.key) && pair.key.value === key);
}

export function startOf(node: unknown): number {
  return (isNode(node) ? node.range?.[0] : undefined) ?? 0;
}

/** Where the value of a node ends; of blocks, after their last line break. */
export function endOf(node: unknown): number {
  return (isNode(node) ? node.range?.[1] : undefined) ?? 0;
}

export function isFlow(node: unknown): boolean {
  return isCollection(node) && node.srcToken?.type === 'flow-collection';
}

/** The text of a scalar as a role file means it; undefined for what is no text. */
export function textOf(node: unknown, { document }: Pick<Tree, 'document'>): string | undefined {
  const resolved = isAlias(node) ? node.resolve(document) : node;
  if (!isScalar(resolved) || typeof resolved.value !== 'string') return undefined;
  const isBlock = resolved.type === 'BLOCK_LITERAL' || resolved.type === 'BLOCK_FOLDED';
  return isBlock ? resolved.value.replace(/\n$/, '') : resolved.value;
}

/** The list that a value is, its alias resolved. */
export function listOf(node: unknown, { document }: Pick<Tree, 'document'>): YAMLSeq | undefined {
  const resolved = isAlias(node) ? node.resolve(document) : node;
  return isSeq(resolved) ? resolved : undefined;
}

/** An anchor in a node that an alias refers to. */
export function sharedIn(node: unknown, { shared }: Pick<Tree, 'shared'>): string | undefined {
  let found: string | undefined;
  if (!isNode(node)) return undefined;
  visit(node, {
    Node: (_, { anchor }: Node & { anchor?: string }) => {
      if (anchor === undefined || !shared.has(anchor)) return undefined;
      found = anchor;
      return visit.BREAK;
    },
  });
  return found;
}

/** An item of a collection in brackets or braces. */
export interface Slot {
  readonly start: number;
  readonly end: number;
  /** Of the comma after it. */
  readonly comma: number | undefined;
}

export function slotsOf(token: CST.FlowCollection, ends: readonly number[]): readonly Slot[] {
  const full = token.items.filter(
    (item) => item.key !== undefined || item.value !== undefined || item.sep !== undefined,
  );
  return full.map((item, at) => {
    const next = token.items[token.items.indexOf(item) + 1];
    const own = item.start.find(({ type }) => type === 'anchor' || type === 'tag' || type === 'explicit-key-ind');
    return {
      start: own?.offset ?? item.key?.offset ?? item.value?.offset ?? 0,
      end: ends[at] ?? 0,
      comma: next?.start.find(({ type }) => type === 'comma')?.offset,
    };
  });
}
