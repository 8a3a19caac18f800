/** What is known of each provider's permissions. Data only: a catalogue warns of a typo, it never decides what is granted. */

import { dintero } from '../dintero/catalogue.ts';
import type { ProviderName } from '../provider.ts';
import { rinne } from '../rinne/catalogue.ts';
import { rocketchat } from '../rocketchat/catalogue.ts';
import type { Catalogue } from './catalogue.ts';

export const catalogues: Readonly<Record<ProviderName, Catalogue>> = { dintero, rinne, rocketchat };
