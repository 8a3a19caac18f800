/** Permission sets over all files: names for lists of permissions. A set is the union of what it holds; order means nothing. */
import type { AccessClass } from '../core/access.ts';
import { type Location, type Problem, problem } from '../core/problem.ts';
import type { SetOrigin } from '../core/role.ts';
import { faultInName, shown } from '../core/text.ts';
import { didYouMean } from '../nearest-word.ts';
import type { Manifest } from '../providers/manifest.ts';
import { below, type Document, where } from './document.ts';
import { type Item, isList, items, plainPermissions, type RawPermissions, type SetFile } from './shape.ts';
import { variableIn } from './variables.ts';

/** What a list of permissions comes to once its sets are written out. */
export interface Expansion {
  /** By permission: the sets that hold it; none for one that the list itself holds and no set does. */
  readonly permissions: ReadonlyMap<string, readonly SetOrigin[]>;
  /** Every set that is in it, however deep. */
  readonly sets: readonly DefinedSet[];
  /** A set in it is not there, or not for this provider: it may lack permissions. */
  readonly lacking: boolean;
}

export interface DefinedSet {
  readonly name: string;
  readonly at: Location;
  readonly document: Document;
  /** The only provider that it is for; undefined: any. */
  readonly manifest: Manifest | undefined;
  readonly list: RawPermissions;
  /** Of `list`. */
  readonly pointer: string;
  readonly exceptionsMayNotAdd: readonly AccessClass[];
}

export interface Sets {
  /** `of`: the provider of the file with the list. Problems of the references are kept for `problems`. */
  readonly expand: (list: RawPermissions, pointer: string, document: Document, of: Manifest) => Expansion;
  /** Sets and the providers that use them, as far as `expand` was asked. */
  readonly uses: () => ReadonlyMap<DefinedSet, ReadonlySet<Manifest>>;
  /** To be asked last: it knows then which sets nobody uses. */
  readonly problems: () => readonly Problem[];
}

const maxDepth = 32;

/** `complete`: every file could be read, so a name that is not found is really unknown, and a set without a use has none. */
export function findSets(files: readonly SetFile[], complete: boolean): Sets {
  const all = files.flatMap(definitionsOf);
  const byName = new Map(all.toReversed().map((one) => [one.name, one]));
  const book: Book = {
    byName,
    complete,
    problems: [...all.filter((one) => byName.get(one.name) !== one).map(twice(byName)), ...all.flatMap(faultsIn)],
    uses: new Map(),
    named: new Set(),
    rings: new Set(),
    tooDeep: undefined,
  };
  return {
    expand: (list, pointer, document, of) => expand({ list, pointer, document }, of, book),
    uses: () => book.uses,
    problems: () => {
      lookThroughUnused(book);
      const idle = complete ? [...byName.values()].filter((one) => !book.named.has(one)).map(unused) : [];
      return [...book.problems, ...(book.tooDeep ? [book.tooDeep] : []), ...idle];
    },
  };
}

/** What is known of all sets so far. */
interface Book {
  readonly byName: ReadonlyMap<string, DefinedSet>;
  readonly complete: boolean;
  readonly problems: Problem[];
  readonly uses: Map<DefinedSet, Set<Manifest>>;
  /** Sets that a role or another set names. */
  readonly named: Set<DefinedSet>;
  /** Circles that have been told. */
  readonly rings: Set<string>;
  tooDeep: Problem | undefined;
}

/** A list of permissions, where it is written. */
type Written = Pick<DefinedSet, 'list' | 'pointer' | 'document'>;

function expand(written: Written, of: Manifest, book: Book): Expansion {
  const permissions = new Map<string, SetOrigin[]>();
  const reached = new Set<DefinedSet>();
  let lacking = false;
  for (const { value } of plainPermissions(written.list, written.pointer)) permissions.set(value, []);

  const enter = (reference: Item<string>, document: Document, way: readonly DefinedSet[]) => {
    const found = usable(reference, document, way, of, book);
    lacking ||= found === undefined;
    // A set that is reached by two ways is shown by the first; its permissions are the same.
    if (found === undefined || reached.has(found)) return;
    reached.add(found);
    book.uses.set(found, (book.uses.get(found) ?? new Set()).add(of));
    const inside = [...way, found];
    const sets = inside.map((one) => one.name);
    for (const { value, pointer } of plainPermissions(found.list, found.pointer)) {
      const origin: SetOrigin = { kind: 'set', sets, source: found.document.at(pointer).source };
      permissions.set(value, [...(permissions.get(value) ?? []), origin]);
    }
    for (const inner of references(found.list, found.pointer)) enter(inner, found.document, inside);
  };

  for (const reference of references(written.list, written.pointer)) enter(reference, written.document, []);
  return { permissions, sets: [...reached], lacking };
}

