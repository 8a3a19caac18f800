/** What is known of each provider's permissions. Data only: a catalogue warns of a typo, it never decides what is granted. */

import { dintero } from '../dintero/catalogue.ts';
import type { ProviderName } from '../provider.ts';
import { rinne } from '../rinne/catalogue.ts';
import { rocketchat } from '../rocketchat/catalogue.ts';

export interface Catalogue {
  /** Where it comes from, as a message says it. */
  readonly source: string;
  readonly known: readonly string[];
  /** What every permission looks like, known or not. */
  readonly grammar?: RegExp;
  /** A permission that is not among the known ones deserves a warning, even if it has the right form. */
  readonly complete: boolean;
}

export const catalogues: Readonly<Record<ProviderName, Catalogue>> = { dintero, rinne, rocketchat };
