/** Every piece of text in src that a person may read, as the list in test/messages.txt has it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type ESTree, parseSync, Visitor } from 'vite';

type Node = ESTree.Expression | ESTree.PrivateIdentifier;

/** File by file; what a template fills in is shown by its name, in braces. */
export function messagesOf(root: string): string {
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
  return files
    .map((file) => ({ file, messages: messagesIn(file, readFileSync(join(root, file), 'utf8')) }))
    .filter(({ messages }) => messages.length > 0)
    .map(({ file, messages }) => `${file}\n${messages.map((message) => `  ${message}\n`).join('')}`)
    .join('\n');
}

/** Sorted, each once. A string counts when it has at least two words. */
export function messagesIn(file: string, source: string): readonly string[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]?.message}`);
  const found = new Set<string>();
  const add = (text: string): void => {
    if (isSaid(text)) found.add(text.replaceAll('\n', '\\n'));
  };
  const joined = new Set<Node>();
  new Visitor({
    BinaryExpression(node) {
      if (joined.has(node) || !operands(node).some(isText)) return;
      for (const part of sums(node)) joined.add(part);
      add(shown(node, source));
    },
    Literal(node) {
      if (typeof node.value === 'string' && !joined.has(node)) add(node.value);
    },
    TemplateLiteral(node) {
      if (!joined.has(node)) add(shown(node, source));
    },
  }).visit(program);
  return [...found].sort();
}

/** Words with a space somewhere, beside what is filled in. */
function isSaid(text: string): boolean {
  const own = text.replace(/\{[^}]*\}/g, '0');
  return /\p{L}{2}/u.test(own) && /[\p{L}\d,;:.`)] +[\p{L}\d(`]/u.test(own);
}

/** The operands of `a + b + c`. */
function operands(node: Node): readonly Node[] {
  return node.type === 'BinaryExpression' && node.operator === '+'
    ? [...operands(node.left), ...operands(node.right)]
    : [node];
}

/** The operands, and every sum of some of them. */
function sums(node: Node): readonly Node[] {
  return node.type === 'BinaryExpression' && node.operator === '+'
    ? [node, ...sums(node.left), ...sums(node.right)]
    : [node];
}

function isText(node: Node): boolean {
  return node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string');
}

function shown(node: Node, source: string): string {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    return operands(node)
      .map((part) => shown(part, source))
      .join('');
  }
  if (node.type !== 'TemplateLiteral') return `{${name(node, source)}}`;
  return node.quasis
    .map((quasi, at) => {
      const filled = node.expressions[at];
      return `${quasi.value.cooked ?? ''}${filled === undefined ? '' : `{${name(filled, source)}}`}`;
    })
    .join('');
}

/** What stands between the braces: short, and the same however the code round it is laid out. */
function name(node: Node, source: string): string {
  const text = source.slice(node.start, node.end);
  return /^[\w.?()]{1,30}$/.test(text) ? text : '…';
}
