/**
 * Composes the JSON Schema of role files from manifests. The build writes it to `schemas/` for editors and compiles it, so
 * that no run composes or compiles one.
 */
import { withArticle } from '../core/text.ts';
import type { Credential, Manifest, Option, Setting, Tenant } from '../providers/manifest.ts';
import { variableFor } from './variables.ts';

/** Where an editor finds it without rolesync beside the files. */
export const schemaAddress = 'https://unpkg.com/rolesync/schemas/roles.schema.json';

export type Schema = Readonly<Record<string, unknown>>;

export interface SchemaOptions {
  /**
   * Offer the known permissions of each provider, with what they mean. They forbid nothing, so the compiled check does
   * without them.
   */
  readonly offers: boolean;
}

export function roleSchema(manifests: readonly Manifest[], options: SchemaOptions): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: schemaAddress,
    title: 'rolesync role file',
    description:
      'The roles of one provider, and the accounts, companies or workspaces (targets) that they are for. One document per file.',
    type: 'object',
    properties: {
      provider: ref('provider'),
      auth: {
        title: 'Credentials',
        description:
          'How to log in, for every target that this file defines and that has no `auth` of its own. What goes in depends on the provider. Where neither has it, the target takes its entry of ROLESYNC_SECRETS.',
      },
      unmanaged: ref('unmanaged'),
      targets: {
        title: 'Targets',
        description:
          'Where the roles of this file live: definitions, plain names of targets that another file defines, or the labels that they have.',
      },
      roles: { title: 'Roles', description: 'The roles that every target of this file has.' },
      permissionSets: {
        title: 'Permission sets',
        description:
          'Named lists of permissions, for roles of any file. A file that holds nothing else needs no `provider` and no `targets`.',
      },
      exceptions: {
        title: 'Exceptions',
        description: 'What single targets have otherwise than the others, with the reason, and until when.',
      },
    },
    additionalProperties: false,
    allOf: [
      {
        if: onlySets(['provider', 'targets', 'roles', 'exceptions', 'auth', 'unmanaged']),
        // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
        then: { properties: { permissionSets: setsOf('permissionSet') } },
        else: { title: 'rolesync role file', required: ['provider'] },
      },
      {
        if: onlySets(['targets', 'roles', 'exceptions', 'auth', 'unmanaged']),
        else: { title: 'rolesync role file', required: ['targets'] },
      },
      ...manifests.map(({ name }) => ({
        if: { required: ['provider'], properties: { provider: { const: name } } },
        // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
        then: ref(`${name}File`),
      })),
    ],
    definitions: {
      provider: providerSchema(manifests),
      ...shared,
      ...Object.assign({}, ...manifests.map((manifest) => definitionsOf(manifest, options))),
    },
  };
}

/** A file with permission sets and none of these keys. */
function onlySets(others: readonly string[]): Schema {
  return { required: ['permissionSets'], properties: Object.fromEntries(others.map((key) => [key, false])) };
}

function setsOf(definition: string): Schema {
  return {
    title: 'Permission sets',
    description:
      'Named lists of permissions, for roles of any file. A set is the union of what it lists; `set: NAME` in it takes in all of another one.',
    type: 'object',
    additionalProperties: ref(definition),
    examples: [{ 'support-read': ['read:accounts', 'read:billing'] }],
  };
}

function ref(name: string): Schema {
  return { $ref: `#/definitions/${name}` };
}

function providerSchema(manifests: readonly Manifest[]): Schema {
  const names = manifests.map(({ name }) => name);
  return {
    title: 'Provider',
    description: 'Whose roles this file is about. The keys of targets and roles depend on it.',
    type: 'string',
    enum: names,
    examples: names,
  };
}

function definitionsOf(manifest: Manifest, options: SchemaOptions): Schema {
  const { name } = manifest;
  return {
    [`${name}File`]: fileSchema(manifest),
    [`${name}Auth`]: authSchema(manifest),
    [`${name}Target`]: targetSchema(manifest),
    [`${name}Role`]: roleOf(manifest),
    [`${name}Permission`]: permissionSchema(manifest, options),
    [`${name}Permissions`]: permissionsSchema(manifest),
    [`${name}Set`]: permissionSet(ref(`${name}Permissions`)),
    [`${name}Exception`]: exceptionSchema(manifest),
  };
}

