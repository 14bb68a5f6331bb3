/** What kind of failure a call to the container runtime met. */
export type RuntimeFailure = 'unavailable' | 'notFound' | 'timeout' | 'cancelled' | 'refused';

/** A call to the container runtime that failed. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';
  readonly failure: RuntimeFailure;
  /** The runtime's own words. */
  readonly detail: string;

  constructor(
    call: string,
    failure: RuntimeFailure,
    options: { readonly detail: string; readonly cause?: unknown },
  ) {
    super(`the container runtime's ${call} ${explain(failure)}: ${options.detail}`, { cause: options.cause });
    this.failure = failure;
    this.detail = options.detail;
  }
}

function explain(failure: RuntimeFailure): string {
  if (failure === 'unavailable') return 'could not be called (is containerd running? it is tried again)';
  if (failure === 'notFound') return 'named something that is not there';
  if (failure === 'timeout') return 'took too long';
  if (failure === 'cancelled') return 'was called off';
  return 'failed';
}

/** Whether the runtime could not be reached at all, so that nothing is known. */
export function isRuntimeUnavailable(error: unknown): boolean {
  return error instanceof RuntimeError && error.failure === 'unavailable';
}

/** Whether the sandbox, container or image was not there. */
export function isRuntimeNotFound(error: unknown): boolean {
  return error instanceof RuntimeError && error.failure === 'notFound';
}

/** The runtime's own words of a failure, or the error's message. */
export function runtimeDetail(error: unknown): string {
  if (error instanceof RuntimeError) return error.detail;
  return error instanceof Error ? error.message : String(error);
}
