import { describe, expect, it } from 'vitest';
import { featureGateNames, featureGatesText, gatesWith, parseFeatureGates } from './feature-gates.js';

describe('feature gates', () => {
  it('are off, as in Kubernetes 1.36', () => {
    const gates = gatesWith();
    expect(featureGateNames.filter((name) => gates[name])).toEqual([]);
    expect(featureGatesText(gates)).toBe('');
  });

  it('are read as Kubernetes writes them', () => {
    const given = parseFeatureGates('StatefulSetRecreateStrategy=true, MaxUnavailableStatefulSet=False,');
    expect(given).toEqual({ StatefulSetRecreateStrategy: true, MaxUnavailableStatefulSet: false });
    expect(featureGatesText(gatesWith(given))).toBe('StatefulSetRecreateStrategy=true');
    expect(parseFeatureGates('')).toEqual({});
  });

  it.each([
    ['Recreate=true', 'there is no feature gate Recreate here; there are MaxUnavailableStatefulSet, '],
    ['toString=true', 'there is no feature gate toString here'],
    ['MaxUnavailableStatefulSet', '"MaxUnavailableStatefulSet": write it as NAME=true or NAME=false'],
    ['MaxUnavailableStatefulSet=a=b', 'write it as NAME=true or NAME=false'],
    ['MaxUnavailableStatefulSet=yes', 'feature gate MaxUnavailableStatefulSet is true or false, not "yes"'],
  ])('are refused: %s', (text, message) => expect(() => parseFeatureGates(text)).toThrow(message));
});