/** undefined: there is no such set for this provider, or it is around this one. */
function usable(
  { value: name, pointer }: Item<string>,
  document: Document,
  way: readonly DefinedSet[],
  of: Manifest,
  book: Book,
): DefinedSet | undefined {
  const at = document.at(pointer);
  const found = lookUp(name, at, way, book);
  if (found?.manifest === undefined || found.manifest === of) return found;
  const message = `the permission set \`${shown(name)}\` is for ${found.manifest.title} (${where(found.at)}), but this role is for ${of.title}`;
  book.problems.push(problem(at, 'other-provider', message));
  return undefined;
}

/** undefined: there is no such set, or it is around this one. */
function lookUp(name: string, at: Location, way: readonly DefinedSet[], book: Book): DefinedSet | undefined {
  const found = book.byName.get(name);
  if (found === undefined) {
    if (book.complete) book.problems.push(problem(at, 'unknown-set', unknown(name, book.byName)));
    return undefined;
  }
  book.named.add(found);
  if (way.includes(found)) {
    tellRing([...way.slice(way.indexOf(found)), found], at, book);
    return undefined;
  }
  if (way.length < maxDepth) return found;
  book.tooDeep ??= problem(at, 'too-deep', `permission sets are nested more than ${maxDepth} deep here`);
  return undefined;
}

function tellRing(ring: readonly DefinedSet[], at: Location, { rings, problems }: Book): void {
  const key = JSON.stringify(
    ring
      .slice(1)
      .map((one) => one.name)
      .toSorted(),
  );
  if (rings.has(key)) return;
  rings.add(key);
  const circle = ring.map((one) => `\`${shown(one.name)}\``).join(' → ');
  const message = `permission sets include each other in a circle: ${circle}; remove one of them`;
  problems.push(problem(at, 'set-cycle', message));
}

/** A set that only sets without a use name has its mistakes too. */
function lookThroughUnused(book: Book): void {
  const walked = new Set<DefinedSet>();
  const walk = (set: DefinedSet, way: readonly DefinedSet[]) => {
    if (book.uses.has(set) || walked.has(set)) return;
    walked.add(set);
    for (const { value, pointer } of references(set.list, set.pointer)) {
      const found = lookUp(value, set.document.at(pointer), way, book);
      if (found !== undefined) walk(found, [...way, found]);
    }
  };
  for (const set of book.byName.values()) walk(set, [set]);
}

function twice(byName: ReadonlyMap<string, DefinedSet>): (again: DefinedSet) => Problem {
  return ({ name, at }) => {
    const first = byName.get(name);
    const before = first === undefined ? '' : where(first.at);
    return problem(at, 'duplicate-set', `the permission set \`${shown(name)}\` is defined twice; first at ${before}`);
  };
}

function definitionsOf({ document, manifest, raw }: SetFile): readonly DefinedSet[] {
  return Object.entries(raw).map(([name, set]): DefinedSet => {
    const own = below('/permissionSets', name);
    const shared = { name, at: document.key(own), document, manifest };
    if (isList(set)) return { ...shared, list: set, pointer: own, exceptionsMayNotAdd: [] };
    return {
      ...shared,
      list: set.permissions ?? [],
      pointer: below(own, 'permissions'),
      exceptionsMayNotAdd: items(set.exceptionsMayNotAdd, '').map(({ value }) => value),
    };
  });
}

function faultsIn({ name, at, document, list, pointer }: DefinedSet): readonly Problem[] {
  const fault = faultInName(name) ?? (name === '' ? 'is empty' : undefined);
  const written = plainPermissions(list, pointer).flatMap(({ value, pointer: place }) => {
    const wrong = faultInName(value) ?? variableIn(value);
    return wrong === undefined
      ? []
      : [problem(document.at(place), 'text', `the permission \`${shown(value)}\` ${wrong}`)];
  });
  return fault === undefined ? written : [problem(at, 'text', `the name \`${shown(name)}\` ${fault}`), ...written];
}

export function references(list: RawPermissions, pointer: string): readonly Item<string>[] {
  return items(list, pointer).flatMap(({ value, pointer: at }) =>
    typeof value === 'string' || value.set === undefined ? [] : [{ value: value.set, pointer: below(at, 'set') }],
  );
}

function unknown(name: string, sets: ReadonlyMap<string, DefinedSet>): string {
  const all = [...sets.keys()];
  const few = all.length > 0 && all.length <= 10 ? ` Sets: ${all.map((one) => shown(one)).join(', ')}.` : '';
  return `none of the given files defines the permission set \`${shown(name)}\`.${didYouMean(name, all) || few}`;
}

function unused({ name, at }: DefinedSet): Problem {
  const message = `no role uses the permission set \`${shown(name)}\`: use it, or remove it`;
  return problem(at, 'unused-set', message, 'warning');
}
