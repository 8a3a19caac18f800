/** How risky a change is to wave through: an order for renderers, worst first. It judges nothing. */
import { type Change, type Part, parts } from '../core/change.ts';
import { classes, dropsSecondFactor, type MeaningOf } from './access.ts';

const gains = classes.filter((risk) => risk !== 'read');

/** After what gives access to change things; before the right to look, since neither can be taken back quietly. */
const lower = ['delete', 'rename', 'read', 'revoke', 'rest'] as const;

/** 0 is the worst; equal for equal risk. `some` restricts it to parts of the change. */
export function risk(
  change: Change,
  provider: string,
  access: MeaningOf,
  some: readonly Part[] = parts(change),
): number {
  return Math.min(...some.map((part) => riskOf(part, provider, access)), gains.length + lower.length - 1);
}

/** The rank among the risks of something that is not written and only has to be known. */
export const noticeRisk = gains.length + lower.indexOf('read') - 0.5;

/** Below every change. */
export const leastRisk = gains.length + lower.length;

function riskOf(part: Part, provider: string, access: MeaningOf): number {
  if (part.kind === 'grant') return ofClass(access(provider, part.permission).class);
  if (dropsSecondFactor(part)) return ofClass('power');
  if (part.kind === 'field') return gains.length + lower.indexOf(part.field === 'name' ? 'rename' : 'rest');
  return gains.length + lower.indexOf(part.kind === 'create' ? 'rest' : part.kind === 'drop' ? 'revoke' : part.kind);
}

/** Of what somebody gains. */
export function ofClass(risk: (typeof classes)[number]): number {
  return risk === 'read' ? gains.length + lower.indexOf('read') : gains.indexOf(risk);
}
