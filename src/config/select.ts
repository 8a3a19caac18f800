/** Which of the targets a run is about. */
import { Failure } from '../core/failure.ts';
import { didYouMean } from '../nearest-word.ts';
import type { Config, TargetConfig } from './config.ts';

/** All targets where no names are given; an unknown name is a Failure that says which one was meant. */
export function select({ targets, problems }: Config, names: readonly string[]): readonly TargetConfig[] {
  if (names.length === 0) return targets;
  // A file that could not be read may have defined it: then its own mistake is what there is to say.
  const complete = problems.every(({ severity }) => severity === 'warning');
  for (const name of names) {
    const known = targets.map((target) => target.name);
    if (known.includes(name) || !complete) continue;
    const all = known.length > 0 && known.length <= 10 ? ` Targets: ${known.join(', ')}.` : '';
    throw new Failure('config', `there is no target \`${name}\`.${didYouMean(name, known) || all}`);
  }
  return targets.filter((target) => names.includes(target.name));
}
