/** Which targets have all of some labels, for the flag `--label`. */
import { Failure } from '../core/failure.ts';
import { didYouMean } from '../nearest-word.ts';
import type { TargetConfig } from './config.ts';

/** All of `targets` where no labels are given. @throws Failure where none has them all. */
export function labelled(targets: readonly TargetConfig[], labels: readonly string[]): readonly TargetConfig[] {
  const chosen = targets.filter((target) => labels.every((label) => target.labels.includes(label)));
  if (chosen.length > 0 || labels.length === 0) return chosen;
  const known = new Set(targets.flatMap((target) => target.labels));
  const strange = labels.find((label) => !known.has(label));
  const which = labels.map((label) => `\`${label}\``).join(' and ');
  const hint = strange === undefined ? '' : didYouMean(strange, known);
  throw new Failure('config', `no target has the ${labels.length === 1 ? 'label' : 'labels'} ${which}.${hint}`);
}
