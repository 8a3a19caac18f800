import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { replaceFiles } from '../../src/files/replace.ts';
import { folder } from '../support/command.ts';

const one = (path: string, before = 'old', after = 'new') => ({
  path,
  before: Buffer.from(before),
  after: Buffer.from(after),
});

describe('files replaced together', () => {
  const setUp = () => {
    const cwd = folder({ 'a.yaml': 'old', 'b.yaml': 'old' });
    return { cwd, now: () => readdirSync(cwd).map((name) => [name, readFileSync(`${cwd}/${name}`, 'utf8')]) };
  };
  const untouched = [
    ['a.yaml', 'old'],
    ['b.yaml', 'old'],
  ];

  it('are all new', () => {
    const { cwd, now } = setUp();
    replaceFiles([one('a.yaml'), one('b.yaml')], cwd);
    expect(now()).toEqual([
      ['a.yaml', 'new'],
      ['b.yaml', 'new'],
    ]);
  });

  it('are as before where one is not what it was', () => {
    const { cwd, now } = setUp();
    expect(() => replaceFiles([one('a.yaml'), one('b.yaml', 'other')], cwd)).toThrow(/b\.yaml was changed/);
    expect(now()).toEqual(untouched);
  });

  it('are as before where one is not there', () => {
    const { cwd, now } = setUp();
    expect(() => replaceFiles([one('a.yaml'), one('c.yaml')], cwd)).toThrow(/c\.yaml cannot be written \(ENOENT\)/);
    expect(now()).toEqual(untouched);
  });

  it('are as before where the look at them finds a fault, or fails itself', () => {
    const { cwd, now } = setUp();
    let seen: unknown;
    const fault = () => {
      seen = now();
      return 'it is wrong';
    };
    expect(() => replaceFiles([one('a.yaml'), one('b.yaml')], cwd, fault)).toThrow(
      'it is wrong; the files are as they were',
    );
    expect(seen).not.toEqual(untouched);
    expect(now()).toEqual(untouched);
    const bug = () => {
      throw new TypeError('bug');
    };
    expect(() => replaceFiles([one('a.yaml')], cwd, bug)).toThrow('bug');
    expect(now()).toEqual(untouched);
  });

  it('are not written through a link that somebody has put in the place of a draft', () => {
    const { cwd } = setUp();
    symlinkSync('b.yaml', `${cwd}/.a.yaml.rolesync-0.tmp`);
    expect(() => replaceFiles([one('a.yaml')], cwd)).toThrow(/EEXIST/);
    expect(readFileSync(`${cwd}/b.yaml`, 'utf8')).toBe('old');
  });
});
