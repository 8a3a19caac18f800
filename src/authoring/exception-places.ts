/** Which file an exception is written to: one that has only exceptions of its target, else a new one. Pure: it reads a snapshot. */
import picomatch from 'picomatch';
import type { Config, TargetConfig } from '../config/config.ts';
import { byCodeUnit } from '../core/role.ts';
import type { Contents } from '../files/overlay.ts';
import { decoded } from './byte-order-mark.ts';
import { exceptionFile } from './exception-text.ts';
import { slug } from './lay-out.ts';
import { listAt, treeOf } from './role-tree.ts';
import type { ExceptionTakeOver, Left } from './take-over.ts';

export interface PlacedException extends ExceptionTakeOver {
  readonly file: string;
  /** What a new file holds before its exceptions; undefined: the file is there. */
  readonly head?: string;
}

export interface ExceptionPlaces {
  readonly config: Config;
  /** Of the role files that `config` was read from. */
  readonly contents: Contents;
  /** Of role files; new ones are created below it. */
  readonly folder: string;
  /** There is no such file yet. */
  readonly isFree: (path: string) => boolean;
  /** Where editors find the schema, from a file. */
  readonly schemaFor: (path: string) => string;
}

export function placeExceptions(
  exceptions: readonly ExceptionTakeOver[],
  places: ExceptionPlaces,
): { readonly placed: readonly PlacedException[]; readonly left: readonly Left[] } {
  const placed: PlacedException[] = [];
  const left: Left[] = [];
  const files = new Map<string, Pick<PlacedException, 'file' | 'head'> | undefined>();
  for (const one of exceptions) {
    const target = places.config.targets.find(({ name }) => name === one.target);
    if (target === undefined) throw new Error(`${one.target} is no target`);
    const taken = [...files.values()].flatMap((place) => place?.file ?? []);
    const place = files.has(one.target) ? files.get(one.target) : placeFor(target, taken, places);
    files.set(one.target, place);
    if (place !== undefined) placed.push({ ...one, ...place });
    else {
      const reason =
        'the `files` of the target leave no place for a file of exceptions: begin one that names the target';
      const source = one.taken[0]?.source ?? null;
      left.push({ target: one.target, role: one.exception.role, source, code: 'no-file', reason });
    }
  }
  return { placed, left };
}

function placeFor(
  target: TargetConfig,
  taken: readonly string[],
  { config, contents, folder, isFree, schemaFor }: ExceptionPlaces,
): Pick<PlacedException, 'file' | 'head'> | undefined {
  const present = config.files.toSorted(byCodeUnit).find((file) => holdsExceptionsOf(target.name, contents.get(file)));
  if (present !== undefined) return { file: present };
  const name = slug(target.name);
  const bases = [folder, ...(target.files ?? []).map((glob) => picomatch.scan(glob).base)];
  const file = bases
    .flatMap((base) => [`exceptions/${name}.yaml`, `${name}-exceptions.yaml`, `${name}.yaml`].map(below(base)))
    .find((path) => isAccepted(path, target) && isFree(path) && !taken.includes(path));
  return file === undefined ? undefined : { file, head: exceptionFile(target.manifest, target.name, schemaFor(file)) };
}

const below = (base: string) => (name: string) =>
  base === '.' || base === '' ? name : `${base.replace(/\/$/, '')}/${name}`;

function isAccepted(path: string, { files }: TargetConfig): boolean {
  return files === undefined || picomatch([...files], { noextglob: true })(path);
}

/** Of this target and of no other. */
function holdsExceptionsOf(target: string, bytes: Uint8Array | undefined): boolean {
  const text = bytes === undefined ? '' : decoded(bytes).text;
  if (!text.includes('exceptions')) return false;
  const tree = treeOf(text);
  const targets: unknown = listAt(tree, 'targets')?.toJSON();
  const [only, ...others] = Array.isArray(targets) ? targets : [];
  const name: unknown = typeof only === 'object' && only !== null ? Reflect.get(only, 'name') : only;
  return name === target && others.length === 0 && (listAt(tree, 'exceptions')?.items.length ?? 0) > 0;
}
