/** YAML's tree to plain values, and the place of each: what is refused in it (tags, merge keys, repeats, bombs) is said here. */
import { isAlias, isMap, isScalar, isSeq, type Node, Scalar, type YAMLMap } from 'yaml';
import type { Problem } from '../core/problem.ts';
import { type Location, problem } from '../core/problem.ts';
import { shown } from '../core/text.ts';
import { below, createDocument, type Document, type Span, where } from './document.ts';

/** Of a file with its aliases written out: far above any role file, far below what hurts. */
const maxNodes = 200_000;
const maxDepth = 32;

export interface Parsed {
  /** undefined: there is nothing in the text that can be checked further. */
  readonly document: Document | undefined;
  readonly problems: readonly Problem[];
}

export function readTree(file: string, root: Node, place: (offset: number) => Location): Parsed {
  const spans = new Map<string, Span>();
  const problems: Problem[] = [];
  const anchors = new Map<string, Node>();
  let nodes = 0;
  let stopped = false;

  const report = (offset: number, code: string, message: string) =>
    problems.push(problem(place(offset), code, message));
  const stop = (offset: number, code: string, message: string) => {
    if (!stopped) report(offset, code, message);
    stopped = true;
  };

  const visit = (node: unknown, pointer: string, key: number | undefined, fallback: number, depth: number): unknown => {
    const offset = (node as Node | null)?.range?.[0] ?? fallback;
    nodes += 1;
    if (nodes > maxNodes)
      stop(offset, 'too-large', `with its aliases written out the file holds more than ${maxNodes} values`);
    if (depth > maxDepth) stop(offset, 'too-deep', `this is nested more than ${maxDepth} levels deep`);
    if (stopped) return undefined;
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target) {
        const value = visit(target, pointer, key, offset, depth + 1);
        spans.set(pointer, { ...(spans.get(pointer) ?? {}), key, value: offset });
        return value;
      }
      report(
        offset,
        'alias',
        `the alias \`*${shown(node.source)}\` stands for nothing: its anchor must come before it, and not around it`,
      );
      return undefined;
    }
    const { tag, anchor } = (node ?? {}) as { tag?: string; anchor?: string };
    if (tag !== undefined) report(offset, 'tag', 'tags (`!…`) are not supported: remove it');
    const value = isMap(node) ? mapping(node, pointer, key, offset, depth) : plain(node, pointer, key, offset, depth);
    // Only now: an alias inside its own anchor has no end.
    if (anchor !== undefined) anchors.set(anchor, node as Node);
    return value;
  };

  const mapping = (map: YAMLMap, pointer: string, key: number | undefined, offset: number, depth: number) => {
    spans.set(pointer, { key, value: offset });
    const object: Record<string, unknown> = Object.create(null);
    for (const pair of map.items) {
      const at = (pair.key as Node | null)?.range?.[0] ?? offset;
      if (!isScalar(pair.key) || typeof pair.key.value !== 'string') {
        report(at, 'key', 'a key is plain text');
        continue;
      }
      const name = pair.key.value;
      const inner = below(pointer, name);
      if (pair.key.tag !== undefined) report(at, 'tag', 'tags (`!…`) are not supported: remove it');
      if (name === '<<') {
        report(at, 'merge-key', 'merge keys (`<<`) are not supported: write the keys out');
        continue;
      }
      const first = spans.get(inner);
      if (first) {
        report(
          at,
          'duplicate-key',
          `\`${shown(name)}\` stands here twice: first at ${where(place(first.key ?? first.value))}`,
        );
        continue;
      }
      object[name] = visit(pair.value, inner, at, at, depth + 1);
    }
    return object;
  };

  const plain = (node: unknown, pointer: string, key: number | undefined, offset: number, depth: number): unknown => {
    if (isSeq(node)) {
      spans.set(pointer, { key, value: offset });
      return node.items.map((item, index) => visit(item, below(pointer, index), undefined, offset, depth + 1));
    }
    const scalar = isScalar(node) ? node : new Scalar(null);
    const { value } = scalar;
    const spelled =
      typeof value === 'number' || typeof value === 'boolean' ? { spelling: scalar.source ?? String(value) } : {};
    spans.set(pointer, { key, value: offset, ...spelled });
    // The last line break of a block belongs to the way it is written.
    const block = scalar.type === 'BLOCK_LITERAL' || scalar.type === 'BLOCK_FOLDED';
    return block && typeof value === 'string' ? value.replace(/\n$/, '') : value;
  };

  const value = visit(root, '', undefined, 0, 0);
  return { document: stopped ? undefined : createDocument(file, value, spans, place), problems };
}
