import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Connection } from './connection.js';
import { execInPod } from './exec.js';

let server: Server;
let sockets: WebSocketServer;
let serve: (socket: WebSocket, url: string) => void;
let client: { readonly connection: Connection };

beforeEach(async () => {
  server = createServer();
  sockets = new WebSocketServer({ server, handleProtocols: () => 'v5.channel.k8s.io' });
  sockets.on('connection', (socket, request) => serve(socket, request.url ?? ''));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = { connection: { server: new URL(`http://127.0.0.1:${port}/`) } };
});

afterEach(async () => {
  sockets.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const pod = { namespace: 'default', name: 'mysql-0' };

function send(socket: WebSocket, channel: number, text: string): void {
  socket.send(Buffer.concat([Uint8Array.of(channel), Buffer.from(text)]));
}

function exitWith(socket: WebSocket, code: number): void {
  const failure = {
    status: 'Failure',
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: `${code}` }] },
  };
  send(socket, 3, JSON.stringify({ ...(code === 0 ? { status: 'Success' } : failure) }));
}

describe('execInPod', () => {
  it('collects output and gives the exit code', async () => {
    serve = (socket, url) => {
      send(socket, 1, url);
      send(socket, 2, 'oops');
      exitWith(socket, 3);
    };
    const result = await execInPod(client, pod, { container: 'mysql', command: ['sh', '-c', 'exit 3'] });
    expect(result.exitCode).toBe(3);
    expect(result.stderr.toString()).toBe('oops');
    expect(result.stdout.toString()).toBe(
      '/api/v1/namespaces/default/pods/mysql-0/exec?command=sh&command=-c&command=exit+3&container=mysql&stdout=true&stderr=true',
    );
  });

  it('sends all of standard input, and its end', async () => {
    serve = (socket) => {
      let received = 0;
      socket.on('message', (data: Buffer) => {
        if (data[0] === 255) {
          send(socket, 1, `${received} bytes, then channel ${data[1]} closed`);
          exitWith(socket, 0);
        } else received += data.length - 1;
      });
    };
    const result = await execInPod(client, pod, { command: ['cat'], stdin: Buffer.alloc(1_000_000, 7) });
    expect([result.exitCode, result.stdout.toString()]).toEqual([0, '1000000 bytes, then channel 0 closed']);
  });

  it('hands output on as it comes', async () => {
    serve = (socket) => {
      for (const text of ['a', 'b']) send(socket, 1, text);
      exitWith(socket, 0);
    };
    const chunks: string[] = [];
    const result = await execInPod(client, pod, {
      command: ['x'],
      onStdout: (chunk) => chunks.push(chunk.toString()),
    });
    expect([chunks, result.stdout.length]).toEqual([['a', 'b'], 0]);
  });

  it('fails with the Status of a command that could not be run', async () => {
    serve = (socket) =>
      send(
        socket,
        3,
        JSON.stringify({ kind: 'Status', status: 'Failure', code: 500, message: 'no such container' }),
      );
    await expect(execInPod(client, pod, { command: ['x'] })).rejects.toMatchObject({
      code: 500,
      message: 'no such container',
    });
  });

  it('fails with the Status of a refusal', async () => {
    sockets.close();
    server.on('upgrade', (_request, socket) => {
      const body = JSON.stringify({
        kind: 'Status',
        code: 404,
        reason: 'NotFound',
        message: 'pods "mysql-0" not found',
      });
      socket.end(`HTTP/1.1 404 Not Found\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    });
    await expect(execInPod(client, pod, { command: ['x'] })).rejects.toMatchObject({ code: 404 });
  });

  it('fails when the connection ends before the command, and when it is called off', async () => {
    serve = (socket) => socket.terminate();
    await expect(execInPod(client, pod, { command: ['x'] })).rejects.toThrow(
      'the connection ended before the command did',
    );
    const controller = new AbortController();
    serve = () => controller.abort(new Error('enough'));
    await expect(execInPod(client, pod, { command: ['x'], signal: controller.signal })).rejects.toThrow(
      'enough',
    );
  });
});
