/** What a command may know of the outside world: provided by main, replaced by tests. */
import type { Table } from './table.ts';

export interface Output {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns: number;
}

export interface Io {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Asks the person at the terminal; undefined where there is none. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Aborted by the first interrupt. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Told of every secret before it is used, and of every token that is obtained with one; for a log that can hide them. */
  readonly conceal?: (secret: string) => void;
}

/** The world of a command line that has been told which providers there are. */
export interface CommandIo extends Io {
  readonly table: Table;
}
