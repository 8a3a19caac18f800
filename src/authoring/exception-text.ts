/** Exceptions as a role file says them: added to a file that has some, or in one of their own. */
import type { Manifest } from '../providers/manifest.ts';
import { addItems, type NewItem } from './item-text.ts';
import { scalarText } from './scalar-text.ts';

export interface NewException {
  readonly role: string;
  readonly add: readonly string[];
  readonly without: readonly string[];
  readonly reason: string;
}

/** The text with these exceptions added, in this order; undefined: there is no telling where they would go. */
export function addExceptions(text: string, added: readonly NewException[]): string | undefined {
  return addItems(text, { key: 'exceptions', lists: ['add', 'without'], brackets: true }, added.map(itemOf));
}

function itemOf({ role, add, without, reason }: NewException): NewItem {
  return {
    keys: [
      ['role', role],
      ...(add.length === 0 ? [] : [['add', add] as const]),
      ...(without.length === 0 ? [] : [['without', without] as const]),
      ['reason', reason],
    ],
  };
}

/** A file for exceptions of one target, with none yet. `schema`: where editors find it, from the folder of the file. */
export function exceptionFile({ name }: Manifest, target: string, schema: string): string {
  return [
    `# yaml-language-server: $schema=${schema}`,
    '#',
    '# What roles have on this target otherwise than their own files say.',
    `provider: ${name}`,
    `targets: [${scalarText(target, 'PLAIN', true)}]`,
    '',
  ].join('\n');
}
