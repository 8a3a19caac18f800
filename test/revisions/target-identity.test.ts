import { describe, expect, it } from 'vitest';
import type { TargetConfig } from '../../src/config/config.ts';
import { baseTargets } from '../../src/revisions/target-identity.ts';
import { loadOne } from '../config/memory.ts';

const config = (target: string, roles = '') =>
  loadOne(`provider: dintero\nauth: { token: "\${DINTERO_TOKEN}" }\ntargets:\n  - { ${target} }\n${roles}`);

function only(target: string): TargetConfig {
  const [first] = config(target).targets;
  if (first === undefined) throw new Error('no target');
  return first;
}

const base = config('name: acme, account: T11112222', 'roles: [{ name: a, permissions: [read:hooks] }]');

describe('sameAs', () => {
  it('finds the target of the same live system, whatever it is called and however that is written', () => {
    const environment = { DINTERO_ACCOUNT: 'T11112222' };
    for (const head of [
      'name: acme, account: T11112222',
      'name: new, account: T11112222',
      'name: acme, account: "${DINTERO_ACCOUNT}"',
      'name: acme, account: T11112222, baseUrl: "https://API.dintero.com/v1/"',
    ]) {
      expect(baseTargets(base, environment).sameAs(only(head))?.name).toBe('acme');
    }
  });

  it('finds none for another tenant or host, even under the same name', () => {
    expect(baseTargets(base, {}).sameAs(only('name: acme, account: T33334444'))).toBeUndefined();
    expect(baseTargets(base, {}).sameAs(only('name: acme, account: "${DINTERO_ACCOUNT}"'))).toBeUndefined();
    const other = 'name: acme, account: T11112222, baseUrl: "https://checkout.dintero.com/v1"';
    expect(baseTargets(base, {}).sameAs(only(other))).toBeUndefined();
  });

  it('compares text where a variable is not set', () => {
    const unset = config('name: acme, account: "${DINTERO_ACCOUNT}"');
    expect(baseTargets(unset, {}).sameAs(only('name: new, account: "${DINTERO_ACCOUNT}"'))?.name).toBe('acme');
  });
});

it('looks at the targets of the base as often for many targets of the head as for one', () => {
  let looks = 0;
  const counted = {
    ...only('name: acme, account: T11112222'),
    get provider() {
      looks += 1;
      return 'dintero' as const;
    },
  };
  const { sameAs, protecting } = baseTargets({ ...base, targets: [counted] }, {});
  const before = looks;
  for (const name of ['acme', 'new', 'other']) {
    sameAs(only(`name: ${name}, account: T11112222`));
    protecting(only(`name: ${name}, account: T11112222`));
  }
  expect(looks).toBe(before);
});

describe('protecting', () => {
  it('gives the roles of the same system and of the same name', () => {
    const names = (head: string) =>
      baseTargets(base, {})
        .protecting(only(head))
        .map(({ name }) => name);
    expect(names('name: new, account: T11112222')).toEqual(['a']);
    expect(names('name: acme, account: T11112222, baseUrl: "https://checkout.dintero.com/v1"')).toEqual(['a']);
    expect(names('name: acme, account: T11112222')).toEqual(['a']);
    expect(names('name: new, account: T33334444')).toEqual([]);
  });

  it('counts for a target that is both renamed and moved to another host of the same tenant', () => {
    const moved = 'name: new, account: T11112222, baseUrl: "https://checkout.dintero.com/v1"';
    expect(
      baseTargets(base, {})
        .protecting(only(moved))
        .map(({ name }) => name),
    ).toEqual(['a']);
    const elsewhere = 'name: new, account: T33334444, baseUrl: "https://checkout.dintero.com/v1"';
    expect(baseTargets(base, {}).protecting(only(elsewhere))).toEqual([]);
  });
});
