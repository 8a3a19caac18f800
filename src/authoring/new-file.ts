/** A new role file as a person would write it: where it leads, what it holds, and what it leaves out. Pure. */
import { parseBaseUrl } from '../config/hosts.ts';
import { withDefaults } from '../config/variables.ts';
import { isLoopback } from '../core/loopback.ts';
import type { Manifest } from '../providers/manifest.ts';
import { addRoles, type WrittenRole } from './role-text.ts';
import { scalarText } from './scalar-text.ts';

/** A target that a file will define; everything as it will be written, with variables. */
export interface NewTarget {
  readonly name: string;
  readonly tenant: string | undefined;
  readonly baseUrl: string | undefined;
  readonly auth: Readonly<Record<string, string>>;
}

export interface NewFile {
  readonly manifest: Manifest;
  /** Where editors find the schema, from the folder of the file. */
  readonly schema: string;
  /** undefined: other files define `targets`. */
  readonly definition: NewTarget | undefined;
  readonly targets: readonly string[];
  readonly roles: readonly WrittenRole[];
  /** Lines of a comment at its end. */
  readonly remarks: readonly string[];
}

export function newFile({ manifest, schema, definition, targets, roles, remarks }: NewFile): string {
  const head = [
    `# yaml-language-server: $schema=${schema}`,
    '#',
    ...about(manifest, definition),
    `provider: ${manifest.name}`,
    ...(definition === undefined ? targetLines(targets) : definitionLines(manifest, definition)),
    '',
  ].join('\n');
  const whole = addRoles(head, roles) ?? head;
  return remarks.length === 0 ? whole : `${whole}\n${remarks.map((remark) => `# ${remark}\n`).join('')}`;
}

function about({ title, place }: Manifest, definition: NewTarget | undefined): readonly string[] {
  if (definition === undefined) return [`# Roles of ${title}. Another file defines the ${place.many}.`];
  return [
    `# Roles of a ${title} ${place.one}. What a role omits keeps its live value.`,
    '# Live roles that no file names are listed in plans and left alone.',
  ];
}

/** What does not fit on a line is written one below the other, so that one more is one more line. */
function targetLines(targets: readonly string[]): readonly string[] {
  const line = `targets: [${targets.map((name) => scalarText(name, 'PLAIN', true)).join(', ')}]`;
  if (line.length <= 80) return [line];
  return ['targets:', ...targets.map((name) => `  - ${scalarText(name, 'PLAIN', false)}`)];
}

function definitionLines(manifest: Manifest, { name, tenant, baseUrl, auth }: NewTarget): readonly string[] {
  const field = (key: string, value: string, remark = '') =>
    `${key}: ${scalarText(value, 'PLAIN', false)}${remark === '' ? '' : ` # ${remark}`}`;
  const { tenant: { key = '' } = {}, place } = manifest;
  // Its first sentence says again what a target is.
  const [, ...more] = place.description.split(/(?<=\.) /);
  return [
    ...(Object.keys(auth).length === 0 ? [] : ['auth: # environment variables; a secret is never written to a file']),
    ...Object.entries(auth).map(([one, text]) => `  ${field(one, text)}`),
    'targets:',
    `  - ${field('name', name, 'what plans and commands call it')}`,
    ...(tenant === undefined ? [] : [`    ${field(key, tenant, more.join(' '))}`]),
    ...(baseUrl === undefined ? [] : [`    ${field('baseUrl', baseUrl, hostRemark(manifest, baseUrl))}`]),
  ];
}

/** Credentials go to a host other than the provider's own only if whoever runs rolesync allows it. */
function hostRemark({ hosts }: Manifest, baseUrl: string): string {
  const parsed = parseBaseUrl(withDefaults(baseUrl) ?? '');
  if (parsed.fault !== undefined) return '';
  const { host } = parsed.origin;
  return hosts.includes(host) || isLoopback(host.replace(/:\d+$/, '')) ? '' : `run rolesync with --allow-host ${host}`;
}
