import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import * as packet from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeResponse } from './codec.js';
import { decodeQuery, MalformedQueryError } from './query.js';
import { RCODE, TYPE } from './records.js';
import { DnsServer } from './server.js';
import { type DnsService, recordsOf } from './service-records.js';
import { Zone } from './zone.js';

function bigZone(endpoints: number): Zone {
  const zone = new Zone('cluster.local');
  const service: DnsService = {
    kind: 'headless',
    name: 'web',
    namespace: 'default',
    endpoints: Array.from({ length: endpoints }, (_, n) => ({
      host: `web-${n}`,
      address: `10.244.${n >> 8}.${n & 255}`,
      ports: [{ name: 'http', protocol: 'tcp', port: 80 }],
    })),
  };
  zone.apply({ kind: 'records', owner: 'default/web', records: recordsOf(service, 'cluster.local') });
  zone.apply({ kind: 'synced' });
  return zone;
}

async function askUdp(port: number, query: Buffer): Promise<packet.DecodedPacket> {
  const socket = createSocket('udp4');
  try {
    const reply = await new Promise<Buffer>((resolve, reject) => {
      socket.once('message', resolve).once('error', reject);
      socket.send(query, port, '127.0.0.1');
    });
    return packet.decode(reply);
  } finally {
    socket.close();
  }
}

async function askTcp(port: number, query: Buffer): Promise<packet.DecodedPacket> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  const reply = await new Promise<Buffer>((resolve, reject) => {
    socket.once('error', reject);
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const all = Buffer.concat(chunks);
      if (all.length >= 2 && all.length >= 2 + all.readUInt16BE(0)) resolve(all.subarray(2));
    });
    // In two parts, as a slow asker sends it.
    socket.write(query.subarray(0, 5));
    setImmediate(() => socket.write(query.subarray(5)));
  });
  socket.destroy();
  return packet.decode(reply);
}

const question = { type: 'A', name: 'web.default.svc.cluster.local' } as const;
const flags = packet.RECURSION_DESIRED;

describe('the DNS server, read by another codec', () => {
  it('truncates over UDP and answers whole over TCP', async () => {
    await using server = await DnsServer.listen(bigZone(200), { host: '127.0.0.1', port: 0 });
    const small = await askUdp(
      server.port,
      packet.encode({ type: 'query', id: 7, flags, questions: [question] }),
    );
    expect([small.id, small.flag_tc, small.answers?.length]).toEqual([7, true, 0]);
    const whole = await askTcp(
      server.port,
      packet.streamEncode({ type: 'query', id: 8, flags, questions: [question] }),
    );
    expect([whole.flag_tc, whole.answers?.length]).toEqual([false, 200]);
  });

  it('takes the EDNS size that the asker offers', async () => {
    await using server = await DnsServer.listen(bigZone(40), { host: '127.0.0.1', port: 0 });
    const opt = { type: 'OPT', name: '.', udpPayloadSize: 4096, flags: 0, options: [] } as never;
    const answer = await askUdp(
      server.port,
      packet.encode({ type: 'query', id: 9, flags, questions: [question], additionals: [opt] }),
    );
    expect([answer.flag_tc, answer.answers?.length, answer.additionals?.[0]?.type]).toEqual([
      false,
      40,
      'OPT',
    ]);
  });

  it('turns the list from query to query', async () => {
    await using server = await DnsServer.listen(bigZone(3), { host: '127.0.0.1', port: 0 });
    const ask = async (id: number) => {
      const reply = await askUdp(
        server.port,
        packet.encode({ type: 'query', id, flags, questions: [question] }),
      );
      const first = reply.answers?.[0];
      return first?.type === 'A' ? first.data : undefined;
    };
    expect(new Set([await ask(3), await ask(4), await ask(5)]).size).toBe(3);
  });

  it('encodes every record type as dns-packet reads it', () => {
    const query = {
      id: 1,
      recursionDesired: true,
      name: 'x.cluster.local',
      type: TYPE.ANY,
      edns: false,
      udpSize: 512,
    };
    const data = [
      { type: TYPE.A, address: '10.1.2.3' },
      { type: TYPE.AAAA, address: 'fd00::1:2' },
      { type: TYPE.CNAME, target: 'y.cluster.local' },
      { type: TYPE.PTR, target: 'z.cluster.local' },
      { type: TYPE.TXT, text: '1.1.0' },
      { type: TYPE.SRV, priority: 1, weight: 2, port: 3, target: 'w.cluster.local' },
      { type: TYPE.SOA, primary: 'ns.dns.cluster.local', serial: 4, minimumSeconds: 1 },
    ] as const;
    const answers = data.map((one) => ({ name: query.name, ttl: 5, data: one }));
    const answer = { rcode: RCODE.NOERROR, authoritative: true, answers, authority: [], additional: [] };
    const read = packet
      .decode(encodeResponse(query, answer, 65535))
      .answers?.map((a) => ('data' in a ? a.data : undefined));
    expect(read?.slice(0, 4)).toEqual(['10.1.2.3', 'fd00::1:2', 'y.cluster.local', 'z.cluster.local']);
    expect(String(read?.[4])).toBe('1.1.0');
    expect(read?.[5]).toEqual({ priority: 1, weight: 2, port: 3, target: 'w.cluster.local' });
    expect(read?.[6]).toMatchObject({ mname: 'ns.dns.cluster.local', serial: 4, minimum: 1 });
  });

  it('never throws anything but MalformedQueryError, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        try {
          decodeQuery(Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedQueryError);
        }
      }),
    );
  });
});
