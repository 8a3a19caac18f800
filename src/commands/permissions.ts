/** `rolesync permissions`: which permissions a provider has, in words; with a target, also what is live there. */
import type { AccessClass, Meaning } from '../core/access.ts';
import { Failure } from '../core/failure.ts';
import { byCodeUnit, sortedSet } from '../core/role.ts';
import type { CommandIo } from '../io.ts';
import { didYouMean } from '../nearest-word.ts';
import { display, escapeUnsafe } from '../render/display.ts';
import { harmless } from '../render/github-log.ts';
import { count, type Style } from '../render/style.ts';
import { type Ending, styleFor, writeJson } from './ending.ts';
import { exitCodes } from './exit-codes.ts';
import { type Flags, withTargets } from './prepare.ts';
import { readingOnly } from './reading.ts';

export interface PermissionsFlags extends Omit<Flags, 'target' | 'rev' | 'base' | 'baseDir' | 'trust'> {
  readonly files?: readonly string[];
  readonly target?: string;
}

interface Known extends Meaning {
  readonly permission: string;
  /** `catalogue`: documented; `target`: the live system lists it; `role`: a live role has it. */
  readonly sources: readonly ('catalogue' | 'target' | 'role')[];
  /** Live roles that have it; absent without a target. */
  readonly roles?: readonly string[];
}

/** What is live of one target. */
interface Live {
  readonly listed: readonly string[];
  readonly holders: ReadonlyMap<string, readonly string[]>;
}

/** Without a target it reaches no provider, and reads no file. */
export async function permissions(
  provider: string,
  word: string | undefined,
  flags: PermissionsFlags,
  io: CommandIo,
): Promise<Ending> {
  const { target, files = ['roles'] } = flags;
  if (target === undefined) return print(provider, word, undefined, flags, io);
  return withTargets(files, { ...flags, target: [target] }, io, async (run) => {
    const [connected, another] = readingOnly(run).connection.targets;
    if (another !== undefined) throw new Failure('config', `several targets match \`${target}\`; give one`);
    if (connected === undefined) throw new Failure('config', `the target \`${target}\` is not connected`);
    if (connected.provider.name !== provider) {
      throw new Failure('config', `the target \`${target}\` belongs to ${connected.provider.name}, not to ${provider}`);
    }
    const { remote } = connected;
    const roles = await remote.list();
    const holders = new Map<string, string[]>();
    for (const { role } of roles) {
      for (const one of new Set(role.permissions)) holders.set(one, [...(holders.get(one) ?? []), role.name]);
    }
    return print(provider, word, { listed: (await remote.known?.()) ?? [], holders }, flags, io);
  });
}

function print(
  provider: string,
  word: string | undefined,
  live: Live | undefined,
  flags: PermissionsFlags,
  io: CommandIo,
): Ending {
  const { source, known } = catalogueOf(provider, io);
  const all = join(provider, known, live, io);
  const found = word === undefined ? all : all.filter((one) => fits(one, word));
  if (flags.format === 'json') {
    writeJson({ formatVersion: 1, provider, target: flags.target ?? null, source, permissions: found }, io);
  } else {
    const style = styleFor(io.stdout, flags, io);
    const from = flags.target === undefined ? source : `${source}, and what is live in ${display(flags.target)}`;
    const of = word === undefined ? '' : ` of ${all.length} with ${display(word)}`;
    const lines = [
      ...found.map((one) => lineOf(one, style)),
      `${count(found.length, 'permission')}${of}: ${escapeUnsafe(from)}`,
    ];
    io.stdout.write(harmless(`${lines.join('\n')}\n`));
  }
  return { exitCode: exitCodes.done };
}

function catalogueOf(
  provider: string,
  { table }: CommandIo,
): { readonly source: string; readonly known: readonly string[] } {
  const catalogue = table.manifests.get(provider)?.catalogue;
  if (catalogue === undefined) {
    const names = [...table.manifests.keys()];
    throw new Failure(
      'config',
      `there is no provider \`${provider}\`: ${names.join(', ')}.${didYouMean(provider, names)}`,
    );
  }
  return {
    source: catalogue.source,
    known: [...catalogue.known.map(([permission]) => permission), ...catalogue.wildcards],
  };
}

function join(
  provider: string,
  documented: readonly string[],
  live: Live | undefined,
  { table }: CommandIo,
): readonly Known[] {
  const [catalogue, listed] = [new Set(documented), new Set(live?.listed)];
  const held = live?.holders ?? new Map<string, readonly string[]>();
  return sortedSet([...catalogue, ...listed, ...held.keys()]).map((permission) => ({
    permission,
    ...table.accessOf(provider, permission),
    sources: [
      ...(catalogue.has(permission) ? (['catalogue'] as const) : []),
      ...(listed.has(permission) ? (['target'] as const) : []),
      ...(held.has(permission) ? (['role'] as const) : []),
    ],
    ...(live && { roles: [...(held.get(permission) ?? [])].sort(byCodeUnit) }),
  }));
}

/** In the permission itself, its words, or its class. */
function fits({ permission, phrase, class: risk }: Known, word: string): boolean {
  return [permission, phrase ?? '', risk].some((text) => text.toLowerCase().includes(word.toLowerCase()));
}

const tints: Partial<Readonly<Record<AccessClass, 'red' | 'yellow'>>> = {
  power: 'red',
  wildcard: 'red',
  unknown: 'red',
  admin: 'yellow',
};

function lineOf({ permission, phrase, class: risk, sources, roles }: Known, { paint, wrap }: Style): string {
  const tint = tints[risk];
  const notes = [
    tint === undefined ? risk : paint(tint, risk),
    ...(phrase === null ? [] : [phrase]),
    ...(sources.includes('catalogue') ? [] : ['not in the catalogue']),
    ...(roles === undefined || roles.length === 0 ? [] : [`live in ${count(roles.length, 'role')}`]),
  ];
  return wrap(`${paint('bold', display(permission))}  ${notes.join(' · ')}`, 0, 4);
}
