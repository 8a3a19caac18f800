/** What `rolesync COMMAND --help` ends with: two to four lines that work as they are. Text only. */
import type { Table } from '../table.ts';
import { exampleFlags } from './target-flags.ts';

/** By the name of the command; without `rolesync` in front where the line begins with a command. */
export function helpExamples({ manifests }: Table): ReadonlyMap<string, readonly string[]> {
  const [provider = 'PROVIDER'] = manifests.keys();
  const newTargets = [...manifests.values()].map(exampleFlags);
  return new Map([
    ['init', newTargets.map((flags) => `rolesync init ${flags}`)],
    ['import', newTargets.map((flags) => `rolesync import ${flags}`)],
    [
      'validate',
      ['rolesync validate', 'rolesync validate roles --format github', 'rolesync validate --online --target acme-test'],
    ],
    [
      'permissions',
      [
        `rolesync permissions ${provider}`,
        `rolesync permissions ${provider} read`,
        `rolesync permissions ${provider} --target acme-test`,
      ],
    ],
    [
      'explain',
      [
        "rolesync explain 'order support'",
        "rolesync explain 'order support' --target 'acme-*'",
        "rolesync explain 'order support' --at 2027-01-01",
      ],
    ],
    [
      'pull',
      [
        'rolesync pull',
        "rolesync pull acme-test --role 'order support' --only revokes",
        "rolesync pull 'acme-*' --adopt --yes",
      ],
    ],
    [
      'compare',
      [
        'rolesync compare acme-test acme-live',
        'rolesync compare --outliers',
        "rolesync compare --outliers 'acme-*' --label retail",
      ],
    ],
    [
      'plan',
      [
        'rolesync plan',
        'rolesync plan --sandbox',
        "rolesync plan --target 'acme-*' --out plan.json",
        'rolesync plan --base origin/main --trust origin/main --format markdown',
      ],
    ],
    ['show', ['rolesync show plan.json', 'rolesync show plan.json --format html > plan.html']],
    [
      'merge',
      [
        'rolesync merge part-1.json part-2.json --out plan.json',
        'rolesync merge part-*.json --format html > plan.html',
      ],
    ],
    [
      'apply',
      [
        'rolesync apply',
        'rolesync apply --plan plan.json',
        'rolesync apply --target acme-test --yes --log writes.jsonl',
      ],
    ],
    ['demo', ['rolesync demo', 'rolesync demo my-roles']],
    ['sandbox', ['rolesync sandbox', 'rolesync sandbox --port 8080 --state state.json']],
    ['help', ['rolesync help plan', 'rolesync help files']],
    [
      'completion',
      [
        'source <(rolesync completion bash)    # in ~/.bashrc; bash 4 or newer',
        'source <(rolesync completion zsh)     # in ~/.zshrc, after compinit',
        'rolesync completion fish | source     # in ~/.config/fish/config.fish',
      ],
    ],
  ]);
}
