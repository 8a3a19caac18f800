/** Which role is written to which file: to an existing one if it is for exactly the same targets, else to a new one. Pure. */
import picomatch from 'picomatch';
import type { Config, TargetConfig } from '../config/config.ts';
import { byCodeUnit, groupBy } from '../core/role.ts';
import type { Imported } from './group.ts';

export type Layout = 'one-file' | 'file-per-role';

export interface Places {
  readonly layout: Layout;
  /** A file or a folder for what is new; undefined: beside the targets. */
  readonly out: string | undefined;
  /** Roles may be added to files that are there. */
  readonly inPlace: boolean;
  /** By path: the targets that a role file is for. */
  readonly covers: ReadonlyMap<string, readonly string[]>;
  /** There is no such file yet, and no other one will be there. */
  readonly isFree: (path: string) => boolean;
}

export interface Share {
  readonly path: string;
  readonly isNew: boolean;
  readonly targets: readonly string[];
  readonly roles: readonly Imported[];
}

/** `fresh`: a target that no file defines; its first file is new and defines it, even if it holds no role. */
export function layOut(
  imported: readonly Imported[],
  config: Config,
  places: Places,
  fresh: string | undefined,
): readonly Share[] {
  const free = claims(places.isFree);
  return groupsOf(imported, fresh).flatMap(({ targets, roles }): readonly Share[] => {
    const configs = config.targets.filter(({ name }) => targets.includes(name));
    const isFresh = targets.length === 1 && targets[0] === fresh;
    const { folder, file } = homeOf(targets, configs, places);
    if (places.layout === 'file-per-role') {
      const own = join(folder, nameOf(targets, configs));
      const files = roles.map((one) => ({ path: free(join(own, `${slug(one.role.name)}.yaml`)), roles: [one] }));
      const all = isFresh ? [{ path: file, roles: [] }, ...files] : files;
      return all.map((one) => ({ ...one, isNew: true, targets }));
    }
    const present = isFresh || !places.inPlace ? undefined : covering(targets, configs, places);
    if (present !== undefined) return [{ path: present, isNew: false, targets, roles }];
    return [{ path: isFresh || file === places.out ? file : free(file), isNew: true, targets, roles }];
  });
}

interface Group {
  readonly targets: readonly string[];
  readonly roles: readonly Imported[];
}

function groupsOf(imported: readonly Imported[], fresh: string | undefined): readonly Group[] {
  const groups = [...groupBy(imported, ({ targets }) => JSON.stringify(targets)).values()].map((roles) => ({
    targets: roles[0]?.targets ?? [],
    roles,
  }));
  return groups.length === 0 && fresh !== undefined ? [{ targets: [fresh], roles: [] }] : groups;
}

/** The file with the most of their roles that is for these targets and for no other. */
function covering(targets: readonly string[], configs: readonly TargetConfig[], { covers }: Places) {
  const counts = new Map<string, number>();
  for (const { source } of configs.flatMap(({ roles }) => roles)) {
    counts.set(source.file, (counts.get(source.file) ?? 0) + 1);
  }
  const same = [...covers].filter(
    ([path, names]) => names.toSorted(byCodeUnit).join('\n') === targets.join('\n') && isAccepted(path, configs),
  );
  const [best] = same.sort(([a], [b]) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || byCodeUnit(a, b));
  return best?.[0];
}

function isAccepted(path: string, configs: readonly TargetConfig[]): boolean {
  return configs.every(({ files }) => files === undefined || picomatch([...files], { noextglob: true })(path));
}

/** Where new files of these targets go: `file` for one that holds them all. */
function homeOf(targets: readonly string[], configs: readonly TargetConfig[], { out }: Places) {
  const name = `${nameOf(targets, configs)}.yaml`;
  if (out !== undefined)
    return isFile(out) ? { folder: dirOf(out), file: out } : { folder: out, file: join(out, name) };
  const folders = [
    ...configs.map(({ source }) => dirOf(source.file)),
    ...configs.flatMap(({ files = [] }) => files.map((glob) => picomatch.scan(glob).base)),
  ];
  const folder = folders.find((one) => isAccepted(join(one, name), configs)) ?? folders[0] ?? '.';
  return { folder, file: join(folder, name) };
}

/** For a file or a folder. */
function nameOf(targets: readonly string[], configs: readonly TargetConfig[]): string {
  return targets.length > 3 ? `${configs[0]?.provider ?? ''}-shared` : targets.map(slug).join('-and-');
}

/** The path, or one like it: two roles may differ in nothing that a file name can hold. */
function claims(isFree: Places['isFree']): (path: string) => string {
  const claimed = new Set<string>();
  return (path) => {
    const [, stem = path, ending = ''] = /^(.*?)(\.ya?ml)$/.exec(path) ?? [];
    let found = path;
    for (let at = 2; claimed.has(found) || !isFree(found); at += 1) found = `${stem}-${at}${ending}`;
    claimed.add(found);
    return found;
  };
}

/** Letters and digits that every file system takes, in lower case. */
export function slug(text: string): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '');
  const words = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return words.slice(0, 60).replace(/-$/, '') || 'role';
}

export function isFile(path: string): boolean {
  return /\.ya?ml$/.test(path);
}

export function dirOf(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut === -1 ? '.' : path.slice(0, cut) || '/';
}

function join(folder: string, name: string): string {
  if (folder === '.' || folder === '') return name;
  return `${folder.replace(/\/$/, '')}/${name}`;
}
