/** What `rolesync init` puts beside the role file: the workflows of the docs filled in, who decides, and what the editor needs. Pure. */
import { parseBaseUrl } from '../config/hosts.ts';
import { variablesOf } from '../config/variables.ts';
import { Failure } from '../core/failure.ts';
import { isLoopback } from '../core/loopback.ts';
import { shown } from '../core/text.ts';
import type { Manifest, Manifests } from '../providers/manifest.ts';
import { workflows } from './generated/workflows.js';
import type { GivenTarget } from './new-target.ts';

export interface CiAnswers {
  /** `OWNER/REPOSITORY@COMMIT` */
  readonly action: string;
  readonly branch: string;
}

export interface InitFile {
  readonly path: string;
  readonly content: string;
}

export function workflowFiles(
  { action, branch }: CiAnswers,
  { manifest, target: { baseUrl, auth } }: GivenTarget,
  all: Manifests,
): readonly InitFile[] {
  const variables = variablesIn(auth);
  if (!/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(action)) {
    throw new Failure(
      'config',
      `\`${shown(action)}\` is not a pinned action: give --action OWNER/REPOSITORY@COMMIT with the whole commit id, which \`npm run release\` prints; a tag or a branch can move`,
    );
  }
  // Characters that git allows and that mean nothing in YAML or in a pattern of branches.
  if (!/^[A-Za-z0-9][\w./-]*$/.test(branch)) {
    throw new Failure('config', `\`${shown(branch)}\` is not a plain branch name: give --branch NAME`);
  }
  const host = hostToAllow(manifest, baseUrl);
  const prefixes = [...all.values()].map(({ variables }) => variables).join('|');
  const secrets = new RegExp(`(?:^ +((?:${prefixes})\\w+): \\$\\{\\{ secrets\\.\\1 \\}\\}\\n)+`, 'gm');
  return Object.entries(workflows).map(([name, text]) => ({
    path: `.github/workflows/${name}`,
    content: text
      // Replaces what a person would replace by hand.
      .replace(/ Copy to \.github\/workflows\/[\w-]+\.yml\./, '')
      .replace(/^#\n# Replace OWNER\/[^\n]*\n# [^\n]*\n/m, '')
      .replaceAll(/OWNER\/rolesync@0{40}/g, action)
      .replaceAll('branches: [main]', `branches: [${branch}]`)
      .replaceAll(/# allow-hosts: .*/g, (line) => (host === undefined ? line : `allow-hosts: ${host}`))
      .replaceAll(secrets, (lines) => variables.map((one) => secretLine(one, /^ +/.exec(lines)?.[0] ?? '')).join('')),
  }));
}

/** Those that the target signs in with. */
export function variablesIn(auth: GivenTarget['target']['auth']): readonly string[] {
  return Object.values(auth).flatMap(variablesOf);
}

function secretLine(variable: string, indent: string): string {
  return `${indent}${variable}: \${{ secrets.${variable} }}\n`;
}

/** One that gets credentials only if whoever runs rolesync allows it. */
export function hostToAllow({ hosts }: Manifest, baseUrl: string | undefined): string | undefined {
  const parsed = parseBaseUrl(baseUrl ?? '');
  if (parsed.fault !== undefined || hosts.includes(parsed.origin.host)) return undefined;
  if (isLoopback(parsed.origin.host.replace(/:\d+$/, ''))) return undefined;
  return `${parsed.origin.secure ? '' : 'http://'}${parsed.origin.host}`;
}

/** Lines of CODEOWNERS: whoever decides about roles decides about what applies them, too. */
export function ownerLines(owners: string): string {
  if (!/^(?:@[\w-]+(?:\/[\w.-]+)?|[\w.+-]+@[\w.-]+)(?: (?:@[\w-]+(?:\/[\w.-]+)?|[\w.+-]+@[\w.-]+))*$/.test(owners)) {
    throw new Failure(
      'config',
      `\`${shown(owners)}\` are not owners: give --owners @organisation/team, or several with spaces`,
    );
  }
  return `/roles/    ${owners}\n/.github/  ${owners}\n`;
}

/** Where GitHub looks for it; the first existing one counts. */
export const codeOwnersPlaces: readonly string[] = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

/** The first line of a role file names the schema; this offers the extension that reads it. */
export const editorFile: InitFile = {
  path: '.vscode/extensions.json',
  content: '{ "recommendations": ["redhat.vscode-yaml"] }\n',
};
