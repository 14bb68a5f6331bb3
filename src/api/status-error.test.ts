import { describe, expect, it } from 'vitest';
import { invalidValue, notSupported, required } from './field-error.js';
import { kinds } from './kinds.js';
import {
  alreadyExists,
  badRequest,
  conflict,
  expired,
  forbidden,
  internal,
  invalid,
  isConflict,
  isExpired,
  isNotFound,
  methodNotSupported,
  notFound,
  type StatusError,
} from './status-error.js';

const messages: readonly (readonly [StatusError, number, string, string])[] = [
  [notFound(kinds.Pod, 'x'), 404, 'NotFound', 'pods "x" not found'],
  [notFound(kinds.StatefulSet, 'x'), 404, 'NotFound', 'statefulsets.apps "x" not found'],
  [alreadyExists(kinds.Pod, 'x'), 409, 'AlreadyExists', 'pods "x" already exists'],
  [
    conflict(kinds.Pod, 'x'),
    409,
    'Conflict',
    'Operation cannot be fulfilled on pods "x": the object has been modified; please apply your changes to the latest version and try again',
  ],
  [
    invalid(kinds.Pod, 'x', [required('spec.containers')]),
    422,
    'Invalid',
    'Pod "x" is invalid: spec.containers: Required value',
  ],
  [
    invalid(kinds.Deployment, 'x', [
      invalidValue('spec.replicas', -1, 'must be greater than or equal to 0'),
      notSupported('spec.strategy.type', 'Now', ['Recreate', 'RollingUpdate']),
    ]),
    422,
    'Invalid',
    'Deployment.apps "x" is invalid: [spec.replicas: Invalid value: -1: must be greater than or equal to 0, spec.strategy.type: Unsupported value: "Now": supported values: "Recreate", "RollingUpdate"]',
  ],
  [forbidden(kinds.Pod, 'x', 'not yours'), 403, 'Forbidden', 'pods "x" is forbidden: not yours'],
  [expired('too old resource version: 1 (5)'), 410, 'Expired', 'too old resource version: 1 (5)'],
  [badRequest('what?'), 400, 'BadRequest', 'what?'],
  [
    methodNotSupported(kinds.TokenReview, 'list'),
    405,
    'MethodNotAllowed',
    'list is not supported on resources of kind "tokenreviews.authentication.k8s.io"',
  ],
];

describe('status errors', () => {
  it.each(messages)('%s', (error, code, reason, message) => {
    expect(error).toMatchObject({ code, reason, message });
    expect(error.status).toMatchObject({
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      code,
      reason,
      message,
    });
  });

  it('carries the causes of an invalid object', () => {
    expect(invalid(kinds.Deployment, 'x', [required('spec.selector')]).status.details).toEqual({
      name: 'x',
      group: 'apps',
      kind: 'Deployment',
      causes: [{ reason: 'FieldValueRequired', message: 'Required value', field: 'spec.selector' }],
    });
  });

  it('names the resource in details, as kubectl and client-go read it', () => {
    expect(notFound(kinds.StatefulSet, 'x').status.details).toEqual({
      name: 'x',
      group: 'apps',
      kind: 'statefulsets',
    });
  });

  it('answers what a caller decides by', () => {
    expect(isNotFound(notFound(kinds.Pod, 'x'))).toBe(true);
    expect(isConflict(notFound(kinds.Pod, 'x'))).toBe(false);
    expect(isExpired(expired('old'))).toBe(true);
    expect(isNotFound(new Error('not found'))).toBe(false);
  });

  it('keeps the cause of an internal error', () => {
    const cause = new Error('disk');
    expect(internal('cannot write', cause).cause).toBe(cause);
  });
});
