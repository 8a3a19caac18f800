/** The schemas of Rocket.Chat's typed routes, run as its server runs them: AJV that converts types. It never alters its input. */
import { Ajv, type ValidateFunction } from 'ajv';

export type SchemaName =
  | 'roles.create'
  | 'roles.update'
  | 'roles.delete'
  | 'roles.getUsersInRole'
  | 'permissions.update';

/** The value after conversion, or AJV's messages. */
export function check(name: SchemaName, value: unknown): { readonly value: unknown; readonly errors?: string } {
  const copy = structuredClone(value);
  const validate = validators[name];
  if (validate(copy)) return { value: copy };
  const errors = validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`.trim()) ?? [];
  return { value: undefined, errors: errors.join(', ') };
}

/** `scope: null` fails although it is nullable: in AJV that does not extend an enum. */
const fields = {
  name: { type: 'string' },
  description: { type: 'string', nullable: true },
  scope: { type: 'string', enum: ['Users', 'Subscriptions'], nullable: true },
  mandatory2fa: { type: 'boolean', nullable: true },
};

const row = {
  type: 'object',
  properties: { _id: { type: 'string' }, roles: { type: 'array', items: { type: 'string' }, uniqueItems: true } },
  required: ['_id', 'roles'],
  additionalProperties: false,
};

const ajv = new Ajv({ coerceTypes: true });

const validators: Readonly<Record<SchemaName, ValidateFunction>> = {
  'roles.create': compile(fields, ['name']),
  'roles.update': compile({ roleId: { type: 'string' }, ...fields }, ['roleId', 'name']),
  'roles.delete': compile({ roleId: { type: 'string' } }, ['roleId']),
  'permissions.update': compile({ permissions: { type: 'array', items: row } }, ['permissions']),
  'roles.getUsersInRole': ajv.compile({
    type: 'object',
    properties: {
      role: { type: 'string', minLength: 1 },
      roomId: { type: 'string' },
      count: { type: 'integer', minimum: 0 },
      offset: { type: 'integer', minimum: 0 },
    },
    required: ['role'],
  }),
};

function compile(properties: object, required: readonly string[]): ValidateFunction {
  return ajv.compile({ type: 'object', properties, required, additionalProperties: false });
}
