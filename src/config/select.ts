/** Which of the targets a run is about. */
import picomatch from 'picomatch';
import { Failure } from '../core/failure.ts';
import { shown } from '../core/text.ts';
import { didYouMean, nearest } from '../nearest-word.ts';
import type { Config, TargetConfig } from './config.ts';

/**
 * All targets where nothing is wanted. `wanted`: names, and globs of names. What matches no target is a Failure that says
 * which one was meant.
 */
export function select(config: Config, wanted: readonly string[]): readonly TargetConfig[] {
  const { targets, problems } = config;
  const names = targets.map(({ name }) => name);
  // A file that could not be read may have defined it: then its own mistake is reported instead.
  const complete = problems.every(({ severity }) => severity === 'warning');
  for (const one of wanted) {
    if (complete && !names.some(matcher(one, names))) throw new Failure('config', noSuchTarget(one, names));
  }
  const isWanted = selector(config, wanted);
  return targets.filter(({ name }) => isWanted(name));
}

/** Whether a target of that name is selected. It need not be in these files; it may be in another revision of them. */
export function selector({ targets }: Config, wanted: readonly string[]): (name: string) => boolean {
  const names = targets.map(({ name }) => name);
  const matchers = wanted.map((one) => matcher(one, names));
  return (name) => matchers.length === 0 || matchers.some((matches) => matches(name));
}

/** A target that is called like a glob is meant by its name. */
function matcher(wanted: string, names: readonly string[]): (name: string) => boolean {
  if (names.includes(wanted) || !isGlob(wanted)) return (name) => name === wanted;
  // A name is no path: `*` takes slashes and dots like any other character.
  const matches = picomatch(wanted, { noextglob: true, nonegate: true, bash: true, dot: true });
  return (name) => matches(name);
}

function isGlob(text: string): boolean {
  return /[*?]|\[.+\]|\{.+\}/.test(text);
}

function noSuchTarget(wanted: string, names: readonly string[]): string {
  const all = names.length > 0 && names.length <= 10 ? ` Targets: ${names.join(', ')}.` : '';
  if (!isGlob(wanted)) return `there is no target \`${wanted}\`.${didYouMean(wanted, names) || all}`;
  return `no target matches \`${wanted}\`.${likeGlob(wanted, names) || all}`;
}

const mentioned = 3;

/** Targets that begin nearly as the glob does, or else end so. Begins with a space, like `didYouMean`. */
function likeGlob(glob: string, names: readonly string[]): string {
  const [begin = ''] = /^[^*?[{]*/.exec(glob) ?? [];
  const [end = ''] = /[^*?\]}]*$/.exec(glob) ?? [];
  const near =
    sharing(begin, names, (name) => name.slice(0, begin.length)) ??
    sharing(end, names, (name) => name.slice(-end.length)) ??
    [];
  const listed = near.slice(0, mentioned).map((name) => `\`${shown(name)}\``);
  if (listed.length === 0) return '';
  const more = near.length > mentioned ? ` and ${near.length - mentioned} more` : '';
  return ` Targets with similar names: ${listed.join(', ')}${more}.`;
}

/** The names of which that part is the nearest to `text`; undefined: none is near. */
function sharing(
  text: string,
  names: readonly string[],
  partOf: (name: string) => string,
): readonly string[] | undefined {
  const near = text === '' ? undefined : nearest(text, new Set(names.map(partOf)));
  return near === undefined ? undefined : names.filter((name) => partOf(name) === near);
}
