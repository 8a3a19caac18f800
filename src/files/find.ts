/** Which role files the paths of the command line mean. It looks at names and links, and reads no role. */
import { byCodeUnit } from '../core/role.ts';
import { faultInName, shown } from '../core/text.ts';
import { type FileProblems, type FileSource, isMissing, limits } from './file-source.ts';

export interface Found {
  /** As the user would type it. */
  readonly path: string;
  /** Found in a folder that was given as such. */
  readonly whole: boolean;
}

/** Each file once, sorted by path. */
export function findFiles(paths: readonly string[], source: FileSource, findings: FileProblems): readonly Found[] {
  const found = new Map<string, Found>();
  let entries = 0;
  const search: Search = {
    source,
    findings,
    // The same file twice: that it is in a folder counts.
    found: (real, file) => (file.whole || !found.has(real)) && found.set(real, file),
    enough: () => ++entries > limits.entries,
  };
  for (const given of paths) {
    const path = tidy(given);
    if (isMissing(path, source)) {
      findings.add(path, 'missing', `${shown(path)} cannot be read: no such file or folder`);
      continue;
    }
    const kind = findings.attempt(path, () => source.stat(path).kind);
    if (kind === undefined || (kind !== 'folder' && isRefused(path, kind, findings))) continue;
    const real = findings.attempt(path, () => source.real(path));
    if (real === undefined) continue;
    if (kind !== 'folder') search.found(real, { path, whole: false });
    else if (searchFolder(path, { path, real }, [real], search) === 0) {
      findings.add(path, 'no-files', `there are no role files (*.yaml, *.yml) in ${shown(path)}`);
    }
  }
  if (entries > limits.entries) {
    findings.add(
      paths[0] ?? '.',
      'too-many',
      `there are more than ${limits.entries} files and folders to look through`,
    );
  }
  return [...found.values()].sort((a, b) => byCodeUnit(a.path, b.path));
}

interface Search {
  readonly source: FileSource;
  readonly findings: FileProblems;
  readonly found: (real: string, file: Found) => void;
  readonly enough: () => boolean;
}

/** A file of the command line needs the name that it would need in a folder. A pipe has no real path to ask for. */
function isRefused(path: string, kind: string, findings: FileProblems): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (isRoleFile(name)) return hasFault(path, name, findings);
  // Standard input is a regular file where the shell redirects one.
  const hint =
    kind === 'other' || path.startsWith('/dev/')
      ? 'role files are regular files; save it as a file whose name ends in .yaml or .yml'
      : 'the name of a role file ends in .yaml or .yml: rename it';
  findings.add(path, 'file-name', `${shown(path)} is not read: ${hint}`);
  return true;
}

/** The folder of the command line, by its two names. */
interface Top {
  readonly path: string;
  readonly real: string;
}

/** How many role files are in the folder, those with mistakes included. `above`: the folder and those around it. */
function searchFolder(folder: string, top: Top, above: readonly string[], search: Search): number {
  const { source, findings } = search;
  const names = findings.attempt(folder, () => source.list(folder));
  if (!names) return 1;
  const visible = names.filter((name) => !name.startsWith('.') && name !== 'node_modules');
  let count = 0;
  for (const name of visible.sort(byCodeUnit)) {
    if (search.enough()) break;
    count += searchEntry(join(folder, name), name, top, above, search);
  }
  return count;
}

function searchEntry(path: string, name: string, top: Top, above: readonly string[], search: Search): number {
  const { source, findings } = search;
  const entry = findings.attempt(path, () => ({ ...source.stat(path), real: source.real(path) }));
  if (!entry) return 1;
  if (above.includes(entry.real)) return 0;
  const isFolder = entry.kind === 'folder';
  if (!isFolder && !isRoleFile(name)) {
    if (entry.kind === 'file') warnOfLookalike(path, name, search);
    return 0;
  }
  if (hasFault(path, name, findings)) return 1;
  if (!entry.real.startsWith(top.real.endsWith('/') ? top.real : `${top.real}/`)) {
    const message = `${shown(path)} is a link that leaves ${shown(top.path)}: role files are read from inside the folder only`;
    findings.add(path, 'link', message);
    return 1;
  }
  if (!isFolder) {
    // Under its real name: a link must not put a file into a folder that other people own.
    search.found(entry.real, {
      path: join(top.path, entry.real.slice(top.real.length).replace(/^\//, '')),
      whole: true,
    });
    return 1;
  }
  if (above.length <= limits.depth) return searchFolder(path, top, [...above, entry.real], search);
  findings.add(path, 'too-deep', `folders are nested more than ${limits.depth} levels deep`);
  return 1;
}

function hasFault(path: string, name: string, findings: FileProblems): boolean {
  const fault = faultInName(name);
  if (fault !== undefined) findings.add(path, 'file-name', `the file name \`${shown(name)}\` ${fault}: rename it`);
  return fault !== undefined;
}

function isRoleFile(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

/** `.YAML`, `.yaml.txt`, `.yml.bak`, `.json`: endings that people give a role file by mistake. */
function warnOfLookalike(path: string, name: string, { source, findings }: Search): void {
  if (!/ya?ml|\.jsonc?$/i.test(name)) return;
  const start = findings.attempt(path, () => Buffer.from(source.read(path, 4096)).toString('latin1')) ?? '';
  // Only its ending is wrong: whatever is in it.
  const isMisspelt = /\.ya?ml$/i.test(name);
  if (!isMisspelt && (!hasKey(start, 'provider') || !(hasKey(start, 'roles') || hasKey(start, 'targets')))) return;
  const message = `${shown(path)} looks like a role file but is not read: its name does not end in .yaml or .yml`;
  findings.add(path, 'not-read', message, 'warning');
}

/** At the top level, in YAML or in JSON. */
function hasKey(text: string, key: string): boolean {
  return new RegExp(`^["']?${key}["']?\\s*:|[{,]\\s*"${key}"\\s*:`, 'm').test(text);
}

/** No `./` in front, no slash at the end. */
function tidy(path: string): string {
  const kept = path.split('/').filter((part, index) => part !== '.' && (part !== '' || index === 0));
  return kept.join('/') || (path.startsWith('/') ? '/' : '.');
}

function join(folder: string, name: string): string {
  if (name === '') return folder;
  return folder === '.' ? name : `${folder === '/' ? '' : folder}/${name}`;
}
