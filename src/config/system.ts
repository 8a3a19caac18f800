/** Which base URLs lead to one system: for finding targets that are written twice, and for nothing that trusts or approves. */
import type { Manifest } from '../providers/manifest.ts';
import { parseBaseUrl } from './hosts.ts';

/** What two targets have in common that are one. */
export const oneSystem = 'provider, system and tenant are equal, so each would undo what the other does; remove one';

/** For comparing, not for people. A URL with variables is compared as it is written. */
export function systemOf({ sameSystem }: Manifest, baseUrl: string): string {
  const parsed = parseBaseUrl(baseUrl);
  if (parsed.fault !== undefined) return baseUrl;
  const hosts = sameSystem.find((group) => group.includes(parsed.origin.host));
  return hosts === undefined ? parsed.url : `${hosts[0]}${new URL(parsed.url).pathname}`;
}
