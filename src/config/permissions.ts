/** Permissions that are probably typos: warnings, because a catalogue never has everything. One for each permission. */
import { type Location, type Problem, problem } from '../core/problem.ts';
import { shown } from '../core/text.ts';
import { didYouMean } from '../nearest-word.ts';
import type { Catalogue, Manifest, Manifests } from '../providers/manifest.ts';
import { below } from './document.ts';
import type { ProblemList } from './problem-list.ts';
import type { RawPermissions, RoleFile } from './shape.ts';

/** A warning that a look at the live roles may settle: what they hold is no typo. */
export interface Doubt {
  readonly provider: string;
  readonly permission: string;
  readonly problem: Problem;
}

interface Mention {
  readonly manifest: Manifest;
  readonly permission: string;
  readonly first: Location;
  count: number;
}

export interface Mentions {
  /**
   * The permissions of one role, and the JSON pointer of their list. Those at `bad` pointers are passed over. What is written
   * twice in it is a problem of its own.
   */
  readonly note: (
    permissions: RawPermissions,
    pointer: string,
    bad: ReadonlySet<string>,
    file: Pick<RoleFile, 'manifest' | 'document'>,
    list: ProblemList,
  ) => void;
  /** `strict`: whatever the catalogue does not have is an error. */
  readonly judge: (
    strict: boolean,
    all: Manifests,
  ) => { readonly problems: readonly Problem[]; readonly doubts: readonly Doubt[] };
}

/** As many as are listed; the others are counted. */
const listed = 100;

export function createMentions(): Mentions {
  const unknown = new Map<string, Mention>();
  return {
    note: (permissions, pointer, bad, { manifest, document }, list) => {
      const known = knownTo(manifest.catalogue);
      const before = new Map<string, number>();
      const place = (index: number) => document.at(below(pointer, index));
      for (const [index, value] of permissions.entries()) {
        if (typeof value !== 'string' || (bad.size > 0 && bad.has(below(pointer, index)))) continue;
        const first = before.get(value);
        if (first !== undefined) {
          list.add('repeated-permission', () => repeated(value, place(index), place(first)));
          continue;
        }
        before.set(value, index);
        if (known.has(value)) continue;
        const key = `${manifest.name} ${value}`;
        const mention = unknown.get(key);
        if (mention === undefined) unknown.set(key, { manifest, permission: value, first: place(index), count: 1 });
        else mention.count += 1;
      }
    },
    judge: (strict, all) => {
      const faulty = [...unknown.values()].flatMap((mention) => {
        const fault = faultIn(mention.permission, mention.manifest, all);
        return fault === undefined
          ? []
          : [{ mention, fault, severity: strict || fault.foreign ? 'error' : 'warning' } as const];
      });
      const told = (['error', 'warning'] as const).flatMap((severity) => {
        const same = faulty.filter((one) => one.severity === severity);
        const doubts = same.slice(0, listed).map(({ mention, fault }) => doubtOf(mention, fault, severity));
        return { severity, doubts, rest: restOf(same.slice(listed), severity) };
      });
      return {
        problems: told.flatMap(({ doubts, rest }) => [...doubts.map((one) => one.problem), ...rest]),
        doubts: told.flatMap(({ severity, doubts }) => (severity === 'warning' ? doubts : [])),
      };
    },
  };
}

function repeated(permission: string, place: Location, { source }: Location): Problem {
  const message = `\`${shown(permission)}\` is listed twice; first in line ${source.line}`;
  return problem(place, 'repeated-permission', message, 'warning');
}

interface Fault {
  /** The rest of a sentence that begins with the permission. */
  readonly what: string;
  /** It is one of another provider: an error. Any other word may be live, and must then be writable. */
  readonly foreign: boolean;
}

/** undefined: it may well be right. */
function faultIn(permission: string, own: Manifest, all: Manifests): Fault | undefined {
  const { source, grammar, complete, form } = own.catalogue;
  const misshapen = grammar !== undefined && !grammar.test(permission);
  if (misshapen || grammar === undefined) {
    const other = [...all.values()].find((one) => one !== own && isOneOf(one.catalogue, permission, misshapen));
    if (other !== undefined) {
      return {
        what: `is a permission of ${other.title}, but this file is for ${own.title}${form === undefined ? '' : `: ${form}`}`,
        foreign: true,
      };
    }
  }
  if (misshapen) return { what: `is malformed: ${form ?? source}`, foreign: false };
  return complete ? { what: `is not among ${source}`, foreign: false } : undefined;
}

function isOneOf(catalogue: Catalogue, permission: string, byForm: boolean): boolean {
  // A wildcard is no sign of any provider.
  if (permission.includes('*')) return false;
  const tells = byForm && catalogue.isCommonForm !== true;
  return knownTo(catalogue).has(permission) || (tells && catalogue.grammar?.test(permission) === true);
}

function doubtOf(
  { manifest, permission, first, count }: Mention,
  { what }: Fault,
  severity: Problem['severity'],
): Doubt {
  const places = count === 1 ? '' : ` It appears in ${count} places; this is the first.`;
  const message = `\`${shown(permission)}\` ${what}.${hintFor(permission, manifest.catalogue)}${places}`;
  return { provider: manifest.name, permission, problem: problem(first, 'unknown-permission', message, severity) };
}

function restOf(rest: readonly { readonly mention: Mention }[], severity: Problem['severity']): readonly Problem[] {
  const [one] = rest;
  if (one === undefined) return [];
  const message = `${rest.length} more like this after this one are not listed`;
  return [problem(one.mention.first, 'unknown-permission', message, severity)];
}

/** Finding the nearest name costs more than anything else here: once a name, and not for more names than anybody reads. */
const COMPARED = 1000;
const hints = new WeakMap<Catalogue, Map<string, string>>();

function hintFor(permission: string, catalogue: Catalogue): string {
  const found = hints.get(catalogue) ?? new Map<string, string>();
  hints.set(catalogue, found);
  const before = found.get(permission);
  if (before !== undefined || found.size >= COMPARED) return before ?? '';
  const hint = didYouMean(permission, knownTo(catalogue));
  found.set(permission, hint);
  return hint;
}

const indexes = new WeakMap<Catalogue, ReadonlySet<string>>();

function knownTo(catalogue: Catalogue): ReadonlySet<string> {
  const index =
    indexes.get(catalogue) ?? new Set([...catalogue.known.map(([permission]) => permission), ...catalogue.wildcards]);
  indexes.set(catalogue, index);
  return index;
}
