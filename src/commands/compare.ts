/** `rolesync compare`: the live roles of targets side by side. It reads, and has no way to write. */
import { comparePair, findOutliers, type Inventory } from '../core/compare-targets.ts';
import { Failure } from '../core/failure.ts';
import { type FailedTarget, isPlanned, type PlannedTarget, type TargetPlan } from '../core/plan.ts';
import { groupBy } from '../core/role.ts';
import type { CommandIo } from '../io.ts';
import { type Reconciled, reconcile, type Target } from '../reconcile.ts';
import { outliersText, pairText } from '../render/compare-text.ts';
import { display, escapeUnsafe } from '../render/display.ts';
import { harmless } from '../render/github-log.ts';
import { count, type Style } from '../render/style.ts';
import { type Ending, styleFor, writeJson } from './ending.ts';
import { exitCodes } from './exit-codes.ts';
import { type Flags, type Run, withTargets } from './prepare.ts';
import { watch } from './progress.ts';
import { readingOnly } from './reading.ts';

export interface CompareFlags extends Omit<Flags, 'target' | 'rev' | 'base' | 'baseDir' | 'trust'> {
  /** Role files, or folders of them. */
  readonly files?: readonly string[];
  /** Not two targets with each other, but all, and which of them are not as most are. */
  readonly outliers?: true;
}

/** `wanted`: names of targets, or globs. Exit code 1 if a target could not be read; that roles differ is no error. */
export function compare(wanted: readonly string[], flags: CompareFlags, io: CommandIo): Promise<Ending> {
  const { files = ['roles'], outliers, label } = flags;
  if (outliers !== true && wanted.length === 0 && label === undefined)
    throw new Failure('config', `${twoTargets}; give two names`);
  const selected = wanted.length === 0 ? flags : { ...flags, target: wanted };
  return withTargets(files, selected, io, (run) =>
    outliers === true ? compareAll(run, flags, io) : compareTwo(run, wanted, flags, io),
  );
}

const twoTargets = 'compare takes two targets, or --outliers for all';

async function compareTwo(run: Run, wanted: readonly string[], flags: CompareFlags, io: CommandIo): Promise<Ending> {
  const { targets, failed } = await readAll(onlyTwo(run), io);
  // As they were named, where they were.
  const [first, second] = [...targets].sort((a, b) => wanted.indexOf(a.name) - wanted.indexOf(b.name));
  const comparison = first && second && comparePair(inventoryOf(first), inventoryOf(second));
  if (flags.format === 'json') {
    const about = first && second && { provider: first.provider, targets: [first.name, second.name] };
    writeJson({ formatVersion: 1, ...about, comparison: comparison ?? null, errors: errorsOf(failed) }, io);
  } else {
    const style = styleFor(io.stdout, flags, io);
    const heading = first && second && { provider: first.provider, targets: [first.name, second.name] };
    const text = heading && comparison && pairText(heading, comparison, style, io.table.accessOf);
    print([...(text ? [text] : []), ...failedText(failed, style)], io);
  }
  return endingOf(failed);
}

/** Before anything is sent. */
function onlyTwo(run: Run): Run {
  const all = [...run.connection.targets.map(({ identity }) => identity), ...run.apart];
  if (all.length !== 2) throw new Failure('config', `${twoTargets}; these are ${all.length}`);
  const [first, second] = all;
  if (first?.provider === second?.provider) return run;
  const [one, other] = [first, second].map((target) => `\`${target?.name}\` is one of ${target?.provider}`);
  throw new Failure('config', `roles of two providers have nothing in common: ${one}, ${other}`);
}

async function compareAll(run: Run, flags: CompareFlags, io: CommandIo): Promise<Ending> {
  const { targets, failed } = await readAll(run, io);
  const providers = [...groupBy(targets, ({ provider }) => provider)].map(([provider, of]) => ({
    heading: { provider, targets: of.map(({ name }) => name) },
    found: findOutliers(of.map(inventoryOf)),
  }));
  if (flags.format === 'json') {
    const documents = providers.map(({ heading, found }) => ({ ...heading, ...found }));
    writeJson({ formatVersion: 1, providers: documents, errors: errorsOf(failed) }, io);
  } else {
    const style = styleFor(io.stdout, flags, io);
    const texts = providers.map(({ heading, found }) => outliersText(heading, found, style));
    print([...texts, ...failedText(failed, style)], io);
  }
  return endingOf(failed);
}

interface Read {
  readonly targets: readonly PlannedTarget[];
  readonly failed: readonly FailedTarget[];
}

/** Through the same door as a plan, so that what is compared is what a plan sees. */
async function readAll(run: Run, io: CommandIo): Promise<Read> {
  const { connection, apart } = readingOnly(run);
  const progress = watch(io, `reading ${count(connection.targets.length, 'target')}`, connection);
  try {
    const results = await Promise.all(connection.targets.map(inventory));
    const all: readonly TargetPlan[] = [...results.map(({ plan }) => plan), ...apart];
    return {
      targets: all.filter(isPlanned),
      failed: all.filter((target): target is FailedTarget => !isPlanned(target)),
    };
  } finally {
    progress.stop();
  }
}

/** As if the files wanted nothing: then nothing is asked for but the list. */
function inventory({ identity, provider, remote }: Target): Promise<Reconciled> {
  const nothing = { desired: [], unmanaged: 'report', deletesLimit: 0, unread: undefined } as const;
  return reconcile({ identity, provider, remote, ...nothing });
}

function inventoryOf({ name, live }: PlannedTarget): Inventory {
  return { target: name, roles: live };
}

function errorsOf(failed: readonly FailedTarget[]): unknown {
  return failed.map(({ name, error }) => ({ target: name, ...error }));
}

function failedText(failed: readonly FailedTarget[], { paint, wrap }: Style): readonly string[] {
  if (failed.length === 0) return [];
  const lines = failed.map(({ name, error }) => {
    const what = `${paint('red', 'not read:')} ${display(name)} (${error.code}) ${escapeUnsafe(error.message)}`;
    return wrap(what, 0, 2);
  });
  return [lines.join('\n')];
}

function print(blocks: readonly string[], io: CommandIo): void {
  io.stdout.write(harmless(`${blocks.join('\n\n')}\n`));
}

function endingOf(failed: readonly FailedTarget[]): Ending {
  return { exitCode: failed.length > 0 ? exitCodes.error : exitCodes.done };
}
