/** What a catalogue of permissions holds. */

export interface Catalogue {
  /** Where it comes from, as a message says it. */
  readonly source: string;
  readonly known: readonly string[];
  /** What every permission looks like, known or not. */
  readonly grammar?: RegExp;
  /** A permission that is not among the known ones deserves a warning, even if it has the right form. */
  readonly complete: boolean;
}
