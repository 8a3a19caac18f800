/** What every mode of the action is handed: GitHub, git, the command line, and the ways to say something. It decides nothing. */
import type { Io } from '../io.ts';
import type { Context } from './context.ts';
import type { Git } from './git.ts';
import type { GitHub } from './github.ts';
import type { Command } from './rolesync.ts';

export interface ActionRun {
  readonly context: Context;
  readonly github: GitHub;
  readonly command: Command;
  /** `cwd` is the workspace; its environment holds what role files may read, and no token of GitHub's. */
  readonly io: Io;
  readonly git: Git;
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
