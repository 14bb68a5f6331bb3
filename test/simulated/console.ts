/** A command of a document, and what it prints there. */
export interface Step {
  readonly command: string;
  /** One pattern for each line. */
  readonly lines: readonly string[];
}

/** The commands of a document's `console` blocks, in order: lines that begin with `$ `, and what follows them. */
export function stepsOf(markdown: string): readonly Step[] {
  const blocks = [...markdown.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((text) => {
        const [command = '', ...lines] = text.trimEnd().split('\n');
        return { command, lines };
      }),
  );
}

/** Whether an output is what the document says: `…` stands for anything within a line, a line of its own for any lines; blanks count as one. */
export function matches(lines: readonly string[], output: string): boolean {
  const pattern = lines.map((line) => (line === '…' ? '(.*\\n)*?' : `${lineOf(line)}\\n`)).join('');
  return new RegExp(`^${pattern}$`).test(plain(output));
}

function lineOf(line: string): string {
  const quoted = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return plain(line).trimEnd().split('…').map(quoted).join('.*');
}

/** Ends with one line break, and columns are apart by one blank. */
function plain(output: string): string {
  return `${output
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/ $/gm, '')
    .trimEnd()}\n`;
}
