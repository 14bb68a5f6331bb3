import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Socket, type Server as TcpServer } from 'node:net';
import { encodeError, encodeResponse } from './codec.js';
import { decodeQuery, MalformedQueryError } from './query.js';
import { type Answer, RCODE, type ResourceRecord } from './records.js';
import type { Zone } from './zone.js';

/** Where the server listens, UDP and TCP on the same port (RFC 7766). Port 0 takes a free one. */
export interface DnsListen {
  readonly host: string;
  readonly port: number;
}

/** Milliseconds without a byte after which a TCP asker is dropped. */
const TCP_IDLE_MS = 10_000;
const MAX_TCP_ANSWER_BYTES = 65_535;

/** Answers DNS from a zone until it is closed. */
export class DnsServer implements AsyncDisposable {
  readonly #zone: Zone;
  readonly #udp: UdpSocket;
  readonly #tcp: TcpServer;
  readonly #connections = new Set<Socket>();

  private constructor(zone: Zone, udp: UdpSocket, tcp: TcpServer) {
    this.#zone = zone;
    this.#udp = udp;
    this.#tcp = tcp;
    udp.on('message', (message, from) => {
      const reply = this.#reply(message, 'udp');
      if (reply !== undefined) udp.send(reply, from.port, from.address);
    });
    // An ICMP "port unreachable" for an asker that went away must not end the server.
    udp.on('error', () => undefined);
    tcp.on('connection', (socket) => this.#serve(socket));
  }

  /** Binds both sockets; rejects with the bind error when the port is taken. */
  static async listen(zone: Zone, where: DnsListen): Promise<DnsServer> {
    const tcp = createServer();
    await new Promise<void>((resolve, reject) => {
      tcp.once('error', reject);
      tcp.listen(where.port, where.host, resolve);
    });
    const udp = createSocket({ type: where.host.includes(':') ? 'udp6' : 'udp4', recvBufferSize: 1 << 20 });
    const address = tcp.address();
    const port = typeof address === 'object' && address !== null ? address.port : where.port;
    try {
      await new Promise<void>((resolve, reject) => {
        udp.once('error', reject);
        udp.bind(port, where.host, resolve);
      });
    } catch (error) {
      tcp.close();
      throw error;
    }
    return new DnsServer(zone, udp, tcp);
  }

  /** The port in use. */
  get port(): number {
    return this.#udp.address().port;
  }

  /** Stops answering and frees both sockets. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#connections) socket.destroy();
    await Promise.all([
      new Promise<void>((resolve) => this.#udp.close(resolve)),
      new Promise<void>((resolve) => this.#tcp.close(() => resolve())),
    ]);
  }

  #reply(message: Buffer, over: 'udp' | 'tcp'): Buffer | undefined {
    try {
      const query = decodeQuery(message);
      const answer = rotated(this.#zone.answer(query.name, query.type), query.id);
      return encodeResponse(query, answer, over === 'udp' ? query.udpSize : MAX_TCP_ANSWER_BYTES);
    } catch (error) {
      if (error instanceof MalformedQueryError) {
        return error.id === undefined ? undefined : encodeError(error.id, error.rcode);
      }
      return message.length < 2 ? undefined : encodeError(message.readUInt16BE(0), RCODE.SERVFAIL);
    }
  }

  #serve(socket: Socket): void {
    this.#connections.add(socket);
    socket.setTimeout(TCP_IDLE_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#connections.delete(socket));
    let pending: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const end = 2 + pending.readUInt16BE(0);
        const reply = this.#reply(pending.subarray(2, end), 'tcp');
        pending = pending.subarray(end);
        if (reply === undefined) {
          socket.destroy();
          return;
        }
        const length = Buffer.alloc(2);
        length.writeUInt16BE(reply.length);
        socket.write(Buffer.concat([length, reply]));
      }
    });
  }
}

// Askers take the first address; turning the list by the query's id spreads them without state.
function rotated(answer: Answer, id: number): Answer {
  const records = answer.answers;
  if (records.length < 2 || records[0]?.name !== records.at(-1)?.name) return answer;
  const by = id % records.length;
  const turned: readonly ResourceRecord[] = [...records.slice(by), ...records.slice(0, by)];
  return { ...answer, answers: turned };
}
