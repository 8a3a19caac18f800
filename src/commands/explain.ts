/** `rolesync explain`: what a role of the files may do, which line grants it, since when and by whom. It reaches no provider. */
import { dayFor } from '../config/day.ts';
import { load, select } from '../config/index.ts';
import { Failure } from '../core/failure.ts';
import type { Source } from '../core/role.ts';
import { disk } from '../files/disk.ts';
import { recorded } from '../files/overlay.ts';
import type { CommandIo } from '../io.ts';
import { didYouMean } from '../nearest-word.ts';
import { harmless } from '../render/github-log.ts';
import { type Ending, hasErrors, problemsEnding, styleFor, writeJson } from './ending.ts';
import { exitCodes } from './exit-codes.ts';
import { explainedText } from './explain-text.ts';
import { type Explained, explained, type Placed } from './explained.ts';

export interface ExplainFlags {
  readonly files?: readonly string[];
  readonly target?: readonly string[];
  readonly env?: readonly string[];
  /** The day to explain, in UTC: YYYY-MM-DD. Left out: today. */
  readonly at?: string;
  readonly format: 'text' | 'json';
  readonly color: boolean;
}

/** Exit code 1 where the files have a mistake, or no such role. */
export async function explain(name: string, flags: ExplainFlags, io: CommandIo): Promise<Ending> {
  const { source, contents } = recorded(disk(io.cwd));
  const config = load(flags.files ?? ['roles'], {
    cwd: io.cwd,
    language: await io.table.language(),
    env: flags.env ?? [],
    today: dayFor(flags, io.now()),
    source,
  });
  if (hasErrors(config.problems)) return problemsEnding(config.problems, flags, io);
  const targets = select(config, flags.target ?? []);
  const chosen = new Set(targets.map((target) => target.name));
  const all = explained(name, config.targets, chosen, contents, io);
  if (all.length === 0) {
    const names = new Set(targets.flatMap(({ roles }) => roles.map((role) => role.name)));
    throw new Failure('config', `the role files have no role \`${name}\`.${didYouMean(name, names)}`);
  }
  if (flags.format === 'json') writeJson({ formatVersion: 1, roles: all.map(documentOf) }, io);
  else {
    const style = styleFor(io.stdout, flags, io);
    io.stdout.write(harmless(`${all.map((one) => explainedText(one, style)).join('\n\n')}\n`));
  }
  return { exitCode: exitCodes.done };
}

function documentOf({ role, permissions, without, ended, ...rest }: Explained): unknown {
  const { name, description = null, absent, protected: isProtected, source } = role;
  return {
    name,
    ...rest,
    description,
    absent,
    protected: isProtected,
    source,
    permissions: permissions?.map(({ ways, ...one }) => ({ ...one, ways: ways.map(placeOf) })) ?? null,
    without: without.map(placeOf),
    ended: ended.map(placeOf),
  };
}

/** Lines alone: of a permission in a role's own list no more is known. */
function placeOf<Some extends Placed>({ source: { file, line }, ...one }: Some): Omit<Some, 'source'> & LinePlace {
  return { ...one, source: { file, line } };
}

interface LinePlace {
  readonly source: Pick<Source, 'file' | 'line'>;
}
