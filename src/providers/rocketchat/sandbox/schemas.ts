/** The schemas of Rocket.Chat's typed routes, run as its server runs them: AJV that converts types. It never alters its input. */
import { Ajv, type ValidateFunction } from 'ajv';

export interface RoleFields {
  readonly name: string;
  readonly scope?: string;
  readonly description?: string | null;
  readonly mandatory2fa?: boolean | null;
}

/** What a typed route takes, once its schema holds. */
export interface Inputs {
  readonly 'roles.create': RoleFields;
  readonly 'roles.update': RoleFields & { readonly roleId: string };
  readonly 'roles.delete': { readonly roleId: string };
  readonly 'roles.getUsersInRole': {
    readonly role: string;
    readonly roomId?: string;
    readonly count?: number;
    readonly offset?: number;
  };
  readonly 'permissions.update': {
    readonly permissions: readonly { readonly _id: string; readonly roles: readonly string[] }[];
  };
}

export type SchemaName = keyof Inputs;

type Checked<Input> = { readonly value: Input } | { readonly errors: string };

/** The value after conversion, or AJV's messages. */
export function check<Name extends SchemaName>(name: Name, value: unknown): Checked<Inputs[Name]> {
  const copy: unknown = structuredClone(value);
  const validate = validators[name];
  if (validate(copy)) return { value: copy };
  const errors = validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`.trim()) ?? [];
  return { errors: errors.join(', ') };
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

const validators: { readonly [Name in SchemaName]: ValidateFunction<Inputs[Name]> } = {
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

function compile<Input>(properties: object, required: readonly string[]): ValidateFunction<Input> {
  return ajv.compile({ type: 'object', properties, required, additionalProperties: false });
}
