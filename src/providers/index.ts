/** All providers by name. A new one is one line here and one file or folder beside it. */
import { dintero } from './dintero.ts';
import type { Provider, ProviderName } from './provider.ts';
import { rinne } from './rinne.ts';
import { rocketchat } from './rocketchat/rocketchat.ts';

export const providers: Readonly<Record<ProviderName, Provider>> = { dintero, rinne, rocketchat };
