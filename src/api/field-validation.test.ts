import { describe, expect, it } from 'vitest';
import { checkBody, checkPatched } from './field-validation.js';
import { kinds } from './kinds.js';
import { StatusError } from './status-error.js';

const body = { spec: { volumeClaimTemplatez: [], selector: {}, template: {} } };

function refusal(call: () => unknown): StatusError {
  try {
    call();
  } catch (error) {
    if (error instanceof StatusError) return error;
  }
  throw new Error('expected a StatusError');
}

describe('checkBody', () => {
  it('refuses unknown fields under Strict, in the words of kubectl users', () => {
    const error = refusal(() => checkBody(kinds.StatefulSet, body, { mode: 'Strict' }));
    expect(error.code).toBe(400);
    expect(error.message).toBe(
      'StatefulSet in version "v1" cannot be handled as a StatefulSet: strict decoding error: unknown field "spec.volumeClaimTemplatez"',
    );
  });

  it('warns of unknown and duplicate fields under Warn', () => {
    const { warnings, object } = checkBody(kinds.StatefulSet, body, {
      mode: 'Warn',
      duplicates: ['spec.replicas'],
    });
    expect(warnings).toEqual([
      'duplicate field "spec.replicas"',
      'unknown field "spec.volumeClaimTemplatez"',
    ]);
    expect(object).toEqual({ spec: { selector: {}, template: {} } });
  });

  it('prunes in silence under Ignore', () => {
    expect(checkBody(kinds.StatefulSet, body, { mode: 'Ignore' }).warnings).toEqual([]);
  });

  it('refuses wrong types under every mode', () => {
    const error = refusal(() =>
      checkBody(kinds.StatefulSet, { spec: { replicas: 'three' } }, { mode: 'Ignore' }),
    );
    expect(error.message).toBe(
      'StatefulSet in version "v1" cannot be handled as a StatefulSet: json: cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas of type int32',
    );
  });

  it('refuses a Deployment with volumeClaimTemplates by the name of the field', () => {
    const deployment = { spec: { selector: {}, template: {}, volumeClaimTemplates: [] } };
    const error = refusal(() => checkBody(kinds.Deployment, deployment, { mode: 'Strict' }));
    expect(error.message).toContain('unknown field "spec.volumeClaimTemplates"');
  });
});

describe('checkPatched', () => {
  it('refuses with 422 on the patch', () => {
    const error = refusal(() => checkPatched(kinds.StatefulSet, body, { mode: 'Strict', patch: body }));
    expect(error.code).toBe(422);
    expect(error.message).toContain('strict decoding error: unknown field "spec.volumeClaimTemplatez"');
  });
});
