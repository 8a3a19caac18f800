/** The world as a run on GitHub Actions finds it, handed in by main: tests hand in another one. */
import type { Io } from '../io.ts';

export interface World {
  readonly environment: Io['environment'];
  readonly toolkit: Toolkit;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** What is used of @actions/core. */
export interface Toolkit {
  /** To the log as it is: the runner obeys commands that stand in it. */
  readonly write: (text: string) => void;
  readonly setSecret: (secret: string) => void;
  readonly setOutput: (name: string, value: string | number | boolean) => void;
  readonly warning: (message: string) => void;
  readonly error: (message: string) => void;
  readonly summary: (markdown: string) => Promise<void>;
}
