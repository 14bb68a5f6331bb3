/**
 * A patch that cannot be applied. `code` 400: the patch itself is malformed; 422: it does not fit the object.
 * The caller turns it into a Status.
 */
export class PatchError extends Error {
  override readonly name = 'PatchError';
  readonly code: 400 | 413 | 422;

  constructor(code: 400 | 413 | 422, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
