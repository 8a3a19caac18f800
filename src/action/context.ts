/** What a run on GitHub Actions knows of itself: its inputs, its event, its repository. Parsed once, at the border. */
import { readFileSync } from 'node:fs';
import { defaultAge, parseAge } from '../commands/plan-age.ts';
import { Failure } from '../core/failure.ts';
import { shown } from '../core/text.ts';

const modes = ['validate', 'plan', 'apply', 'gate', 'drift'] as const;
export type Mode = (typeof modes)[number];

export interface Inputs {
  readonly mode: Mode;
  readonly paths: readonly string[];
  readonly targets: readonly string[];
  readonly allowHosts: readonly string[];
  /** The environment that guards this mode; checked before anything is read. gate: the one whose approval counts. */
  readonly environment: string;
  /** Further environments whose secrets the job has, checked likewise. */
  readonly furtherEnvironments: readonly string[];
  readonly drift: 'hold' | 'repair';
  readonly comment: boolean;
  /** Only a plan that somebody else than the author has approved counts as reviewed. */
  readonly requireApproval: boolean;
  /** Milliseconds from a plan to the merge that it counts for. */
  readonly maxPlanAge: number;
  /** gate: the digest that a person approved. */
  readonly digest: string;
  readonly token: string;
  /** Paths of the workflows, as evidence must name them. */
  readonly planWorkflow: string;
  readonly applyWorkflow: string;
}

export interface Context {
  readonly inputs: Inputs;
  readonly event: string;
  /** The event's payload: untrusted text of whoever caused it. */
  readonly payload: unknown;
  readonly owner: string;
  readonly repo: string;
  readonly sha: string;
  readonly ref: string;
  readonly actor: string;
  readonly runId: number;
  /** 1, and one more each time the run is run again. */
  readonly attempt: number;
  readonly runUrl: string;
  readonly apiUrl: string;
  readonly serverUrl: string;
  /** The checked-out repository. */
  readonly workspace: string;
  /** For files of this run. */
  readonly temporary: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws Failure 'config' that names the input that does not fit its pattern, or the server that cannot be relied on. */
export function readContext(environment: Environment): Context {
  const variable = (name: string) => environment[name] ?? '';
  const checked = (name: string, pattern: RegExp) => {
    if (pattern.test(variable(name))) return variable(name);
    throw new Failure('config', `${name} is not what GitHub Actions sets; this action runs only there`);
  };
  const inputs = readInputs(environment);
  const [owner = '', repo = ''] = checked('GITHUB_REPOSITORY', /^[\w.-]+\/[\w.-]+$/).split('/');
  const server = variable('GITHUB_SERVER_URL') || 'https://github.com';
  if (inputs.mode !== 'validate') refuseOtherServers(server);
  const runId = Number(checked('GITHUB_RUN_ID', /^\d{1,15}$/));
  return {
    inputs,
    event: variable('GITHUB_EVENT_NAME'),
    payload: readPayload(variable('GITHUB_EVENT_PATH')),
    owner,
    repo,
    sha: checked('GITHUB_SHA', /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/),
    ref: variable('GITHUB_REF'),
    actor: variable('GITHUB_ACTOR'),
    runId,
    attempt: Number(checked('GITHUB_RUN_ATTEMPT', /^\d{1,6}$/)),
    runUrl: `${server}/${owner}/${repo}/actions/runs/${runId}`,
    apiUrl: variable('GITHUB_API_URL') || 'https://api.github.com',
    serverUrl: server,
    workspace: variable('GITHUB_WORKSPACE') || '.',
    temporary: variable('RUNNER_TEMP') || '/tmp',
  };
}

/** github.com, and the hosts of its own that GitHub gives to enterprises; not servers that somebody runs at home. */
function refuseOtherServers(server: string): void {
  if (/^https:\/\/(?:github\.com|[a-z0-9-]+\.ghe\.com)$/.test(server)) return;
  throw new Failure(
    'config',
    `${shown(server, 100)} is GitHub Enterprise Server, where artifacts, reviews and environments do not prove what this mode relies on; use \`mode: validate\` there, and the command with \`plan --out\` and \`apply --plan\` (docs/platforms.md)`,
  );
}

const patterns = {
  mode: /^(validate|plan|apply|gate|drift)$/,
  path: /^(?!-)[\w./ -]+(\n(?!-)[\w./ -]+)*$/,
  targets: /^([\w. *?[\]-]+(\n[\w. *?[\]-]+)*)?$/,
  'allow-hosts': /^((http:\/\/)?[a-z0-9.-]+(:\d+)?([\s,]+(http:\/\/)?[a-z0-9.-]+(:\d+)?)*)?$/i,
  environment: /^(?:(?!\.+(?:[,\s]|$))[\w.-]+(?:\s*[,\n]\s*(?!\.+(?:[,\s]|$))[\w.-]+)*)?$/,
  drift: /^(hold|repair)$/,
  comment: /^(true|false)$/,
  'require-approval': /^(true|false)$/,
  'max-plan-age': /^\d{1,6}[hd]$/,
  digest: /^(sha256:[0-9a-f]{64})?$/,
  'plan-workflow': /^\.github\/workflows\/[\w.-]+\.ya?ml$/,
  'apply-workflow': /^\.github\/workflows\/[\w.-]+\.ya?ml$/,
} as const;

const defaults: Partial<Record<keyof typeof patterns, string>> = {
  path: 'roles',
  drift: 'hold',
  comment: 'true',
  'require-approval': 'false',
  'max-plan-age': '30d',
  'plan-workflow': '.github/workflows/roles-plan.yml',
  'apply-workflow': '.github/workflows/roles-apply.yml',
};

function isMode(text: string): text is Mode {
  return modes.some((mode) => mode === text);
}

function misfit(name: keyof typeof patterns): Failure {
  return new Failure('config', `the input \`${name}\` does not match ${patterns[name].source}; see action.yml`);
}

function readInputs(environment: Environment): Inputs {
  const input = (name: keyof typeof patterns): string => {
    const text = (environment[`INPUT_${name.toUpperCase()}`] ?? '').trim() || (defaults[name] ?? '');
    if (patterns[name].test(text)) return text;
    throw misfit(name);
  };
  const mode = input('mode');
  if (!isMode(mode)) throw misfit('mode');
  const lines = (text: string) =>
    text
      .split(/[\n,]/)
      .map((one) => one.trim())
      .filter((one) => one !== '');
  const [guard = '', ...furtherEnvironments] = lines(input('environment'));
  return {
    mode,
    paths: lines(input('path')),
    targets: lines(input('targets')),
    allowHosts: input('allow-hosts')
      .split(/[\s,]+/)
      .filter((host) => host !== ''),
    environment: guard,
    furtherEnvironments,
    drift: input('drift') === 'repair' ? 'repair' : 'hold',
    comment: input('comment') === 'true',
    requireApproval: input('require-approval') === 'true',
    maxPlanAge: parseAge(input('max-plan-age')) ?? defaultAge,
    digest: input('digest'),
    token: environment['INPUT_GITHUB-TOKEN'] ?? '',
    planWorkflow: input('plan-workflow'),
    applyWorkflow: input('apply-workflow'),
  };
}

function readPayload(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Failure('config', 'the event of this run cannot be read; this action runs only on GitHub Actions', {
      cause: error,
    });
  }
}
