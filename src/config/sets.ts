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
  /** `of`: the provider of the file that the list stands in. Problems of the references are kept for `problems`. */
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
  const byName = new Map<string, DefinedSet>();
  const problems: Problem[] = [];
  for (const one of all) {
    const first = byName.get(one.name);
    if (first === undefined) byName.set(one.name, one);
    else {
      const message = `the permission set \`${shown(one.name)}\` is defined twice: first at ${where(first.at)}`;
      problems.push(problem(one.at, 'duplicate-set', message));
    }
    problems.push(...faultsIn(one));
  }
  const uses = new Map<DefinedSet, Set<Manifest>>();
  const named = new Set<DefinedSet>();
  const walked = new Set<DefinedSet>();
  const rings = new Set<string>();
  let tooDeep: Problem | undefined;

  function expand(list: RawPermissions, pointer: string, document: Document, of: Manifest): Expansion {
    const permissions = new Map<string, SetOrigin[]>();
    const reached = new Set<DefinedSet>();
    let lacking = false;
    for (const { value } of plainPermissions(list, pointer)) permissions.set(value, []);
    for (const reference of references(list, pointer)) enter(reference, document, []);

    function enter({ value: name, pointer: at }: Item<string>, from: Document, way: readonly DefinedSet[]): void {
      const found = lookUp(name, from.at(at), way);
      lacking ||= found === undefined || (found.manifest !== undefined && found.manifest !== of);
      if (found === undefined) return;
      if (found.manifest !== undefined && found.manifest !== of) {
        const message = `the permission set \`${shown(name)}\` is for ${found.manifest.title} (${where(found.at)}), and this role is one of ${of.title}`;
        problems.push(problem(from.at(at), 'other-provider', message));
        return;
      }
      uses.set(found, (uses.get(found) ?? new Set()).add(of));
      const inside = [...way, found];
      // A set that is reached by two ways is shown by the first; its permissions are the same.
      if (reached.has(found)) return;
      reached.add(found);
      const sets = inside.map((one) => one.name);
      for (const { value, pointer: place } of plainPermissions(found.list, found.pointer)) {
        const origin: SetOrigin = { kind: 'set', sets, source: found.document.at(place).source };
        const origins = permissions.get(value);
        if (origins === undefined) permissions.set(value, [origin]);
        else origins.push(origin);
      }
      for (const reference of references(found.list, found.pointer)) enter(reference, found.document, inside);
    }
    return { permissions, sets: [...reached], lacking };
  }

  /** undefined: there is no such set, or it is around this one. */
  function lookUp(name: string, at: Location, way: readonly DefinedSet[]): DefinedSet | undefined {
    const found = byName.get(name);
    if (found === undefined) {
      if (complete) problems.push(problem(at, 'unknown-set', unknown(name, byName)));
      return undefined;
    }
    named.add(found);
    if (!way.includes(found)) {
      if (way.length < maxDepth) return found;
      tooDeep ??= problem(at, 'too-deep', `permission sets are nested more than ${maxDepth} deep here`);
      return undefined;
    }
    const names = way.slice(way.indexOf(found)).map((one) => one.name);
    const key = JSON.stringify(names.toSorted());
    if (!rings.has(key)) {
      rings.add(key);
      const circle = [...names, name].map((one) => `\`${shown(one)}\``).join(' → ');
      problems.push(
        problem(at, 'set-cycle', `permission sets hold each other in a circle: ${circle}; take one of them out`),
      );
    }
    return undefined;
  }

  return {
    expand,
    uses: () => uses,
    problems: () => {
      // A set that only other sets without a use name has mistakes too.
      for (const one of byName.values()) {
        if (uses.has(one)) continue;
        for (const reference of references(one.list, one.pointer)) walk(reference, one, [one]);
      }
      const idle = complete ? [...byName.values()].filter((one) => !named.has(one)).map(unused) : [];
      return [...problems, ...(tooDeep ? [tooDeep] : []), ...idle];
    },
  };

  function walk({ value: name, pointer }: Item<string>, { document }: DefinedSet, way: readonly DefinedSet[]): void {
    const found = lookUp(name, document.at(pointer), way);
    if (found === undefined || uses.has(found) || walked.has(found)) return;
    walked.add(found);
    for (const reference of references(found.list, found.pointer)) walk(reference, found, [...way, found]);
  }
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
  return `no file that was given defines the permission set \`${shown(name)}\`.${didYouMean(name, all) || few}`;
}

function unused({ name, at }: DefinedSet): Problem {
  const message = `no role uses the permission set \`${shown(name)}\`: use it, or remove it`;
  return problem(at, 'unused-set', message, 'warning');
}
