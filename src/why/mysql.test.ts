import { afterAll, describe, expect, it } from 'vitest';
import { answerText, explain, parseSubject } from './index.js';
import { isReason } from './reasons.js';
import { type MysqlSituation, ofMysql, startMysqlWorld } from './situations-mysql.fixture.js';

const seen = new Set<string>();

async function answerIn({ imageVolumesSurvive = true, act, ask }: MysqlSituation): Promise<string> {
  await using world = await startMysqlWorld({ imageVolumesSurvive });
  await act(world);
  await world.cluster.settle();
  const moment = { now: new Date(world.cluster.clock.now()), members: () => world.figures() };
  const links = await explain(world.cluster.client, parseSubject(ask, 'default'), moment);
  for (const { reason } of links) seen.add(reason);
  return answerText(links);
}

describe('why: MySQL members', () => {
  it.each(ofMysql.map((one) => [one.name, one] as const))('%s', async (_name, situation) => {
    expect(await answerIn(situation)).toBe(situation.expected);
  });
});

afterAll(() => {
  expect([...seen].filter((reason) => !isReason(reason))).toEqual([]);
});
