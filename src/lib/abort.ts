import type { Clock } from './clock.js';

/** Calls `listener` when the signal is aborted, at once when it already is; returns the way to stop listening. */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => {};
  if (signal.aborted) {
    listener();
    return () => {};
  }
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

/** Settles as `promise` does, or rejects with the signal's reason when that comes first; the work itself goes on. */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(forget);
  });
}

/** A signal that is aborted after `timeoutMs` of the clock's time, or with `parent`. */
export function timeoutSignal(
  clock: Clock,
  timeoutMs: number,
  parent?: AbortSignal,
): AbortSignal & Disposable {
  const controller = new AbortController();
  const timer = clock.after(timeoutMs, () =>
    controller.abort(new DOMException(`timed out after ${timeoutMs} ms`, 'TimeoutError')),
  );
  const forget = onAbort(parent, () => controller.abort(parent?.reason));
  const release = (): void => {
    timer.cancel();
    forget();
  };
  return Object.assign(controller.signal, { [Symbol.dispose]: release });
}
