import { createColors } from 'picocolors';
import type { Line, Mark } from './view.js';

/** Where progress goes. */
export interface Output {
  readonly isTerminal: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
  write(text: string): void;
}

/** Shows a tree that changes, and notes that stay. */
export interface Painter {
  /** A text that stays above the tree. */
  note(text: string): void;
  /** Shows the tree as it is now. */
  draw(lines: readonly Line[]): void;
  /** Leaves the last tree standing. */
  end(): void;
}

const SIGNS: Readonly<Record<Mark, string>> = { done: '✔', moving: '◐', waiting: '·', trouble: '✖' };

/** Redraws in place on a terminal; elsewhere writes a plain line whenever something changed. */
export function createPainter(output: Output): Painter {
  return output.isTerminal ? terminalPainter(output) : plainPainter(output);
}

function terminalPainter(output: Output): Painter {
  let height = 0;
  let shown: readonly Line[] = [];
  const up = (): string => (height === 0 ? '' : `\u001b[${height}A\u001b[J`);
  const paint = (lines: readonly Line[]): string => lines.map((line) => `${render(line, output)}\n`).join('');
  return {
    note: (text) => {
      output.write(`${up()}${text.trimEnd()}\n${paint(shown)}`);
      height = shown.length;
    },
    draw: (lines) => {
      if (JSON.stringify(lines) === JSON.stringify(shown)) return;
      output.write(`${up()}${paint(lines)}`);
      height = lines.length;
      shown = lines;
    },
    end: () => {
      height = 0;
      shown = [];
    },
  };
}

function plainPainter(output: Output): Painter {
  const last = new Map<string, string>();
  return {
    note: (text) => output.write(`${text.trimEnd()}\n`),
    draw: (lines) => {
      let parent = '';
      for (const { depth, name, text } of lines) {
        if (name !== 'claim') parent = name;
        const id = `${parent} ${depth} ${name === 'claim' ? text.split(' ')[0] : name}`;
        if (last.get(id) === text) continue;
        last.set(id, text);
        output.write(`${name === 'claim' ? `${parent} claim` : name}: ${text}\n`);
      }
    },
    end: () => undefined,
  };
}

function render(line: Line, output: Output): string {
  const colours = createColors(output.colour);
  const paint = { done: colours.green, moving: colours.cyan, waiting: colours.dim, trouble: colours.red }[
    line.mark
  ];
  const head = `${'   '.repeat(line.depth)}${SIGNS[line.mark]} ${line.name}`;
  const room = Math.max(10, output.width - head.length - 3);
  const text = line.text.length > room ? `${line.text.slice(0, room - 1)}…` : line.text;
  return `${paint(head)}  ${text}`;
}
