/** YAML's tree to plain values, and the place of each: what is refused in it (tags, merge keys, repeats, bombs) is said here. */
import {
  type Alias,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Problem } from '../core/problem.ts';
import { type Location, problem } from '../core/problem.ts';
import { shown } from '../core/text.ts';
import { below, createDocument, type Document, type Span, where } from './document.ts';
import { createProblemList } from './problem-list.ts';

/** Of a file with its aliases written out: far above any role file, far below what hurts. */
const maxNodes = 200_000;
const maxDepth = 32;

export interface Parsed {
  /** undefined: there is nothing in the text that can be checked further. */
  readonly document: Document | undefined;
  readonly problems: readonly Problem[];
}

export function readTree(file: string, root: Node, place: (offset: number) => Location): Parsed {
  const list = createProblemList();
  const reading: Reading = {
    place,
    spans: new Map(),
    anchors: new Map(),
    report: (offset, code, message) => list.add(code, () => problem(place(offset), code, message)),
    nodes: 0,
    stopped: false,
  };
  const value = readNode(root, { pointer: '', key: undefined, offset: 0, depth: 0 }, reading);
  const document = reading.stopped ? undefined : createDocument(file, value, reading.spans, place);
  return { document, problems: list.problems() };
}

/** What is known so far of a file that is being read. */
interface Reading {
  readonly place: (offset: number) => Location;
  readonly spans: Map<string, Span>;
  readonly anchors: Map<string, Node>;
  readonly report: (offset: number, code: string, message: string) => void;
  nodes: number;
  stopped: boolean;
}

/** Where a node is; `offset` is that of its key or parent until its own is known. */
interface Spot {
  readonly pointer: string;
  readonly key: number | undefined;
  readonly offset: number;
  readonly depth: number;
}

function readNode(node: unknown, around: Spot, reading: Reading): unknown {
  const spot = { ...around, offset: offsetOf(node) ?? around.offset };
  count(spot, reading);
  if (reading.stopped) return undefined;
  if (!isNode(node)) return readScalar(new Scalar(null), spot, reading);
  if (isAlias(node)) return readAlias(node, spot, reading);
  if (node.tag !== undefined) refuseTag(spot.offset, reading);
  const value = isMap(node)
    ? readMap(node, spot, reading)
    : isSeq(node)
      ? readSeq(node, spot, reading)
      : readScalar(node, spot, reading);
  // Only now: an alias inside its own anchor has no end.
  if (node.anchor !== undefined) reading.anchors.set(node.anchor, node);
  return value;
}

function offsetOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function count({ offset, depth }: Pick<Spot, 'offset' | 'depth'>, reading: Reading): void {
  const stop = (code: string, message: string) => {
    if (!reading.stopped) reading.report(offset, code, message);
    reading.stopped = true;
  };
  reading.nodes += 1;
  if (reading.nodes > maxNodes) {
    stop('too-large', `with its aliases written out the file holds more than ${maxNodes} values`);
  }
  if (depth > maxDepth) stop('too-deep', `this is nested more than ${maxDepth} levels deep`);
}

function refuseTag(offset: number, { report }: Reading): void {
  report(offset, 'tag', 'tags (`!…`) are not supported: remove it');
}

/** What the anchor holds, at the place of the alias. */
function readAlias({ source }: Alias, spot: Spot, reading: Reading): unknown {
  const { pointer, key, offset, depth } = spot;
  const target = reading.anchors.get(source);
  if (target === undefined) {
    const why = 'its anchor must come before it, not around it';
    reading.report(offset, 'alias', `the alias \`*${shown(source)}\` refers to nothing: ${why}`);
    return undefined;
  }
  const value = readNode(target, { ...spot, depth: depth + 1 }, reading);
  reading.spans.set(pointer, { ...reading.spans.get(pointer), key, value: offset });
  return value;
}

function readMap(map: YAMLMap, spot: Spot, reading: Reading): unknown {
  const { pointer, key, offset, depth } = spot;
  reading.spans.set(pointer, { key, value: offset });
  const object: Record<string, unknown> = Object.create(null);
  for (const pair of map.items) {
    const at = offsetOf(pair.key) ?? offset;
    const name = readKey(pair.key, at, pointer, reading);
    if (name === undefined) continue;
    object[name] = readNode(
      pair.value,
      { pointer: below(pointer, name), key: at, offset: at, depth: depth + 1 },
      reading,
    );
  }
  return object;
}

/** undefined for a key that is refused; its value is not read. */
function readKey(key: unknown, offset: number, pointer: string, reading: Reading): string | undefined {
  const { report, spans, place } = reading;
  if (!isScalar(key) || typeof key.value !== 'string') {
    report(offset, 'key', 'a key is plain text');
    return undefined;
  }
  const name = key.value;
  if (key.tag !== undefined) refuseTag(offset, reading);
  if (name === '<<') {
    report(offset, 'merge-key', 'merge keys (`<<`) are not supported: write the keys out');
    return undefined;
  }
  const first = spans.get(below(pointer, name));
  if (first === undefined) return name;
  const before = where(place(first.key ?? first.value));
  report(offset, 'duplicate-key', `\`${shown(name)}\` appears twice; first at ${before}`);
  return undefined;
}

function readSeq(seq: YAMLSeq, { pointer, key, offset, depth }: Spot, reading: Reading): unknown {
  const texts: (number | undefined)[] = [];
  reading.spans.set(pointer, { key, value: offset, texts });
  return seq.items.map((item, index) => {
    const text = plainText(item);
    if (text === undefined) {
      texts.push(undefined);
      return readNode(item, { pointer: below(pointer, index), key: undefined, offset, depth: depth + 1 }, reading);
    }
    const at = offsetOf(item) ?? offset;
    texts.push(at);
    count({ offset: at, depth: depth + 1 }, reading);
    return text;
  });
}

/** Plain text, which needs no further check. */
function plainText(node: unknown): string | undefined {
  if (!isScalar(node) || node.tag !== undefined || node.anchor !== undefined) return undefined;
  return node.type === 'PLAIN' && typeof node.value === 'string' ? node.value : undefined;
}

function readScalar(scalar: Scalar, { pointer, key, offset }: Spot, reading: Reading): unknown {
  const { value } = scalar;
  const isSpelled = typeof value === 'number' || typeof value === 'boolean';
  const spelled = isSpelled ? { spelling: scalar.source ?? String(value) } : {};
  reading.spans.set(pointer, { key, value: offset, ...spelled });
  // The last line break of a block belongs to the way it is written.
  const isBlock = scalar.type === 'BLOCK_LITERAL' || scalar.type === 'BLOCK_FOLDED';
  return isBlock && typeof value === 'string' ? value.replace(/\n$/, '') : value;
}
