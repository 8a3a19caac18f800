/** Targets over all files: who defines which, and who names it. */
import picomatch from 'picomatch';
import type { Problem } from '../core/problem.ts';
import { problem } from '../core/problem.ts';
import { faultInName, shown } from '../core/text.ts';
import { didYouMean } from '../nearest-word.ts';
import { below, type Document, valueAt, where } from './document.ts';
import {
  isList,
  items,
  listedTargets,
  optionsOf,
  type RawTarget,
  type RoleFile,
  selectorOf,
  tenantOf,
} from './shape.ts';
import { oneSystem, systemOf } from './system.ts';

/** A target where it is defined. */
export interface Definition {
  readonly name: string;
  readonly file: RoleFile;
  readonly pointer: string;
  readonly raw: RawTarget;
  /** Its own, or that of its file. */
  readonly unmanaged: 'report' | 'ignore' | 'delete';
  /** Of `files`; those with a mistake are left out. */
  readonly globs: readonly string[];
  readonly labels: ReadonlySet<string>;
  /** Whether a file may hold roles for it. */
  readonly accepts: (file: string) => boolean;
}

export interface Targets {
  readonly definitions: ReadonlyMap<string, Definition>;
  /** The targets that the roles of a file are for, without those that are unknown. */
  readonly of: (file: RoleFile) => readonly Definition[];
  readonly problems: readonly Problem[];
}

/** `complete`: every file could be read, so a name that is not found is really unknown. */
export function findTargets(files: readonly RoleFile[], complete: boolean): Targets {
  const all = files.flatMap(definitionsOf);
  const definitions = new Map<string, Definition>();
  for (const definition of all) if (!definitions.has(definition.name)) definitions.set(definition.name, definition);
  const unique = [...definitions.values()];
  return {
    definitions,
    of: (file) => {
      const labels = selectorOf(file);
      if (labels !== undefined) return chosen(file, labels, unique);
      return [...new Set(listedTargets(file).map(({ value }) => nameOf(value)))].flatMap(
        (name) => definitions.get(name ?? '') ?? [],
      );
    },
    problems: [
      ...all.flatMap((definition) => checkDefinition(definition, definitions)),
      ...twice(unique),
      ...files.flatMap((file) => checkReferences(file, definitions, complete)),
      ...files.flatMap((file) => checkSelector(file, unique, complete)),
    ],
  };
}

/** The targets of the provider that have every label. */
function chosen({ manifest }: RoleFile, labels: readonly string[], all: readonly Definition[]): readonly Definition[] {
  return all.filter((target) => target.file.manifest === manifest && labels.every((one) => target.labels.has(one)));
}

function checkSelector(file: RoleFile, all: readonly Definition[], complete: boolean): readonly Problem[] {
  const labels = selectorOf(file);
  if (labels === undefined || labels.length === 0 || !complete || chosen(file, labels, all).length > 0) return [];
  const own = all.filter((target) => target.file.manifest === file.manifest);
  const known = new Set(own.flatMap((target) => [...target.labels]));
  const strange = labels.find((one) => !known.has(one));
  const which = labels.map((one) => `\`${shown(one)}\``).join(' and ');
  const hint = strange === undefined ? '' : didYouMean(strange, known);
  const message = `no target of ${file.manifest.title} has the ${labels.length === 1 ? 'label' : 'labels'} ${which}, so this file is for nobody.${hint}`;
  return [problem(file.document.key('/targets/labels'), 'no-target-chosen', message)];
}

function definitionsOf(file: RoleFile): readonly Definition[] {
  return listedTargets(file).flatMap(({ value, pointer }): Definition[] => {
    if (typeof value === 'string' || value.name === undefined) return [];
    const globs = items(value.files, below(pointer, 'files'))
      .map((glob) => glob.value)
      .filter((glob) => faultInGlob(glob) === undefined);
    const accepts = value.files === undefined ? () => true : picomatch(globs, { noextglob: true });
    const unmanaged = value.unmanaged ?? file.raw.unmanaged ?? 'report';
    const labels = new Set(items(value.labels, '').map((label) => label.value));
    return [
      { name: value.name, file, pointer, raw: value, unmanaged, globs, labels, accepts: (path) => accepts(path) },
    ];
  });
}

