import { describe, expect, it } from 'vitest';
import { select, selector } from '../../src/config/select.ts';
import { Failure } from '../../src/core/failure.ts';
import { loadFiles, loadOne, rinne, rocketchat } from './memory.ts';

const two = loadFiles({ 'roles/a.yaml': rocketchat, 'roles/b.yaml': rinne });

function named(...names: readonly string[]) {
  const targets = names.map((name, at) => `  - { name: "${name}", account: T${String(at).padStart(8, '0')} }\n`);
  const config = loadOne(`provider: dintero\nauth: { token: "\${DINTERO_TOKEN}" }\ntargets:\n${targets.join('')}`);
  expect(config.problems).toEqual([]);
  return config;
}

const platform = named('acme-no', 'acme-se', 'bravo-no', 'bravo/dk', 'acme-*', 'a?', '.hidden');

function taken(...wanted: readonly string[]) {
  return select(platform, wanted).map(({ name }) => name);
}

describe('select', () => {
  it('takes all targets, or those that are named', () => {
    const names = (wanted: readonly string[]) => select(two, wanted).map(({ name }) => name);
    expect(names([])).toEqual(['chat', 'shop']);
    expect(names(['shop'])).toEqual(['shop']);
  });

  it('fails on an unknown name and suggests the nearest', () => {
    expect(() => select(two, ['shop', 'chta'])).toThrow(
      new Failure('config', 'there is no target `chta`. Did you mean `chat`?'),
    );
    expect(() => select(two, ['production'])).toThrow('Targets: chat, shop.');
  });

  it('takes what matches a glob, once and in the order of the files', () => {
    expect(taken('*-no')).toEqual(['acme-no', 'bravo-no']);
    expect(taken('bravo-no', '*-no', 'acme-??')).toEqual(['acme-no', 'acme-se', 'bravo-no']);
    expect(taken('{acme,bravo}-no')).toEqual(['acme-no', 'bravo-no']);
    expect(taken('acme-[ns]?')).toEqual(['acme-no', 'acme-se']);
  });

  it('takes a name for text, not for a path', () => {
    expect(taken('bravo*')).toEqual(['bravo-no', 'bravo/dk']);
    expect(taken('*')).toHaveLength(7);
  });

  it('takes a target that is called like a glob by its name, and no other', () => {
    expect(taken('acme-*')).toEqual(['acme-*']);
    expect(taken('a?')).toEqual(['a?']);
  });

  it('knows no glob that takes others away', () => {
    expect(() => taken('!acme-no')).toThrow('there is no target `!acme-no`. Did you mean `acme-no`?');
    expect(() => taken('!acme-n*')).toThrow('no target matches `!acme-n*`');
  });

  it('fails on a glob that matches nothing, and names targets that come near', () => {
    expect(() => taken('amce-n*')).toThrow(
      new Failure('config', 'no target matches `amce-n*`. Targets with similar names: `acme-no`.'),
    );
    expect(() => taken('*-on')).toThrow('no target matches `*-on`. Targets with similar names: `acme-no`, `bravo-no`.');
    expect(() => select(two, ['production-*'])).toThrow('no target matches `production-*`. Targets: chat, shop.');
    const many = named(...Array.from({ length: 40 }, (_, at) => `acme-${at}`));
    expect(() => select(many, ['amce-*'])).toThrow('`acme-0`, `acme-1`, `acme-2` and 37 more.');
    expect(() => select(many, ['production-*'])).toThrow(new Failure('config', 'no target matches `production-*`.'));
  });

  it('does not complain of a target that a broken file may define', () => {
    const broken = loadFiles({ 'roles/a.yaml': rocketchat, 'roles/b.yaml': 'provider: [' });
    expect(select(broken, ['shop', 'acme-*'])).toEqual([]);
  });
});

describe('selector', () => {
  it('says whether a target that the files no longer have would be selected', () => {
    const isWanted = selector(platform, ['bravo-*', 'acme-*']);
    expect(['bravo-old', 'acme-old', 'acme-*', 'delta'].map(isWanted)).toEqual([true, false, true, false]);
    expect(selector(platform, [])('delta')).toBe(true);
  });
});
