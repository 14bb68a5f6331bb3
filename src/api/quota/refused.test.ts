import { describe, expect, it } from 'vitest';
import { hasRoomFor, refusedIn } from './refused.js';

const said =
  'pods "web-abc12" is forbidden: exceeded quota: team, requested: pods=1,requests.cpu=500m, used: pods=4,requests.cpu=2, limited: pods=4,requests.cpu=2';

describe('what a quota refused', () => {
  it.each([
    ['nothing of a quota', 'pods "web" is forbidden: User "u" cannot create resource "pods"'],
    ['a quota that wants a field', 'pods "web" is forbidden: failed quota: team: must specify limits.cpu'],
  ])('%s', (_name, message) => {
    expect(refusedIn(message)).toBeUndefined();
  });

  it.each<[string, Record<string, string>, Record<string, string>, boolean]>([
    ['as it was', { pods: '4', 'requests.cpu': '2' }, { pods: '4', 'requests.cpu': '2' }, false],
    ['room of one kind only', { pods: '5', 'requests.cpu': '2' }, { pods: '4', 'requests.cpu': '2' }, false],
    ['not enough', { pods: '5', 'requests.cpu': '2' }, { pods: '4', 'requests.cpu': '1600m' }, false],
    ['just enough', { pods: '5', 'requests.cpu': '2' }, { pods: '4', 'requests.cpu': '1500m' }, true],
    ['one limited no more', { pods: '5' }, { pods: '4' }, true],
    ['not counted yet', { pods: '5', 'requests.cpu': '2' }, {}, true],
  ])('%s', (_name, hard, used, fits) => {
    const refused = refusedIn(said);
    expect(refused?.quota).toBe('team');
    const quota = { metadata: { name: 'team' }, spec: { hard }, status: { hard, used } };
    expect(refused && hasRoomFor(refused, quota)).toBe(fits);
  });

  it('fits when the quota is gone', () => {
    const refused = refusedIn(`could not create Pod: ${said}`);
    expect(refused && hasRoomFor(refused, undefined)).toBe(true);
  });
});
