import { beforeEach, describe, expect, test } from 'vitest';
import { kinds } from '../../api/kinds.js';
import { type TestServer, testServer } from '../server.fixture.js';

let at: TestServer;
const key = { namespace: 'default', name: 'settings' };

beforeEach(async () => {
  at = await testServer();
  const metadata = { ...key, labels: { a: 'b' }, finalizers: ['example.com/kept'] };
  await at.api.create(kinds.ConfigMap, { metadata, data: { colour: 'green' } });
});

function merge(body: unknown) {
  return at.api.patch(kinds.ConfigMap, key, { type: 'application/merge-patch+json', body });
}

describe('a patch', () => {
  test('cannot give the object another name or namespace', async () => {
    await expect(merge({ metadata: { name: 'other' } })).rejects.toThrow(
      'the name of the object (other) does not match the name on the URL (settings)',
    );
    await expect(merge({ metadata: { namespace: 'other' } })).rejects.toThrow(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
    expect((await at.api.get(kinds.ConfigMap, key)).metadata?.name).toBe('settings');
  });

  test('that takes the last item out of a list or map of the metadata leaves nothing of it', async () => {
    const { metadata } = await merge({ metadata: { labels: { a: null }, finalizers: [] } });
    expect(metadata).not.toHaveProperty('labels');
    expect(metadata).not.toHaveProperty('finalizers');
  });
});
