import { describe, expect, it } from 'vitest';
import { type Answer, RCODE, TYPE } from './records.js';
import { type DnsService, recordsOf } from './service-records.js';
import { Zone } from './zone.js';

const origin = 'cluster.local';
const mysqlPort = { name: 'mysql', protocol: 'tcp', port: 3306 };

function endpoint(ordinal: number) {
  return { host: `mysql-${ordinal}`, address: `10.244.0.${ordinal + 5}`, ports: [mysqlPort] };
}

const headless: DnsService = {
  kind: 'headless',
  name: 'mysql',
  namespace: 'default',
  endpoints: [endpoint(0), endpoint(1), endpoint(2)],
};
const master: DnsService = {
  kind: 'cluster',
  name: 'mysql-master',
  namespace: 'default',
  addresses: ['10.96.7.7'],
  ports: [mysqlPort, { name: '', protocol: 'tcp', port: 33060 }],
};

function zoneOf(...services: DnsService[]): Zone {
  const zone = new Zone(origin);
  zone.apply({ kind: 'namespace', name: 'default', exists: true });
  for (const service of services) {
    zone.apply({
      kind: 'records',
      owner: `${service.namespace}/${service.name}`,
      records: recordsOf(service, origin),
    });
  }
  zone.apply({ kind: 'synced' });
  return zone;
}

const external = (target: string): DnsService => ({
  kind: 'external',
  name: 'out',
  namespace: 'default',
  target,
});
const zone = zoneOf(headless, master);
const addresses = (answer: Answer): string[] =>
  answer.answers.flatMap((record) => (record.data.type === TYPE.A ? [record.data.address] : []));
const targets = (answer: Answer): string[] =>
  answer.answers.flatMap((record) => ('target' in record.data ? [record.data.target] : []));

