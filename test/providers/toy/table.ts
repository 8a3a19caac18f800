/** The shipped providers and the toy as a fourth: its one line, and the check that the build would have made. */
import { Ajv } from 'ajv';
import type { SchemaCheck } from '../../../src/config/language.ts';
import { roleSchema } from '../../../src/config/role-schema.ts';
import type { Room } from '../../../src/providers/room.ts';
import { shipped, type Table, tableOf } from '../../../src/table.ts';
import { manifest } from './manifest.ts';

export const toyRoom: Room = {
  manifest,
  client: async () => (await import('./provider.ts')).toy,
  sandbox: async () => (await import('./sandbox.ts')).toySandbox,
};

const rooms = [...shipped.rooms, toyRoom];
const manifests = rooms.map((room) => room.manifest);

export const schema = roleSchema(manifests, { offers: true });

const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, strictTypes: false, strictRequired: false });
ajv.addKeyword('patternErrorMessage');
const check = ajv.compile(roleSchema(manifests, { offers: false })) as unknown as SchemaCheck;

export const withToy: Table = tableOf(rooms, async () => check);
