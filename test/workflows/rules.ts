/** What a workflow must keep to beyond GitHub's schema, so that a push cannot reach a secret. Pure; it reads no file. */
import { parse } from 'yaml';
import { workflowErrors } from './parser.ts';

export interface Workflow {
  /** An event, a list of them, or a mapping with their filters. */
  readonly on: unknown;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

export interface Job {
  readonly if?: string;
  readonly needs?: string | readonly string[];
  readonly permissions?: unknown;
  readonly environment?: string | { readonly name: string };
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly strategy?: { readonly matrix?: Readonly<Record<string, readonly unknown[]>> };
  readonly steps?: readonly Step[];
}

export interface Step {
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string | boolean | number>>;
}

/** People replace it by their copy and the commit id of a release. */
export const placeholder = `OWNER/rolesync@${'0'.repeat(40)}`;

type Rule = (workflow: Workflow, text: string) => readonly string[];

/** Everything that is wrong with a workflow file, each with its place; what GitHub's parser finds comes first. */
export function faults(path: string, text: string): readonly string[] {
  const refused = workflowErrors(path, text);
  return refused.length > 0 ? refused : rules.flatMap((rule) => rule(parse(text) as Workflow, text));
}

const rules: readonly Rule[] = [
  pinned,
  noYes,
  nothingInsideScripts,
  secretsInStepsOnly,
  leastPermissions,
  (workflow) => missingIn(workflow, 'timeout-minutes'),
  noCredentialsLeft,
  headIsNeverRun,
  noCache,
  queueIsNotCancelled,
];

function pinned(workflow: Workflow, text: string): readonly string[] {
  return steps(workflow).flatMap(({ place, step }) => {
    const { uses } = step;
    if (uses === undefined || uses === placeholder) return [];
    if (!/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses)) return [`${place}: \`${uses}\` is not pinned by a commit id`];
    const commented = text
      .split('\n')
      .some((line) => line.includes(uses) && /@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line));
    return commented ? [] : [`${place}: \`${uses}\` has no comment with its version`];
  });
}

function noYes(workflow: Workflow): readonly string[] {
  return strings(workflow).flatMap(({ place, text }) => (text.includes('--yes') ? [`${place}: --yes`] : []));
}

function nothingInsideScripts(workflow: Workflow): readonly string[] {
  return steps(workflow).flatMap(({ place, step }) =>
    step.run?.includes('${{') ? [`${place}: an expression stands in a script`] : [],
  );
}

function secretsInStepsOnly(workflow: Workflow): readonly string[] {
  return strings(workflow).flatMap(({ place, text }) => {
    if (!/\$\{\{(?:(?!\}\}).)*\bsecrets\b/s.test(text) && !place.endsWith('.secrets')) return [];
    const alone = /^\$\{\{ secrets\.\w+ \}\}$/.test(text);
    return alone && /^jobs\.[\w-]+\.steps\.\d+\.env\.\w+$/.test(place)
      ? []
      : [`${place}: a secret outside a step's env`];
  });
}

/** A word such as `write-all` gives everything; nothing gives what the repository's default is. */
function leastPermissions(workflow: Workflow): readonly string[] {
  return jobs(workflow).flatMap(({ place, job }) => {
    const permissions = job.permissions ?? workflow.permissions;
    return typeof permissions === 'object' && permissions !== null ? [] : [`${place}: no explicit permissions`];
  });
}

function missingIn(workflow: Workflow, key: string): readonly string[] {
  return jobs(workflow).flatMap(({ place, job }) => (key in job ? [] : [`${place}: no ${key}`]));
}

function noCredentialsLeft(workflow: Workflow): readonly string[] {
  return steps(workflow).flatMap(({ place, step }) =>
    isCheckout(step) && step.with?.['persist-credentials'] !== false
      ? [`${place}: the checkout leaves its credentials behind`]
      : [],
  );
}

/** These events run with secrets on what anybody may have sent. */
function headIsNeverRun(workflow: Workflow): readonly string[] {
  if (!['pull_request_target', 'workflow_run'].some((event) => events(workflow).includes(event))) return [];
  return steps(workflow).flatMap(({ place, step }) => {
    const elsewhere = isCheckout(step) && ['ref', 'repository'].some((key) => key in (step.with ?? {}));
    const tools = /\b(?:git|gh|curl|wget|npm|npx|yarn|pnpm|node|pip|python3?|make|bash|sh)\b/.exec(step.run ?? '')?.[0];
    return [
      ...(elsewhere ? [`${place}: checks out something else than the default branch`] : []),
      ...(tools === undefined ? [] : [`${place}: runs \`${tools}\` beside a checkout`]),
    ];
  });
}

function noCache(workflow: Workflow): readonly string[] {
  return steps(workflow).flatMap(({ place, step }) =>
    step.uses?.startsWith('actions/cache') || Object.keys(step.with ?? {}).some((key) => key.startsWith('cache'))
      ? [`${place}: uses a cache, which a pull request could fill`]
      : [],
  );
}

function queueIsNotCancelled(workflow: Workflow): readonly string[] {
  return jobs(workflow).flatMap(({ place, job }) =>
    job.concurrency?.['queue'] === 'max' && job.concurrency['cancel-in-progress'] !== false
      ? [`${place}: a queue whose runs are cancelled`]
      : [],
  );
}

function isCheckout({ uses }: Step): boolean {
  return uses?.startsWith('actions/checkout@') === true;
}

export function events({ on }: Workflow): readonly string[] {
  if (typeof on === 'string') return [on];
  return Array.isArray(on) ? on.map(String) : Object.keys(on ?? {});
}

export function jobs({ jobs }: Workflow): readonly { readonly place: string; readonly job: Job }[] {
  return Object.entries(jobs).map(([name, job]) => ({ place: `jobs.${name}`, job }));
}

export function steps(workflow: Workflow): readonly { readonly place: string; readonly step: Step }[] {
  return jobs(workflow).flatMap(({ place, job }) =>
    (job.steps ?? []).map((step, at) => ({ place: `${place}.steps.${at}`, step })),
  );
}

function strings(value: unknown, place = ''): readonly { readonly place: string; readonly text: string }[] {
  if (typeof value === 'string') return [{ place, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => strings(inner, place === '' ? key : `${place}.${key}`));
}
