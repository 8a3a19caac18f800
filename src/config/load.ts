/** Role files in, a checked Config out: gather, parse, check, join. It reaches no network and reads no environment. */
import { byPlace, type Problem, problem } from '../core/problem.ts';
import { groupBy } from '../core/role.ts';
import { shown } from '../core/text.ts';
import { disk, typed } from '../files/disk.ts';
import type { FileSource } from '../files/file-source.ts';
import { gather } from '../files/gather.ts';
import type { Config, TargetConfig } from './config.ts';
import { type Coverage, createCoverage } from './coverage.ts';
import { targetsWithoutAuth } from './credentials.ts';
import { below, distinctProblems } from './document.ts';
import { tooMuchTogether } from './flood.ts';
import type { Language } from './language.ts';
import { fileReader, type ReadFile } from './read-file.ts';
import { findRoles, type Roles } from './roles.ts';
import { findSets } from './sets.ts';
import { isList, optionsOf, type RoleFile, tenantOf } from './shape.ts';
import { type Definition, findTargets } from './targets.ts';
import { checkTemplates, template, templatesOf } from './templates.ts';

export interface LoadOptions {
  /** Paths and globs are relative to it. */
  readonly cwd: string;
  readonly language: Language;
  /** A permission that no catalogue knows is an error. */
  readonly strict?: boolean;
  /** Names of further variables that the files may read. */
  readonly env?: readonly string[];
  /** The day of the run in UTC, YYYY-MM-DD: what ends before it is not wanted. Left out: no exception has ended. */
  readonly today?: string;
  /** Default: the disk. */
  readonly source?: FileSource;
  /** Of a run that loads several revisions, so that alike files are read once; for the same language. */
  readonly readFile?: ReadFile;
}

/** Every mistake of every file, as problems; never throws for what a file holds. No paths: the folder `roles`. */
export function load(
  paths: readonly string[],
  { cwd, language, strict = false, env = [], today, source = disk(cwd), readFile = fileReader(language) }: LoadOptions,
): Config {
  const given = paths.length === 0 ? ['roles'] : paths.map((path) => typed(cwd, path));
  const gathered = gather(given, source);
  const flood = tooMuchTogether(gathered.files);
  const read = flood.length > 0 ? [] : gathered.files.map(readFile);
  const files = read.flatMap(({ file }) => file ?? []);
  const setFiles = read.flatMap(({ sets }) => sets ?? []);
  // Mistakes that hide a file hide the targets it defines: then a name that is not found is no second mistake.
  const complete =
    read.every(({ file, sets }) => (file ?? sets) !== undefined) &&
    gathered.problems.every(({ severity }) => severity === 'warning');
  const targets = findTargets(files, complete && files.every(namesItsTargets));
  const sets = findSets(setFiles, complete);
  const roles = findRoles(files, targets, sets, { strict, today, manifests: language.manifests });
  const coverageOf = createCoverage(
    gathered.files.map(({ file }) => file),
    source,
  );
  const definitions = [...targets.definitions.values()].map((definition) => ({
    definition,
    coverage: definition.unmanaged === 'delete' && definition.globs.length > 0 ? coverageOf(definition) : undefined,
  }));
  const misnamed = definitions.flatMap(({ coverage }) => coverage?.problems ?? []);
  const told = new Set(misnamed.map((one) => one.source.file));
  const problems = [
    ...flood,
    ...gathered.problems.filter(({ code, source: { file } }) => code !== 'not-read' || !told.has(file)),
    ...misnamed,
    ...definitions.flatMap(({ definition, coverage }) => kept(definition, coverage)),
    ...read.flatMap((result) => result.problems),
    ...checkTemplates(files, env),
    ...targets.problems,
    ...targetsWithoutAuth(files),
    ...roles.problems,
    ...sets.problems(),
  ];
  return {
    targets: definitions.map(({ definition, coverage }) => targetConfig(definition, roles, coverage)),
    problems: distinctProblems(problems, ({ message }) => message).toSorted(byPlace),
    doubts: roles.doubts,
    files: gathered.files.map(({ file }) => file),
  };
}

/** Unmanaged roles that stay for now. */
function kept({ name, file, pointer }: Definition, coverage: Coverage | undefined): readonly Problem[] {
  if (coverage?.gap === undefined) return [];
  const message = `\`unmanaged: delete\` of \`${shown(name)}\` deletes nothing here: ${coverage.gap}; give every file that its \`files\` match`;
  return [problem(file.document.at(pointer), 'part-of-files', message, 'warning')];
}

/** Nothing in its list of targets had to be left out. */
function namesItsTargets({ raw: { targets } }: RoleFile): boolean {
  if (targets === undefined) return false;
  return !isList(targets) || targets.every((target) => typeof target === 'string' || target?.name !== undefined);
}

/** As many as a reviewer still reads one by one. */
const DELETES_LIMIT = 3;

function targetConfig(definition: Definition, roles: Roles, coverage: Coverage | undefined): TargetConfig {
  const { name, file, pointer, raw, unmanaged } = definition;
  const { document, provider, manifest } = file;
  const field = (key: string, text: string | undefined) =>
    text === undefined ? undefined : template(document, below(pointer, key), text);
  const auth = raw.auth
    ? templatesOf(raw.auth, document, below(pointer, 'auth'))
    : templatesOf(file.raw.auth ?? {}, document, '/auth');
  return {
    name,
    provider,
    manifest,
    source: document.at(pointer).source,
    unmanaged,
    deletesLimit: raw.limits?.deletes ?? DELETES_LIMIT,
    labels: [...definition.labels],
    options: byKey(optionsOf(raw, manifest, pointer)),
    files: raw.files?.filter((glob) => glob !== undefined),
    baseUrl: field('baseUrl', raw.baseUrl),
    tenant: field(manifest.tenant?.key ?? '', tenantOf(raw, manifest)),
    auth,
    roles: roles.of(definition),
    unread: coverage?.gap,
  };
}

function byKey(
  entries: readonly { readonly key: string; readonly value: string }[],
): Record<string, readonly string[]> {
  return Object.fromEntries(
    [...groupBy(entries, ({ key }) => key)].map(([key, of]) => [key, of.map(({ value }) => value)]),
  );
}
