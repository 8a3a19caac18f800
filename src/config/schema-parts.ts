/** Pieces that the schemas of all providers are made of. */

export type Schema = Readonly<Record<string, unknown>>;

export function ref(name: string): Schema {
  return { $ref: `#/definitions/${name}` };
}

/** A permission, or a reference to a set of them. */
export function permissionItem(permission: Schema): Schema {
  return {
    title: 'Permission',
    description: 'A permission, or `set: NAME` for everything in a permission set.',
    if: { type: 'object' },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    then: ref('setReference'),
    else: permission,
  };
}

/** A list, or a list with what exceptions may not add to a role that has it. */
export function permissionSet(permissions: Schema): Schema {
  return {
    title: 'Permission set',
    description: 'Permissions, and `set: NAME` for everything in another set.',
    if: { type: 'object' },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    then: {
      title: 'Permission set',
      type: 'object',
      required: ['permissions'],
      properties: { permissions, exceptionsMayNotAdd: ref('exceptionsMayNotAdd') },
      additionalProperties: false,
    },
    else: permissions,
    examples: [['read:accounts', 'read:billing']],
  };
}
