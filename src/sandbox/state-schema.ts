/** The shape of a state that a person may write by hand: composed of the parts, and the words to write a part with. */
import type { StandIn } from './stand-in.ts';
import { birth } from './state.ts';

export function stateSchema(standIns: readonly StandIn[]): object {
  const parts = standIns.map(({ name, schema }) => [name, { ...schema, default: {} }] as const);
  return record([], Object.fromEntries(parts));
}

export const text = { type: 'string' };
export const flag = { type: 'boolean' };
export const stamp = { type: 'string', default: birth };
export const optionalTexts = { type: 'array', items: text };
export const texts = { ...optionalTexts, default: [] };

export function record(required: readonly string[], properties: object): object {
  return { type: 'object', required, properties, additionalProperties: false };
}

export function list(items: object, standard: readonly object[] = []): object {
  return { type: 'array', items, default: standard };
}

export function table(entry: object): object {
  return { type: 'object', additionalProperties: entry, default: {} };
}
