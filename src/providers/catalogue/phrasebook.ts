/** What a provider says of its own permissions: their words and their class. */
import type { AccessClass } from '../../core/access.ts';

/** What is known has words and a class of its own. */
export interface Known {
  readonly phrase: string;
  readonly class: Exclude<AccessClass, 'unknown' | 'wildcard'>;
}

/** undefined: not known. A phrase is written by us and never holds text of the permission itself. */
export type Phrasebook = (permission: string) => Known | undefined;
