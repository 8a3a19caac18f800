/** What a permission means to a reviewer: how much it gives, and in which words. Who knows it is handed in. */

/** `unknown`: no source names it; `wildcard`: whatever it matches; `power`: access can be given to oneself or to others. */
export type AccessClass = 'unknown' | 'wildcard' | 'power' | 'admin' | 'write' | 'read';

export interface Meaning {
  /** null: nobody can say; the permission is shown raw. Never holds foreign text. */
  readonly phrase: string | null;
  readonly class: AccessClass;
}

export type MeaningOf = (provider: string, permission: string) => Meaning;