describe('the DNS contract', () => {
  it('C-1 dns-version is a TXT record', () => {
    expect(zone.answer('dns-version.cluster.local', TYPE.TXT).answers[0]?.data).toEqual({
      type: TYPE.TXT,
      text: '1.1.0',
    });
  });

  it('C-2 a ClusterIP Service answers its address, without any endpoint', () => {
    expect(addresses(zone.answer('mysql-master.default.svc.cluster.local', TYPE.A))).toEqual(['10.96.7.7']);
  });

  it('C-3 AAAA of an IPv4 Service is NODATA with a SOA', () => {
    const answer = zone.answer('mysql-master.default.svc.cluster.local', TYPE.AAAA);
    expect([answer.rcode, answer.answers.length, answer.authority[0]?.data.type]).toEqual([
      RCODE.NOERROR,
      0,
      TYPE.SOA,
    ]);
  });

  it('C-4 a named port has an SRV record, an unnamed one has none of its own', () => {
    const answer = zone.answer('_mysql._tcp.mysql-master.default.svc.cluster.local', TYPE.SRV);
    expect(answer.answers.map((record) => record.data)).toEqual([
      {
        type: TYPE.SRV,
        priority: 0,
        weight: 100,
        port: 3306,
        target: 'mysql-master.default.svc.cluster.local',
      },
    ]);
    expect(answer.additional).toHaveLength(1);
  });

  it('C-5 and C-9 addresses have PTR records', () => {
    expect(targets(zone.answer('7.7.96.10.in-addr.arpa', TYPE.PTR))).toEqual([
      'mysql-master.default.svc.cluster.local',
    ]);
    expect(targets(zone.answer('5.0.244.10.in-addr.arpa', TYPE.PTR))).toEqual([
      'mysql-0.mysql.default.svc.cluster.local',
    ]);
  });

  it('C-6 a headless Service answers its ready endpoints, and NXDOMAIN with none', () => {
    expect(addresses(zone.answer('mysql.default.svc.cluster.local', TYPE.A))).toEqual([
      '10.244.0.5',
      '10.244.0.6',
      '10.244.0.7',
    ]);
    const empty = zoneOf({ ...headless, endpoints: [] });
    const answer = empty.answer('mysql.default.svc.cluster.local', TYPE.A);
    expect([answer.rcode, answer.authority[0]?.ttl]).toEqual([RCODE.NXDOMAIN, 1]);
  });

  it('C-7 an endpoint answers under its hostname', () => {
    expect(addresses(zone.answer('mysql-1.mysql.default.svc.cluster.local', TYPE.A))).toEqual(['10.244.0.6']);
  });

  it('C-8 headless SRV lists every endpoint with its own target', () => {
    const answer = zone.answer('_mysql._tcp.mysql.default.svc.cluster.local', TYPE.SRV);
    expect(targets(answer)).toEqual([0, 1, 2].map((n) => `mysql-${n}.mysql.default.svc.cluster.local`));
    expect(addresses({ ...answer, answers: answer.additional })).toHaveLength(3);
  });

  it('C-10 ExternalName is a CNAME, deeper names do not exist', () => {
    const outside = zoneOf(external('db.example.com'));
    expect(targets(outside.answer('out.default.svc.cluster.local', TYPE.A))).toEqual(['db.example.com']);
    expect(outside.answer('x.out.default.svc.cluster.local', TYPE.A).rcode).toBe(RCODE.NXDOMAIN);
  });

  it('C-11 ExternalName to a Service of the cluster answers both', () => {
    const inside = zoneOf(master, external('mysql-master.default.svc.cluster.local'));
    const answer = inside.answer('out.default.svc.cluster.local', TYPE.A);
    expect(answer.answers.map((record) => record.data.type)).toEqual([TYPE.CNAME, TYPE.A]);
  });

  it('C-12 letter case does not matter', () => {
    expect(addresses(zone.answer('MySQL-0.MYSQL.Default.svc.Cluster.Local', TYPE.A))).toEqual(['10.244.0.5']);
  });

  it('C-13 and C-14 hosts without a name have one of dashes; equal hostnames answer all addresses', () => {
    const same = zoneOf({ ...headless, endpoints: [endpoint(0), { ...endpoint(1), host: 'mysql-0' }] });
    expect(addresses(same.answer('mysql-0.mysql.default.svc.cluster.local', TYPE.A))).toHaveLength(2);
  });

  it('C-15 a-b-c-d.namespace.pod echoes the address in a namespace that exists', () => {
    expect(addresses(zone.answer('10-244-0-9.default.pod.cluster.local', TYPE.A))).toEqual(['10.244.0.9']);
    expect(zone.answer('10-244-0-9.nowhere.pod.cluster.local', TYPE.A).rcode).toBe(RCODE.NXDOMAIN);
    expect(zone.answer('300-1-1-1.default.pod.cluster.local', TYPE.A).rcode).toBe(RCODE.NXDOMAIN);
  });

  it.each([
    ['nothing.default.svc.cluster.local', RCODE.NXDOMAIN],
    ['mysql.nowhere.svc.cluster.local', RCODE.NXDOMAIN],
    ['mysql-9.mysql.default.svc.cluster.local', RCODE.NXDOMAIN],
    ['default.svc.cluster.local', RCODE.NOERROR],
    ['svc.cluster.local', RCODE.NOERROR],
    ['pod.cluster.local', RCODE.NOERROR],
    ['_tcp.mysql.default.svc.cluster.local', RCODE.NOERROR],
  ])('C-16 %s ends in rcode %i without data', (name, rcode) => {
    const answer = zone.answer(name, TYPE.A);
    expect([answer.rcode, answer.answers.length, answer.authority.length]).toEqual([rcode, 0, 1]);
  });

  it('C-17 before the first look it answers SERVFAIL', () => {
    expect(new Zone(origin).answer('mysql.default.svc.cluster.local', TYPE.A).rcode).toBe(RCODE.SERVFAIL);
  });

  it('C-18 SRV of the Service itself splits the weight of a headless one', () => {
    const weights = zone
      .answer('mysql.default.svc.cluster.local', TYPE.SRV)
      .answers.map((record) => record.data);
    expect(weights).toHaveLength(3);
    expect(weights[0]).toMatchObject({ weight: 33, port: 3306 });
  });

  it('refuses names outside the cluster', () => {
    expect(zone.answer('example.com', TYPE.A).rcode).toBe(RCODE.REFUSED);
  });

  it('forgets what an owner no longer says', () => {
    const changing = zoneOf(headless);
    changing.apply({ kind: 'records', owner: 'default/mysql', records: [] });
    expect(changing.answer('mysql-0.mysql.default.svc.cluster.local', TYPE.A).rcode).toBe(RCODE.NXDOMAIN);
    expect(changing.answer('_tcp.mysql.default.svc.cluster.local', TYPE.A).rcode).toBe(RCODE.NXDOMAIN);
  });
});
