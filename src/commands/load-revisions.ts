/** Reads the role files of other revisions. Loaded only where one is named. */

import type { Reading } from '../config/read-file.ts';
import { Failure } from '../core/failure.ts';
import { isPlanned } from '../core/plan.ts';
import { gitSource } from '../files/git.ts';
import type { Io } from '../io.ts';
import { escapeUnsafe } from '../render/display.ts';
import {
  type Baseline,
  loadBaseline,
  loadElsewhere,
  type OtherFiles,
  unknownSafeguards,
} from '../revisions/baseline.ts';
import { restated } from '../revisions/restated.ts';
import { movedSafeguards } from '../revisions/safeguards.ts';
import { baseTargets } from '../revisions/target-identity.ts';
import { misplacedSecrets, untrusted } from '../revisions/trust.ts';
import { type RevisionFlags, type Revisions, workingTree } from './revisions.ts';

/** git is touched only where a revision is named. @throws Failure for a revision that is needed and cannot be had. */
export function loadRevisions(
  paths: readonly string[],
  flags: RevisionFlags,
  reading: Reading,
  today: string,
  io: Io,
): Revisions {
  const { cwd, environment } = io;
  const options = { cwd, environment, ...reading, today, env: flags.env ?? [] };
  const base = baseOf(paths, flags, options);
  if (base?.warning !== undefined) io.stderr.write(`warning: ${escapeUnsafe(base.warning)}\n`);
  return {
    ...workingTree,
    ...(flags.rev !== undefined && { source: gitSource(flags.rev, { cwd, environment }) }),
    ...(base !== undefined && (base.name === null ? withoutBase(base.warning) : withBase(base, environment))),
    ...(flags.endsOf !== undefined && endsIn(paths, flags.endsOf, options, io)),
    ...(flags.trust !== undefined && withTrust(trustedFiles(paths, flags.trust, options), environment)),
  };
}

function baseOf(
  paths: readonly string[],
  { base, baseDir }: RevisionFlags,
  options: Parameters<typeof loadBaseline>[2],
): Baseline | undefined {
  if (base !== undefined && baseDir !== undefined) {
    throw new Failure('config', 'give one of --base and --base-dir, not both');
  }
  if (base !== undefined) return loadBaseline(paths, { rev: base }, options);
  return baseDir === undefined ? undefined : loadBaseline(paths, { folder: baseDir }, options);
}

/** Without them nothing may be sent, so a mistake in them ends the run. */
function trustedFiles(paths: readonly string[], rev: string, options: Parameters<typeof loadBaseline>[2]): OtherFiles {
  try {
    return loadElsewhere(paths, { rev }, options);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const what = `the trusted revision \`${rev}\` cannot be used: ${error.message}`;
    throw new Failure(error.code, `${what}; fix it before planning against it`, { cause: error });
  }
}

/** The plan is whole, but nobody can say what of it is drift, nor what moved. */
function withoutBase(warning: string): Partial<Revisions> {
  return { about: () => ({ base: null, safeguards: [unknownSafeguards(warning)] }) };
}

function withBase({ name, config }: OtherFiles, environment: Io['environment']): Partial<Revisions> {
  const { sameAs, protecting } = baseTargets(config, environment);
  return {
    baseOf: (target) => {
      const before = sameAs(target);
      return {
        desired: before?.roles,
        unmanaged: before?.unmanaged ?? 'report',
        protecting: protecting(target),
      };
    },
    about: (planned, head) => {
      const live = new Map(planned.filter(isPlanned).map((target) => [target.name, target.live]));
      return { base: name, safeguards: movedSafeguards(config, head, live), restated: restated(config, head) };
    },
  };
}

/** Files of before that cannot be used, by this version of rolesync or at all, stop nothing: then no end counts as approved. */
function endsIn(
  paths: readonly string[],
  rev: string,
  options: Parameters<typeof loadBaseline>[2],
  { stderr }: Io,
): Partial<Revisions> {
  try {
    return withEnds(loadElsewhere(paths, { rev }, options));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const why = `the role files of \`${rev}\` cannot be used: ${error.message}`;
    stderr.write(`warning: exceptions that have ended are not revoked, because ${escapeUnsafe(why)}\n`);
    return { isEndedSince: () => false };
  }
}

/** By name of the target: an exception that moved to another one is a new exception. */
function withEnds({ config }: OtherFiles): Partial<Revisions> {
  const ended = new Set(
    config.targets.flatMap((target) =>
      target.roles.flatMap((role) =>
        (role.ended ?? []).map(({ permission }) => endKey(target.name, role.name, permission)),
      ),
    ),
  );
  return { isEndedSince: (target, role, permission) => ended.has(endKey(target, role, permission)) };
}

function endKey(target: string, role: string, permission: string): string {
  return JSON.stringify([target, role, permission]);
}

function withTrust({ config }: OtherFiles, environment: Io['environment']): Partial<Revisions> {
  return {
    misplaced: (targets) => misplacedSecrets(config, targets),
    untrusted: (targets) => untrusted(config, targets, environment),
  };
}
