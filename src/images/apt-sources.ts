/** Where one archive of Debian packages is, as apt is told. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** A key file that signs it, when the source names one. */
  readonly signedBy?: string;
}

/** Reads the one-line format: `deb [options] URI SUITE COMPONENT...`. */
export function parseOneLineSources(text: string): readonly AptSource[] {
  const sources: AptSource[] = [];
  for (const raw of text.split('\n')) {
    const line = raw.replace(/#.*/, '').trim();
    const match = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*(.*)$/.exec(line);
    if (match === null) continue;
    const [, options = '', uri = '', suite = '', components = ''] = match;
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1];
    sources.push({ uri, suite, components: words(components), signedBy: keyFile(signedBy) });
  }
  return sources;
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** Only a path is of use to us; a fingerprint or an embedded key is not. */
function keyFile(text: string | undefined): string | undefined {
  return text?.split(/[\s,]+/).find((word) => word.startsWith('/'));
}

function parseStanza(stanza: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  let last = '';
  for (const line of stanza.split('\n')) {
    if (line.startsWith('#')) continue;
    const field = /^([A-Za-z][A-Za-z0-9-]*):(.*)$/.exec(line);
    if (field !== null) {
      last = (field[1] ?? '').toLowerCase();
      fields.set(last, (field[2] ?? '').trim());
    } else if (/^\s/.test(line) && last !== '') {
      fields.set(last, `${fields.get(last)} ${line.trim()}`.trim());
    }
  }
  return fields;
}

/** Reads the deb822 format: stanzas of `Types`, `URIs`, `Suites`, `Components`, `Signed-By`, `Enabled`. */
export function parseDeb822Sources(text: string): readonly AptSource[] {
  const sources: AptSource[] = [];
  // A comment line does not end a stanza, so comments go before stanzas are told apart.
  for (const stanza of text.replace(/^#.*\n?/gm, '').split(/\n\s*\n/)) {
    const fields = parseStanza(stanza);
    if (/^(no|false|without|off|disable|0)$/i.test(fields.get('enabled') ?? 'yes')) continue;
    if (!words(fields.get('types') ?? '').includes('deb')) continue;
    const signedBy = keyFile(fields.get('signed-by'));
    for (const uri of words(fields.get('uris') ?? '')) {
      for (const suite of words(fields.get('suites') ?? '')) {
        sources.push({ uri, suite, components: words(fields.get('components') ?? ''), signedBy });
      }
    }
  }
  return sources;
}

const DEBIAN_SUITES =
  /^(?:sid|unstable|testing|stable|oldstable|oldoldstable|buster|bullseye|bookworm|trixie|forky|duke)(?:-updates)?$/;

/** Whether a source can have come from a full mirror of Debian, which has every suite. */
function looksLikeMirror(source: AptSource): boolean {
  return (
    /^(?:https?|file|copy|mirror\+https?|tor\+https?):\//.test(source.uri) &&
    DEBIAN_SUITES.test(source.suite) &&
    source.components.includes('main')
  );
}

/** The Debian mirror of the machine's own configuration, or undefined when it has none. */
export function chooseMirror(sources: readonly AptSource[]): AptSource | undefined {
  const mirrors = sources.filter(looksLikeMirror);
  return mirrors.find(({ uri }) => /\/debian\/?$/.test(uri)) ?? mirrors[0];
}
