/** Which base URLs lead to one system: for finding targets that are written twice, and for nothing that trusts or approves. */
import { sameSystem } from '../providers/catalogue/hosts.ts';
import type { ProviderName } from '../providers/provider.ts';
import { parseBaseUrl } from './hosts.ts';

/** What two targets have in common that are one. */
export const oneSystem = 'provider, system and tenant are equal, and each would undo what the other does; remove one';

/** Comparable, not for people. A URL with variables in it is compared as it stands. */
export function systemOf(provider: ProviderName, baseUrl: string): string {
  const parsed = parseBaseUrl(baseUrl);
  if (parsed.fault !== undefined) return baseUrl;
  const hosts = sameSystem[provider].find((group) => group.includes(parsed.origin.host));
  return hosts === undefined ? parsed.url : `${hosts[0]}${new URL(parsed.url).pathname}`;
}
