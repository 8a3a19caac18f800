/** All providers by name. A new one is one line here and one file or folder beside it. */
import { dintero } from './dintero/provider.ts';
import type { Provider, ProviderName } from './provider.ts';
import { rinne } from './rinne/provider.ts';
import { rocketchat } from './rocketchat/provider.ts';

export const providers: Readonly<Record<ProviderName, Provider>> = { dintero, rinne, rocketchat };
