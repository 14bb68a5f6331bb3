import { describe, expect, it } from 'vitest';
import { chooseMirror, parseDeb822Sources, parseOneLineSources } from './apt-sources.js';
import { reachSettings } from './debian-mirror.js';

describe('apt sources', () => {
  it('reads one-line sources', () => {
    const text = `
# deb http://off.example/debian sid main
deb [arch=amd64 signed-by=/keys/a.gpg] http://mirror.example/debian bookworm main contrib # why
deb-src http://mirror.example/debian bookworm main
deb http://plain.example/debian/ trixie main`;
    expect(parseOneLineSources(text)).toEqual([
      {
        uri: 'http://mirror.example/debian',
        suite: 'bookworm',
        components: ['main', 'contrib'],
        signedBy: '/keys/a.gpg',
      },
      { uri: 'http://plain.example/debian/', suite: 'trixie', components: ['main'], signedBy: undefined },
    ]);
  });

  it('reads deb822 sources, with folded fields, comments and embedded keys', () => {
    const text = `# a comment
Types: deb
# http://snapshot.example
URIs: http://mirror.example/debian
Suites: bookworm
 bookworm-updates
Components: main
Signed-By: /keys/b.gpg

Types: deb deb-src
URIs: http://other.example/debian
Suites: sid
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: sid
Components: main
`;
    expect(parseDeb822Sources(text).map(({ uri, suite, signedBy }) => [uri, suite, signedBy])).toEqual([
      ['http://mirror.example/debian', 'bookworm', '/keys/b.gpg'],
      ['http://mirror.example/debian', 'bookworm-updates', '/keys/b.gpg'],
      ['http://other.example/debian', 'sid', undefined],
    ]);
  });

  it('chooses the Debian mirror among other sources', () => {
    const lines = [
      'deb http://third.example/node nodistro main',
      'deb http://mirror.example/debian-security bookworm-security main',
      'deb http://ubuntu.example/ubuntu jammy main',
      'deb cdrom:[x]/ bookworm main',
      'deb http://mirror.example/pub/linux bookworm main',
      'deb http://mirror.example/debian bookworm main',
    ];
    expect(chooseMirror(parseOneLineSources(lines.join('\n')))?.uri).toBe('http://mirror.example/debian');
    expect(chooseMirror(parseOneLineSources(lines.slice(0, 4).join('\n')))).toBeUndefined();
  });

  it('keeps the settings that say how a mirror is reached', () => {
    const dump =
      'Acquire "";\nAcquire::http::Proxy "http://proxy.example:3128";\nAcquire::https::mirror.example::Proxy "DIRECT";\nAcquire::Check-Date "false";\nAcquire::http::Pipeline-Depth "0";\nAcquire::https::CAInfo "/ca.pem";';
    expect(reachSettings(dump)).toEqual([
      'Acquire::http::Proxy "http://proxy.example:3128"',
      'Acquire::https::mirror.example::Proxy "DIRECT"',
      'Acquire::https::CAInfo "/ca.pem"',
    ]);
  });
});
