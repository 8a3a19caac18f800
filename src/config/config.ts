/** What the role files say, whole and checked, with every variable still in place: no environment is needed to get here. */
import type { Problem } from '../core/problem.ts';
import type { DesiredRole, Source } from '../core/role.ts';
import type { Manifest } from '../providers/manifest.ts';
import type { Doubt } from './permissions.ts';

export type Unmanaged = 'report' | 'ignore' | 'delete';

/** Text of a role file that may hold `${NAME}`; resolved only for the targets that are contacted. */
export interface Template {
  readonly text: string;
  readonly source: Source;
  readonly excerpt: string;
}

/** A target as its file defines it, with the roles of all files that are for it. */
export interface TargetConfig {
  readonly name: string;
  readonly provider: string;
  /** Of the provider. */
  readonly manifest: Manifest;
  readonly source: Source;
  readonly unmanaged: Unmanaged;
  readonly labels: readonly string[];
  /** The provider's own keys, as far as the file has them. */
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** How many roles may be deleted at once without an acknowledgement. */
  readonly deletesLimit: number;
  /** Globs of the only files whose roles may be for it; undefined: any file, and then nothing unmanaged is deleted. */
  readonly files: readonly string[] | undefined;
  /** undefined: the manifest's. */
  readonly baseUrl: Template | undefined;
  /** undefined: the base URL says it all. */
  readonly tenant: Template | undefined;
  readonly auth: Readonly<Record<string, Template>>;
  readonly roles: readonly DesiredRole[];
  /** Why it is not known whether a role that no file names is unmanaged; only looked into for `unmanaged: delete`. */
  readonly unread: string | undefined;
}

export interface Config {
  readonly targets: readonly TargetConfig[];
  /** Errors and warnings, sorted by place. With an error among them nothing may be sent to any provider. */
  readonly problems: readonly Problem[];
  /** Warnings among `problems` that a look at the live roles may settle. */
  readonly doubts: readonly Doubt[];
  /** Role files read, for the summary. */
  readonly files: readonly string[];
}

/** A target whose variables are replaced and whose host may be sent credentials. */
export interface ResolvedTarget {
  readonly config: TargetConfig;
  /** Lower-case host, no final slash. */
  readonly baseUrl: string;
  /** '' where the base URL says it all. */
  readonly tenant: string;
  readonly auth: Readonly<Record<string, string>>;
  /** Values that must never be shown. */
  readonly secrets: readonly string[];
}
