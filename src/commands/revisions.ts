/** The revisions that a run looks at beside the working tree: what is planned, what it is compared with, what is trusted. */
import type { Config, ResolvedTarget, TargetConfig } from '../config/config.ts';
import type { ComparedWith } from '../core/build-plan.ts';
import type { TargetPlan } from '../core/plan.ts';
import type { Problem } from '../core/problem.ts';
import type { FileSource } from '../files/file-source.ts';
import type { BaseRoles } from '../reconcile.ts';

export interface RevisionFlags {
  readonly env?: readonly string[];
  /** Plan the role files of this git revision. */
  readonly rev?: string;
  /** Tell drift apart by the role files of this git revision, or of this folder. */
  readonly base?: string;
  readonly baseDir?: string;
  /** Send credentials only where the role files of this git revision send them. */
  readonly trust?: string;
  /** Exceptions whose end counts as approved are those that the role files of this git revision have too. */
  readonly endsOf?: string;
}

export interface Revisions {
  /** Where the files to be planned are read; undefined: the disk. */
  readonly source: FileSource | undefined;
  readonly baseOf: (target: TargetConfig) => BaseRoles | undefined;
  /** Mistakes that only the trusted revision shows. To be asked before anything is resolved. */
  readonly misplaced: (targets: readonly TargetConfig[]) => readonly Problem[];
  /** By name of the target, why it must not be contacted. */
  readonly untrusted: (targets: readonly ResolvedTarget[]) => ReadonlyMap<string, string>;
  /** What to say of the whole plan, once the targets are planned. */
  readonly about: (planned: readonly TargetPlan[], head: Config) => ComparedWith;
  /** Whether `endsOf` has the exception that has ended, too. Without one: always. */
  readonly isEndedSince: (target: string, role: string, permission: string) => boolean;
}

export function namesRevision({ rev, base, baseDir, trust, endsOf }: RevisionFlags): boolean {
  return [rev, base, baseDir, trust, endsOf].some((one) => one !== undefined);
}

/** The working tree, compared with nothing. */
export const workingTree: Revisions = {
  source: undefined,
  baseOf: () => undefined,
  misplaced: () => [],
  untrusted: () => new Map(),
  about: () => ({ base: null, safeguards: [] }),
  isEndedSince: () => true,
};
