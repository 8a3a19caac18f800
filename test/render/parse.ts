/** Markdown as GitHub's grammar reads it, for assertions about what is text, what is code and what is a link. */
import type { Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

export function parse(markdown: string): Root {
  return fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
}

export function all(node: Nodes): readonly Nodes[] {
  return [node, ...('children' in node ? node.children.flatMap(all) : [])];
}

export function values(markdown: string, type: 'text' | 'inlineCode' | 'html'): readonly string[] {
  return all(parse(markdown)).flatMap((node) => (node.type === type && 'value' in node ? [node.value] : []));
}

/** The tree without what stands in code spans: equal for two texts that differ in nothing but code. */
export function skeleton(markdown: string): unknown {
  return strip(parse(markdown));
}

function strip(node: Nodes): unknown {
  if (node.type === 'inlineCode') return 'code';
  const own = 'value' in node ? node.value : undefined;
  return [node.type, own, 'children' in node ? node.children.map(strip) : []];
}
