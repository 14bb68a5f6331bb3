import { describe, expect, it } from 'vitest';
import { NODE_NAMESPACE } from './index.js';
import { parseFacts } from './observe.js';
import { commandOf } from './perform.js';
import { type Facts, planNamespace } from './plan.js';

const whole: Facts = {
  loopbackUp: true,
  addresses: ['127.0.0.1', '10.244.0.1', '10.96.0.10'],
  routes: ['10.96.0.0/16'],
  forwards: true,
};

describe('planNamespace', () => {
  it('makes everything where there is nothing', () => {
    const types = planNamespace(undefined, NODE_NAMESPACE).map(({ type }) => type);
    expect(types).toEqual(['create', 'loopback-up', 'add-address', 'add-address', 'add-route', 'forward']);
  });

  it('does nothing where nothing is missing', () => {
    expect(planNamespace(whole, NODE_NAMESPACE)).toEqual([]);
  });

  it('adds exactly what is missing', () => {
    const facts = { ...whole, addresses: ['127.0.0.1', '10.244.0.1'], forwards: false };
    expect(planNamespace(facts, NODE_NAMESPACE)).toEqual([
      { type: 'add-address', address: '10.96.0.10' },
      { type: 'forward' },
    ]);
  });

  it('enters the namespace by nsenter for all but its creation', () => {
    const namespace = { name: 'n', path: '/run/netns/n' };
    for (const action of planNamespace(undefined, NODE_NAMESPACE)) {
      const [command] = commandOf(action, namespace);
      expect(command).toBe(action.type === 'create' ? 'ip' : 'nsenter');
    }
  });
});

describe('parseFacts', () => {
  it('reads what ip and the kernel print', () => {
    const links =
      '[{"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"addr_info":[{"local":"127.0.0.1"},{"local":"10.244.0.1"}]}]';
    const routes = '[{"dst":"10.96.0.0/16","dev":"lo"}]';
    expect(parseFacts(`${links}\n--\n${routes}\n--\n1\n`)).toEqual({
      loopbackUp: true,
      addresses: ['127.0.0.1', '10.244.0.1'],
      routes: ['10.96.0.0/16'],
      forwards: true,
    });
  });

  it('reads an empty namespace', () => {
    const links = '[{"ifname":"lo","flags":["LOOPBACK"],"addr_info":[]}]';
    expect(parseFacts(`${links}\n--\n[ ]\n--\n0\n`)).toEqual({
      loopbackUp: false,
      addresses: [],
      routes: [],
      forwards: false,
    });
  });
});
