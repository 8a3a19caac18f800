/** The flags that say what a target is that no file defines: which account, company, … and where it is. */
import type { Manifest } from '../providers/manifest.ts';

/** `--account` for the key `account`. */
export function tenantFlag(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** An example of them, with a name for the target. */
export function exampleFlags({ name, tenant, baseUrl }: Manifest): string {
  const url = baseUrl.default === undefined ? baseUrl.examples.find((one) => !one.includes('$')) : undefined;
  // In quotes a variable stays one, in the file too.
  const place = tenant === undefined ? [] : [tenantFlag(tenant.key), tenant.example.replace(/^\$.*/, "'$&'")];
  return ['acme-test --provider', name, ...place, ...(url === undefined ? [] : ['--base-url', url])].join(' ');
}
