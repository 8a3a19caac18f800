/** What a step of a workflow is handed: by the runner, and from there by the action to each mode. It decides nothing. */
import type { MeaningOf } from '../core/access.ts';
import type { Io } from '../io.ts';
import type { Commands } from './commands.ts';
import type { Context } from './context.ts';
import type { GitHub } from './github/api.ts';
import type { Git } from './github/git.ts';

/** The process as the runner starts it, handed in by main: tests hand in another one. */
export interface Runner {
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

/** GitHub, git, the commands, and the ways to say something. */
export interface Step {
  readonly context: Context;
  readonly github: GitHub;
  readonly commands: Commands;
  readonly git: Git;
  /** What permissions of the providers of this run let their holders do. */
  readonly accessOf: MeaningOf;
  /** One line or more for the log; foreign text in it cannot become a command to the runner. */
  readonly say: (text: string) => void;
  /** Annotations made by render/github.ts, and nothing else: the runner obeys what stands in them. */
  readonly annotate: (commands: string) => void;
  /** An annotation without a place. */
  readonly warn: (text: string) => void;
  readonly fail: (text: string) => void;
  readonly output: (name: string, value: string | number | boolean) => void;
  /** Appended to the summary of the step. */
  readonly summary: (markdown: string) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves after so many milliseconds; at once in tests. */
  readonly wait: (milliseconds: number) => Promise<void>;
}
