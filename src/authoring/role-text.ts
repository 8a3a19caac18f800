/** New roles at the end of a file, written as the roles beside them are. */
import { isMap, isScalar, isSeq } from 'yaml';
import type { Role } from '../core/role.ts';
import { applyEdits, type Edit, lineBreak, lineStart, nextLine } from './edit.ts';
import { asEnded, endOf, isFlow, pairOf, rolesOf, startOf, type Tree, treeOf } from './role-tree.ts';
import { blockText, scalarText } from './scalar-text.ts';

/** A role as a file is to say it: without what is so anyway, its permissions in the order in which they are to stand. */
export interface WrittenRole extends Role {
  /** Where its name alone does not tell which live role is meant. */
  readonly id?: string;
  /** Lines of a comment above it. */
  readonly remarks?: readonly string[];
}

/** The text with these roles added, in this order; undefined: there is no telling where they would go. */
export function addRoles(text: string, added: readonly WrittenRole[]): string | undefined {
  const tree = treeOf(text);
  const edit = added.length === 0 ? undefined : editFor(tree, added);
  return edit && asEnded(applyEdits(tree.text, [edit]), text);
}

function editFor(tree: Tree, added: readonly WrittenRole[]): Edit | undefined {
  const { text, document } = tree;
  const end = lineBreak(text, 0);
  const root = document.contents;
  if (!isMap(root)) return undefined;
  const pair = pairOf(root, 'roles');
  if (pair === undefined && !isFlow(root)) {
    return { start: text.length, end: text.length, text: `roles:${end}${blocks(added, '  ', true, end)}` };
  }
  const roles = rolesOf(tree);
  if (roles === undefined) return undefined;
  const last = roles.items.at(-1);
  if (isFlow(roles)) {
    const one = added.map(inBraces).join(', ');
    if (last !== undefined) return { start: endOf(last), end: endOf(last), text: `, ${one}` };
    if (isFlow(root)) return { start: startOf(roles) + 1, end: startOf(roles) + 1, text: one };
    // `roles: []` becomes a list in lines.
    const rest = text.slice(endOf(roles), nextLine(text, endOf(roles)));
    const isAlone = /^[ \t]*\r?\n$/.test(rest);
    if (!isAlone || pair === undefined) return undefined;
    const from = text.slice(0, startOf(roles)).trimEnd().length;
    return { start: from, end: endOf(roles) + rest.length, text: `${end}${blocks(added, '  ', true, end)}` };
  }
  if (last === undefined || roles.srcToken?.type !== 'block-seq') return undefined;
  const dash = roles.srcToken.items.at(-1)?.start.find(({ type }) => type === 'seq-item-ind')?.offset;
  if (dash === undefined) return undefined;
  const indent = text.slice(lineStart(text, dash), dash);
  if (indent.trim() !== '') return undefined;
  const after = endOf(last);
  const at = text[after - 1] === '\n' ? after : nextLine(text, after);
  const spaced = isSpaced(text, roles.items.map(startOf));
  return { start: at, end: at, text: `${spaced ? end : ''}${blocks(added, indent, spaced, end, inBrackets(last))}` };
}

/** Whether a blank line stands between roles. */
function isSpaced(text: string, starts: readonly number[]): boolean {
  const [first, second] = starts.slice(-2);
  return first !== undefined && second !== undefined && /\n[ \t]*\r?\n/.test(text.slice(first, second));
}

/** Whether the role has its permissions in brackets. */
function inBrackets(role: unknown): boolean {
  const list = isMap(role) ? pairOf(role, 'permissions')?.value : undefined;
  return isSeq(list) && isFlow(list) && list.items.every((item) => isScalar(item));
}

function blocks(added: readonly WrittenRole[], indent: string, spaced: boolean, end: string, brackets = false): string {
  return added.map((role) => block(role, indent, brackets, end)).join(spaced ? end : '');
}

function block(role: WrittenRole, indent: string, brackets: boolean, end: string): string {
  const keys = keysOf(role).map(([key, value]) => {
    if (!Array.isArray(value)) return `${key}: ${lineOrBlock(value, `${indent}    `, end)}`;
    if (brackets || value.length === 0) return `${key}: [${value.map((one) => scalar(one, true)).join(', ')}]`;
    return [`${key}:`, ...value.map((one) => `${indent}    - ${scalar(one, false)}`)].join(end);
  });
  const remarks = (role.remarks ?? []).map((remark) => `${indent}# ${remark}${end}`).join('');
  return `${remarks}${indent}- ${keys.join(`${end}${indent}  `)}${end}`;
}

/** Several lines stand below their key, where that can hold them exactly. */
function lineOrBlock(value: unknown, indent: string, end: string): string {
  const text = typeof value === 'string' && value.includes('\n') ? blockText(value, `|\n${indent}x`, end) : undefined;
  return text === undefined ? scalar(value, false) : text.slice(0, -end.length);
}

function inBraces(role: WrittenRole): string {
  const keys = keysOf(role).map(([key, value]) => {
    const text = Array.isArray(value) ? `[${value.map((one) => scalar(one, true)).join(', ')}]` : scalar(value, true);
    return `${key}: ${text}`;
  });
  return `{ ${keys.join(', ')} }`;
}

function keysOf({
  name,
  id,
  description,
  settings,
  permissions,
}: WrittenRole): readonly (readonly [string, unknown])[] {
  return [
    ['name', name],
    ...(id === undefined ? [] : [['id', id] as const]),
    ...(description === '' ? [] : [['description', description] as const]),
    ...Object.entries(settings),
    ['permissions', permissions],
  ];
}

function scalar(value: unknown, inFlow: boolean): string {
  return typeof value === 'string' ? scalarText(value, 'PLAIN', inFlow) : String(value);
}
