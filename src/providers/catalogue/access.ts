/** What the permissions of the shipped providers mean. Where a table of providers is at hand, ask that instead. */
import type { MeaningOf } from '../../core/access.ts';
import * as rooms from '../index.ts';
import { manifestsOf } from '../room.ts';
import { meaningIn } from '../support/meaning.ts';

export const accessOf: MeaningOf = meaningIn(manifestsOf(Object.values(rooms)));