function fileSchema({ name, title, place, role, ...manifest }: Manifest): Schema {
  const target = targetExample(manifest);
  const one = withArticle(`${title} ${place.one}`);
  return {
    title: `${title} role file`,
    description: `Roles of ${title} ${place.many}.`,
    type: 'object',
    required: ['provider'],
    properties: {
      provider: ref('provider'),
      auth: ref(`${name}Auth`),
      unmanaged: ref('unmanaged'),
      targets: {
        title: 'Targets',
        description: `The ${title} ${place.many} that the roles are for: definitions, plain names of targets that another file defines, or \`labels\` that they have.`,
        if: { type: 'object' },
        // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
        then: ref('selector'),
        else: {
          title: 'Targets',
          type: 'array',
          minItems: 1,
          items: {
            title: 'Target',
            description: `${capital(one)}, or the name of one that another file defines.`,
            if: { type: 'string' },
            // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
            then: ref('targetReference'),
            else: ref(`${name}Target`),
          },
        },
        examples: [[target], [target['name']], { labels: ['retail'] }],
      },
      roles: {
        title: 'Roles',
        description: 'The roles that every target of this file has.',
        type: 'array',
        items: ref(`${name}Role`),
        examples: [[{ name: role.example.name, permissions: role.example.permissions }]],
      },
      permissionSets: setsOf(`${name}Set`),
      exceptions: {
        title: 'Exceptions',
        description: 'What the targets of this file have otherwise than the others, role by role.',
        type: 'array',
        items: ref(`${name}Exception`),
        examples: [[exceptionExample({ role })]],
      },
    },
    additionalProperties: false,
  };
}

function targetExample({ tenant, baseUrl }: Pick<Manifest, 'tenant' | 'baseUrl'>): Schema {
  return {
    name: 'acme-test',
    ...(tenant && { [tenant.key]: tenant.example }),
    ...(baseUrl.default === undefined && { baseUrl: baseUrl.examples[0] }),
  };
}

/** One set of credentials, or one of several: then the first key of a set decides that it is that one. */
function authSchema({ title, auth, variables }: Manifest): Schema {
  const variable = (key: string) => `\${${variableFor({ variables }, key)}}`;
  const properties = Object.entries(auth.keys).map(([key, credential]) => [
    key,
    credentialSchema(credential, variable(key)),
  ]);
  const [first = []] = auth.alternatives;
  return {
    title: `Credentials for ${title}`,
    description: `${auth.description} At the top of a file it is for the targets defined there.`,
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    ...exactlyOne(auth.alternatives.toReversed()),
    examples: [Object.fromEntries(first.map((key) => [key, variable(key)]))],
  };
}

function exactlyOne(alternatives: readonly (readonly string[])[]): Schema {
  const [set = [], ...others] = alternatives;
  if (others.length === 0) return { required: set };
  const foreign = others.flat().map((key) => [key, false]);
  return {
    if: { required: set.slice(0, 1) },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    then: { ...(set.length > 1 && { required: set }), properties: Object.fromEntries(foreign) },
    else: exactlyOne(others),
  };
}

function credentialSchema({ title, description, secret }: Credential, variable: string): Schema {
  if (!secret) return { title, description, type: 'string', minLength: 1, examples: [variable] };
  return {
    title,
    description,
    type: 'string',
    pattern: '^\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}$',
    patternErrorMessage: `a secret is never written into a file: put it into an environment variable and write exactly \`${variable}\``,
    examples: [variable],
  };
}

function targetSchema(manifest: Manifest): Schema {
  const { name, title, place, tenant, baseUrl, options } = manifest;
  return {
    title: `${title} ${place.one}`,
    description: place.description,
    type: 'object',
    required: ['name', ...(tenant ? [tenant.key] : []), ...(baseUrl.default === undefined ? ['baseUrl'] : [])],
    properties: {
      name: ref('targetName'),
      ...(tenant && { [tenant.key]: tenantSchema(tenant, manifest) }),
      baseUrl: {
        title: 'Base URL',
        description: baseUrl.description,
        type: 'string',
        minLength: 1,
        ...(baseUrl.default !== undefined && { default: baseUrl.default }),
        examples: baseUrl.examples,
      },
      auth: ref(`${name}Auth`),
      unmanaged: ref('unmanaged'),
      files: ref('files'),
      limits: ref('limits'),
      labels: ref('labels'),
      ...Object.fromEntries(Object.entries(options).map(([key, option]) => [key, optionSchema(option)])),
    },
    additionalProperties: false,
    examples: [targetExample(manifest)],
  };
}

