// Asks a DNS server for kubernetes.default.svc.cluster.local every 5 ms until its standard input ends, then prints the longest time
// without an answer, in milliseconds. Runs inside a node's network namespace.
import { createSocket } from 'node:dgram';

const [, , server = '10.96.0.10'] = process.argv;
const labels = ['kubernetes', 'default', 'svc', 'cluster', 'local'];
const name = Buffer.concat([
  ...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
  Buffer.from([0]),
]);
const query = Buffer.concat([
  Buffer.from([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
  name,
  Buffer.from([0, 1, 0, 1]),
]);

const socket = createSocket('udp4');
let last = 0;
let longest = 0;
socket.on('error', () => {});
socket.on('message', (answer) => {
  if ((answer[3] & 15) !== 0 || answer[7] === 0) return;
  const now = performance.now();
  if (last === 0) process.stdout.write('answered\n');
  else longest = Math.max(longest, now - last);
  last = now;
});
const timer = setInterval(() => socket.send(query, 53, server), 5);
process.stdin.resume();
process.stdin.on('end', () => {
  clearInterval(timer);
  socket.close();
  process.stdout.write(`${Math.round(Math.max(longest, performance.now() - last))}\n`);
});
