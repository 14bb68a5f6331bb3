import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { asyncDisposable } from '../../src/lib/async-dispose.js';

/** Answers each question on standard input by one line on standard output; ends when the input does, so it never outlives its parent. */
export async function answerQuestions<Question>(
  answer: (question: Question) => Promise<unknown>,
): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const question: Question = JSON.parse(line);
    process.stdout.write(`${JSON.stringify((await answer(question)) ?? null)}\n`);
  }
}

/** How a program is started. */
export interface ProgramOptions {
  readonly script: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A process of its own that answers questions, one after the other. */
export class LineProgram implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #script: string;
  readonly #end: AsyncDisposable;
  /** Settled when the process is gone. */
  readonly ended: Promise<void>;

  constructor({ script, flags = [], env = {} }: ProgramOptions) {
    this.#script = script;
    const child = spawn(process.execPath, [...flags, script], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    this.ended = new Promise<void>((resolve) => {
      child.once('close', () => resolve());
    });
    child.stdin.on('error', () => {});
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.#end = asyncDisposable(() => {
      child.stdin.end();
      return this.ended;
    });
  }

  /** Asks one question and waits for its answer. */
  async ask<Answer>(question: object): Promise<Answer> {
    this.#child.stdin?.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`${this.#script} ended without an answer; see its message above`);
    return JSON.parse(value);
  }

  /** Ends it without a word. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end[Symbol.asyncDispose]();
  }
}