function tenantSchema({ key, noun, description, pattern, form, example }: Tenant, { variables }: Manifest): Schema {
  const shape =
    pattern === undefined
      ? { minLength: 1, maxLength: 200 }
      : {
          pattern: `^(?:${pattern}|.*\\$\\{.*)$`,
          patternErrorMessage: `${withArticle(noun)} is ${form ?? `like ${pattern}`}, like \`${example}\``,
        };
  const examples = [...new Set([example, `\${${variableFor({ variables }, key)}}`])];
  return { title: capital(noun), description, type: 'string', ...shape, examples };
}

function optionSchema({ title, description, item }: Option): Schema {
  return {
    title,
    description,
    type: 'array',
    items: {
      title: item.title,
      description: item.description,
      type: 'string',
      minLength: 1,
      examples: [item.example],
    },
    examples: [[item.example]],
  };
}

function roleOf(manifest: Manifest): Schema {
  const { name, title, place, role, settings } = manifest;
  return {
    title: `${title} role`,
    description: sentences(
      `A role of ${withArticle(`${title} ${place.one}`)}.`,
      'What it leaves out keeps its live value.',
      role.description,
    ),
    type: 'object',
    required: ['name'],
    properties: {
      name: roleName(manifest),
      id: ref('roleId'),
      previously: ref('previously'),
      ensure: ref('ensure'),
      protected: ref('protected'),
      acknowledge: ref('acknowledge'),
      description: roleDescription(manifest),
      permissions: ref(`${name}Permissions`),
      without: withoutSchema(name),
      ...Object.fromEntries(Object.entries(settings).map(([key, setting]) => [key, settingSchema(setting)])),
    },
    additionalProperties: false,
    examples: [role.example],
  };
}

function roleName({ limits, role }: Manifest): Schema {
  const { name: most } = limits;
  return {
    title: 'Name',
    description: sentences(
      most === undefined
        ? 'The exact name of the live role.'
        : `The exact name of the live role, at most ${most} characters.`,
      'Capitals and spaces count.',
      role.name,
      'To rename a role, write the new name here and the old one under `previously`.',
    ),
    type: 'string',
    minLength: 1,
    ...(most !== undefined && { maxLength: most }),
    examples: [role.example.name],
  };
}

function roleDescription({ limits, role }: Manifest): Schema {
  const { description: most } = limits;
  const size = most === undefined ? '' : `, at most ${most} characters`;
  return {
    title: 'Description',
    description: `What the role is for${size}. Left out, the live description stays; \`""\` clears it.`,
    type: 'string',
    ...(most !== undefined && { maxLength: most }),
    examples: [role.example.description],
  };
}

function permissionsSchema({ name, capabilities, role }: Manifest): Schema {
  return {
    title: 'Permissions',
    description: `${role.permissions} Order means nothing. \`set: NAME\` takes in a whole permission set. Left out, the live permissions stay.`,
    type: 'array',
    ...(capabilities.permissionsRequired && { minItems: 1 }),
    items: permissionItem(ref(`${name}Permission`)),
    examples: [role.example.permissions, ...(capabilities.permissionsRequired ? [] : [[]])],
  };
}

/** A permission, or a reference to a set of them. */
function permissionItem(permission: Schema): Schema {
  return {
    title: 'Permission',
    description: 'A permission, or `set: NAME` for all of a permission set.',
    if: { type: 'object' },
    // biome-ignore lint/suspicious/noThenProperty: a word of JSON Schema
    then: ref('setReference'),
    else: permission,
  };
}

function permissionSchema({ catalogue, role }: Manifest, { offers }: SchemaOptions): Schema {
  const { unmanaged } = catalogue;
  return {
    title: 'Permission',
    description: role.permission,
    type: 'string',
    minLength: 1,
    ...(unmanaged && { pattern: `^(?!${unmanaged.prefix})`, patternErrorMessage: unmanaged.message }),
    ...(offers && { anyOf: [...known(catalogue), { type: 'string' }] }),
    examples: role.example.permissions.slice(0, 1),
  };
}

function withoutSchema(name: string): Schema {
  return {
    title: 'Without',
    description:
      'Permissions that the role does not get, although a set in `permissions` holds them. Each must be in one of the sets.',
    type: 'array',
    minItems: 1,
    items: permissionItem(ref(`${name}Permission`)),
    examples: [['read:billing']],
  };
}

