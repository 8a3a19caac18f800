/** The flag that says which account, company, … is meant: one for each provider that has tenants. */

/** `--account` for the key `account`. */
export function tenantFlag(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