function checkDefinition(
  { name, file, pointer, raw, unmanaged }: Definition,
  definitions: ReadonlyMap<string, Definition>,
): readonly Problem[] {
  const { document } = file;
  const problems: Problem[] = [];
  const at = document.at(below(pointer, 'name'));
  const first = definitions.get(name);
  if (first && (first.file !== file || first.pointer !== pointer)) {
    const before = where(first.file.document.at(below(first.pointer, 'name')));
    problems.push(
      problem(
        at,
        'duplicate-target',
        `the target \`${shown(name)}\` is defined twice: first at ${before}. To use it here, write just its name`,
      ),
    );
  }
  const fault = faultInName(name);
  if (fault !== undefined) problems.push(problem(at, 'text', `the name \`${shown(name)}\` ${fault}`));
  if (unmanaged === 'delete' && !hasKey(document, pointer, 'files')) {
    const place = raw.unmanaged === undefined ? document.at(pointer) : document.key(below(pointer, 'unmanaged'));
    const message = `\`unmanaged: delete\` deletes what no file names, so the target \`${shown(name)}\` must say which files may name its roles: add \`files: [${suggestion(document.file)}]\` to it`;
    problems.push(problem(place, 'delete-without-files', message));
  }
  for (const { value, pointer: inner } of items(raw.files, below(pointer, 'files'))) {
    const wrong = faultInGlob(value);
    if (wrong !== undefined) problems.push(problem(document.at(inner), 'glob', wrong));
  }
  for (const { value, pointer: inner } of optionsOf(raw, file.manifest, pointer)) {
    const wrong = faultInName(value);
    if (wrong !== undefined) problems.push(problem(document.at(inner), 'text', `\`${shown(value)}\` ${wrong}`));
  }
  return problems;
}

/** Two names for one place would each undo what the other does. */
function twice(definitions: readonly Definition[]): readonly Problem[] {
  const seen = new Map<string, Definition>();
  return definitions.flatMap((definition) => {
    const { file, pointer, raw } = definition;
    const tenant = tenantOf(raw, file.manifest);
    const baseUrl = raw.baseUrl ?? file.manifest.baseUrl.default;
    if (baseUrl === undefined || (tenant === undefined && file.manifest.tenant !== undefined)) return [];
    const id = JSON.stringify([file.provider, systemOf(file.manifest, baseUrl), tenant ?? '']);
    const first = seen.get(id);
    if (!first) {
      seen.set(id, definition);
      return [];
    }
    const before = where(first.file.document.at(first.pointer));
    const message = `\`${shown(definition.name)}\` is the same place as \`${shown(first.name)}\` (${before}): ${oneSystem}`;
    return [problem(file.document.at(pointer), 'same-target', message)];
  });
}

function suggestion(file: string): string {
  const cut = file.lastIndexOf('/');
  return cut <= 0 || file.startsWith('.') ? 'roles/**' : `${file.slice(0, cut)}/**`;
}

function checkReferences(
  file: RoleFile,
  definitions: ReadonlyMap<string, Definition>,
  complete: boolean,
): readonly Problem[] {
  const { document, raw, provider } = file;
  const problems: Problem[] = [];
  const listed = listedTargets(file);
  const named = new Set<string>();
  for (const { value, pointer } of listed) {
    const name = nameOf(value);
    if (name === undefined) continue;
    const at = document.at(typeof value === 'string' ? pointer : below(pointer, 'name'));
    if (typeof value === 'string') {
      const definition = definitions.get(value);
      if (named.has(value))
        problems.push(problem(at, 'duplicate-target', `the target \`${shown(value)}\` stands here twice`));
      else if (!definition && complete) problems.push(problem(at, 'unknown-target', unknown(value, definitions)));
      else if (definition && definition.file.provider !== provider) {
        const message = `the target \`${shown(value)}\` is one of ${definition.file.provider} (${where(definition.file.document.at(definition.pointer))}), and this file is about ${provider}`;
        problems.push(problem(at, 'other-provider', message));
      }
    }
    named.add(name);
  }
  const targets = raw.targets ?? [undefined];
  const defines = isList(targets) && targets.some((target) => typeof target !== 'string');
  for (const key of ['auth', 'unmanaged'] as const) {
    if (defines || !hasKey(document, '', key)) continue;
    const message = `\`${key}\` belongs where targets are defined, and this file only names some: remove it here`;
    problems.push(problem(document.key(`/${key}`), `${key}-without-target`, message));
  }
  return problems;
}

function unknown(name: string, definitions: ReadonlyMap<string, Definition>): string {
  const all = [...definitions.keys()];
  const hint =
    didYouMean(name, all) ||
    (all.length > 0 && all.length <= 10 ? ` Targets: ${all.map((one) => shown(one)).join(', ')}.` : '');
  return `no file that was given defines the target \`${shown(name)}\`.${hint}`;
}

function nameOf(target: string | RawTarget): string | undefined {
  return typeof target === 'string' ? target : target.name;
}

/** Also where its value is wrong and has been left out of `raw`. */
function hasKey(document: Document, pointer: string, key: string): boolean {
  const parent = valueAt(document, pointer);
  return typeof parent === 'object' && parent !== null && key in parent;
}

/** Globs come from pull requests too: none may look outside, mean its opposite, or take for ever. */
function faultInGlob(glob: string): string | undefined {
  if (glob.includes('\\')) return 'a glob has forward slashes only';
  if (glob.startsWith('!')) return 'a glob names files that may hold roles; it cannot begin with `!`';
  if (/^\.?\/|(?:^|\/)\.\.(?:\/|$)/.test(glob))
    return 'a glob is relative to the working directory: write `roles/acme/**`, without `./`, `../` or a slash in front';
  if ((glob.match(/\*+/g) ?? []).length > 6) return 'a glob has at most six wildcards';
  if (glob.includes('${')) return 'a glob takes no variables';
  return undefined;
}