/** A list, or a list with what exceptions may not add to a role that has it. */
function permissionSet(permissions: Schema): Schema {
  return {
    title: 'Permission set',
    description: 'Permissions, and `set: NAME` for all of another set.',
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

function exceptionSchema(manifest: Manifest): Schema {
  const permission = ref(`${manifest.name}Permission`);
  const list = (title: string, description: string): Schema => ({
    title,
    description,
    type: 'array',
    minItems: 1,
    items: permission,
    examples: [manifest.role.example.permissions.slice(0, 1)],
  });
  return {
    title: 'Exception',
    description: 'What a role has on the targets of this file otherwise than the file of the role says.',
    type: 'object',
    required: ['role', 'reason'],
    properties: {
      role: ref('roleReference'),
      add: list('Add', 'Permissions that the role has in addition.'),
      without: list('Without', 'Permissions that the role does not have. They cannot have an end.'),
      until: ref('until'),
      reason: ref('reason'),
      owner: ref('owner'),
    },
    additionalProperties: false,
    examples: [exceptionExample(manifest)],
  };
}

function exceptionExample({ role }: Pick<Manifest, 'role'>): Schema {
  const { name, permissions } = role.example;
  return { role: name, add: permissions.slice(0, 1), until: '2026-12-31', reason: 'INC-42' };
}

function known({ known: permissions, wildcards }: Manifest['catalogue']): readonly Schema[] {
  return [
    ...permissions.map(([permission, , phrase]) => ({ const: permission, description: capital(phrase) })),
    ...wildcards.map((wildcard) => ({ const: wildcard, description: 'Whatever it matches, now and later' })),
  ];
}

function settingSchema({ title, description, type, values, onCreate, examples }: Setting): Schema {
  return {
    title,
    description,
    type,
    ...(type === 'string' && (values === undefined ? { minLength: 1, maxLength: 200 } : { enum: values })),
    ...(onCreate !== null && { default: onCreate }),
    examples,
  };
}

function sentences(...all: readonly (string | undefined)[]): string {
  return all.filter((one) => one !== undefined).join(' ');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What no provider changes. */
const shared: Schema = {
  unmanaged: {
    title: 'Roles that no file names',
    description:
      'What happens to live roles that no file names. `report` lists them, `ignore` only counts them, `delete` plans to delete them (and asks first); the target must then have `files`, and nothing is deleted while a file that they match was not read. At the top of a file it is the default for the targets defined there.',
    type: 'string',
    enum: ['report', 'ignore', 'delete'],
    default: 'report',
    examples: ['report', 'delete'],
  },
  targetName: {
    title: 'Name of the target',
    description:
      'Your name for it, unique over all files: other files, `--target` and the plan use it. Takes no variables.',
    type: 'string',
    minLength: 1,
    maxLength: 100,
    pattern: '^(?!.*\\$\\{)',
    patternErrorMessage: 'the name of a target takes no variables: plans and other files refer to it',
    examples: ['acme-test'],
  },
  targetReference: {
    title: 'Name of a target',
    description: 'The name of a target that another file defines.',
    type: 'string',
    minLength: 1,
    pattern: '^(?!.*\\$\\{)',
    patternErrorMessage: 'the name of a target takes no variables',
    examples: ['acme-test'],
  },
  files: {
    title: 'Files that may hold roles for this target',
    description:
      'Globs, relative to the working directory, with forward slashes. A role for this target in any other file is an error, so that code owners of a folder stay owners of what it grants. `unmanaged: delete` needs it: only when every file that the globs match was read is it known which roles no file names.',
    type: 'array',
    minItems: 1,
    maxItems: 100,
    items: {
      title: 'Glob',
      description: '`*` stands for part of a name, `**` for any folders.',
      type: 'string',
      minLength: 1,
      maxLength: 200,
      examples: ['roles/acme/**'],
    },
    examples: [['roles/acme/**']],
  },
  labels: {
    title: 'Labels',
    description: 'Words by which files choose this target: `targets: { labels: [retail] }`. Order means nothing.',
    type: 'array',
    minItems: 1,
    maxItems: 100,
    items: ref('label'),
    examples: [['no', 'retail']],
  },
  label: {
    title: 'Label',
    description: 'One word.',
    type: 'string',
    minLength: 1,
    maxLength: 100,
    pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]*$',
    patternErrorMessage: 'a label is letters and digits, with `.`, `_`, `/` or `-` between them',
    examples: ['retail'],
  },
  selector: {
    title: 'Targets with these labels',
    description: 'All targets of this provider that have every one of the labels, whichever file defines them.',
    type: 'object',
    required: ['labels'],
    properties: { labels: ref('labels') },
    additionalProperties: false,
    examples: [{ labels: ['retail'] }],
  },
  setReference: {
    title: 'Permission set',
    description: 'All permissions of a set that some file defines under `permissionSets`.',
    type: 'object',
    required: ['set'],
    properties: {
      set: {
        title: 'Name of a set',
        description: 'As `permissionSets` has it.',
        type: 'string',
        minLength: 1,
        examples: ['support-read'],
      },
    },
    additionalProperties: false,
    examples: [{ set: 'support-read' }],
  },
  permissionSet: permissionSet({
    title: 'Permissions',
    description: 'Permissions of any provider that uses the set. Order means nothing.',
    type: 'array',
    items: permissionItem({
      title: 'Permission',
      description: 'As the provider spells it.',
      type: 'string',
      minLength: 1,
      examples: ['read:accounts'],
    }),
    examples: [['read:accounts', 'read:billing']],
  }),
  exceptionsMayNotAdd: {
    title: 'What exceptions may not add',
    description: 'Classes of permission that no exception may add to a role that has this set.',
    type: 'array',
    minItems: 1,
    items: {
      title: 'Class',
      description:
        'As `rolesync permissions` shows it. `unknown`: not in the catalogue; `wildcard`: stands for several.',
      type: 'string',
      enum: ['unknown', 'wildcard', 'power', 'admin', 'write', 'read'],
      examples: ['power'],
    },
    examples: [['power', 'admin']],
  },
  roleReference: {
    title: 'Name of the role',
    description: 'A role that the files declare for the targets of this file.',
    type: 'string',
    minLength: 1,
    examples: ['order support'],
  },
  until: {
    title: 'Last day',
    description:
      'The last day on which `add` holds, in UTC: YYYY-MM-DD. After it the permissions are not wanted any more, and apply revokes them. Left out, there is no end.',
    type: 'string',
    pattern: '^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])$',
    patternErrorMessage: 'the last day is a date such as 2026-12-31',
    examples: ['2026-12-31'],
  },
  reason: {
    title: 'Reason',
    description: 'Why this target differs; plans and `explain` show it.',
    type: 'string',
    minLength: 1,
    maxLength: 500,
    examples: ['INC-42'],
  },
  owner: {
    title: 'Owner',
    description: 'Who answers for the exception.',
    type: 'string',
    minLength: 1,
    maxLength: 100,
    examples: ['team-acme'],
  },
  roleId: {
    title: 'Id of the live role',
    description:
      'Pins this role to one live role, whatever that is called. Only where the role reaches a single target.',
    type: 'string',
    minLength: 1,
    maxLength: 200,
    examples: ['3c90c3cc-0d44-4b50-8888-8dd25736052a'],
  },
  previously: {
    title: 'Earlier names',
    description: 'Names that this role had. A live role of such a name is renamed, so the people who hold it keep it.',
    type: 'array',
    items: {
      title: 'Earlier name',
      description: 'An exact name that the role had.',
      type: 'string',
      minLength: 1,
      examples: ['order helpdesk'],
    },
    examples: [['order helpdesk']],
  },
  ensure: {
    title: 'Delete the role',
    description: '`absent` deletes the live role. Leave the key out for a role that is to exist.',
    type: 'string',
    enum: ['absent'],
    examples: ['absent'],
  },
  acknowledge: {
    title: 'Acknowledged',
    description:
      'Dangers of this role that the pull request accepts. `in-use`: delete it although people hold it. `second-factor`: turn the second factor off. `many-deletes`: delete it beyond `limits.deletes` of the target. `built-in-loses`: take something from a role that the provider is born with. These four count only while the base revision does not have them. `licence`, `unsupported`, `immutable`: it is known that the provider cannot do this, so it is not reported as withheld. Nothing here lifts `protected`, a built-in role, or a lock-out.',
    type: 'array',
    minItems: 1,
    items: {
      title: 'Danger',
      description: 'The code that the plan shows beside the reason.',
      type: 'string',
      enum: ['in-use', 'second-factor', 'many-deletes', 'built-in-loses', 'licence', 'unsupported', 'immutable'],
      examples: ['in-use'],
    },
    examples: [['in-use']],
  },
  limits: {
    title: 'Limits',
    description: 'How much one run may do to this target without a word in the role files.',
    type: 'object',
    additionalProperties: false,
    properties: {
      deletes: {
        title: 'Deletes',
        description:
          'How many roles may be deleted at once. Beyond it, each delete needs `acknowledge: [many-deletes]`.',
        type: 'integer',
        minimum: 0,
        maximum: 20000,
        default: 3,
        examples: [3],
      },
    },
    examples: [{ deletes: 3 }],
  },
  protected: {
    title: 'Protected',
    description:
      '`true`: this role never loses a permission and is never deleted, whatever the files say. It may gain permissions and be renamed.',
    type: 'boolean',
    default: false,
    examples: [true],
  },
};
