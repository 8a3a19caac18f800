/**
 * Composes the JSON Schema of role files from manifests. The build writes it to `schemas/` for editors and compiles it, so
 * that no run composes or compiles one.
 */
import { withArticle } from '../core/text.ts';
import type { Credential, Manifest, Option, Setting, Tenant } from '../providers/manifest.ts';
import { permissionItem, permissionSet, ref, type Schema } from './schema-parts.ts';
import { shared } from './shared-schema.ts';
import { variableFor } from './variables.ts';

/** Where an editor finds it without rolesync beside the files. */
export const schemaAddress = 'https://unpkg.com/rolesync/schemas/roles.schema.json';

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
          'How to sign in to every target that this file defines without an `auth` of its own. The keys depend on the provider. If neither has one, the target uses its entry in ROLESYNC_SECRETS.',
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
        description: 'How single targets differ from the others, why, and until when.',
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
      'Named lists of permissions, for roles of any file. A set is the union of what it lists; `set: NAME` includes all of another set.',
    type: 'object',
    additionalProperties: ref(definition),
    examples: [{ 'support-read': ['read:accounts', 'read:billing'] }],
  };
}

function providerSchema(manifests: readonly Manifest[]): Schema {
  const names = manifests.map(({ name }) => name);
  return {
    title: 'Provider',
    description: 'The provider whose roles this file declares. The keys of targets and roles depend on it.',
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
        description: "How this file's targets differ from the others, role by role.",
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
    description: `${auth.description} At the top of a file, it applies to the targets defined there.`,
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
      'What it omits keeps its live value.',
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
      'Upper and lower case and spaces matter.',
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
    description: `What the role is for${size}. If omitted, the live description stays; \`""\` clears it.`,
    type: 'string',
    ...(most !== undefined && { maxLength: most }),
    examples: [role.example.description],
  };
}

function permissionsSchema({ name, capabilities, role }: Manifest): Schema {
  return {
    title: 'Permissions',
    description: `${role.permissions} Order does not matter. \`set: NAME\` includes a whole permission set. If omitted, the live permissions stay.`,
    type: 'array',
    ...(capabilities.permissionsRequired && { minItems: 1 }),
    items: permissionItem(ref(`${name}Permission`)),
    examples: [role.example.permissions, ...(capabilities.permissionsRequired ? [] : [[]])],
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
      'Permissions that the role does not get although a set in `permissions` includes them. Each must be in one of the sets.',
    type: 'array',
    minItems: 1,
    items: permissionItem(ref(`${name}Permission`)),
    examples: [['read:billing']],
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
    description: "How a role on this file's targets differs from the file that declares it.",
    type: 'object',
    required: ['role', 'reason'],
    properties: {
      role: ref('roleReference'),
      add: list('Add', 'Permissions that the role gets in addition.'),
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
