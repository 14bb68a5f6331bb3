import { describe, expect, it } from 'vitest';
import { mmdebstrapArguments, parsePackages, shellQuote, sourceLine } from './mmdebstrap.js';
import { parseRecipe } from './recipe.js';

const mirror = {
  uri: 'http://mirror.example/debian',
  keyring: '/keys/a.gpg',
  settings: ['Acquire::http::Proxy "http://p"'],
};
const places = { root: '/w/root', packages: '/w/packages', sources: '/w/sources.list' };

function argumentsOf(fields: object): readonly string[] {
  const recipe = parseRecipe({ name: 'x', version: '1', suite: 'sid', packages: ['p', 'q'], ...fields }, 'x');
  return mmdebstrapArguments({ recipe, folder: "/it's/x", hash: 'h' }, mirror, places);
}

describe('mmdebstrapArguments', () => {
  it('takes a suite past its date, and leaves signatures checked', () => {
    const args = argumentsOf({});
    expect(args).toContain('--aptopt=Acquire::Check-Valid-Until "false"');
    expect(args).toContain('--aptopt=Acquire::http::Proxy "http://p"');
    expect(args.join(' ')).not.toMatch(/unauthenticated|insecure|trusted/i);
    expect(sourceLine(mirror, 'sid')).toBe(
      'deb [signed-by=/keys/a.gpg] http://mirror.example/debian sid main\n',
    );
    expect(args.slice(-3)).toEqual(['sid', '/w/root', '/w/sources.list']);
  });

  it('copies, then sets up, then lists, then cleans', () => {
    const args = argumentsOf({
      files: [{ from: 'f', to: '/etc/f', mode: '0600' }],
      setup: ['s'],
      exclude: ['/usr/x/*'],
    });
    const hooks = args.filter((arg) => arg.startsWith('--customize-hook='));
    expect(hooks[0]).toBe(`--customize-hook=install -D -o 0 -g 0 -m 0600 '/it'\\''s/x/f' "$1"/etc/f`);
    expect(hooks[1]).toContain('chroot "$1" /tmp/holdfast-setup');
    expect(hooks[2]).toContain('dpkg-query');
    expect(hooks[3]).toContain('etc/resolv.conf');
    expect(args).toContain('--dpkgopt=path-exclude=/usr/x/*');
  });

  it('asks the index for versions when packages are only extracted', () => {
    const take = [{ from: '/usr/bin/p', to: '/p' }];
    const hooks = argumentsOf({ variant: 'extract', take }).filter((arg) => arg.includes('-hook='));
    expect(hooks).toHaveLength(1);
    expect(hooks[0]).toMatch(/^--extract-hook=APT_CONFIG=.*apt-cache show/);
  });

  it("leaves nothing of the builder's machine in a root of extracted packages that is the image", () => {
    const hooks = argumentsOf({ variant: 'extract' }).filter((arg) => arg.includes('-hook='));
    expect(hooks).toHaveLength(2);
    expect(hooks[1]).toMatch(/^--extract-hook=cd "\$1" && rm -rf .*etc\/apt\/sources.list/);
  });

  it('quotes words for a shell', () => {
    expect(['/a/b-c', 'a b', "it's", ''].map(shellQuote)).toEqual(['/a/b-c', "'a b'", "'it'\\''s'", "''"]);
  });

  it('reads the list of packages', () => {
    expect(parsePackages('a 1:2-3\nb 4\n\n')).toEqual({ a: '1:2-3', b: '4' });
  });
});
