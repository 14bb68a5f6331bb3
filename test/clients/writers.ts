import { Agent, request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServerAddress } from '../tools/api-server-main.js';

const path = '/api/v1/namespaces/default/configmaps';
const WRITERS = 8;
const RETRY_MS = 50;
const GIVE_UP_MS = 60_000;

/** What became of one object: the revisions of its creation and of its change, and whether it was deleted in the end. */
export interface Story {
  readonly name: string;
  readonly created: string;
  readonly changed: string;
  readonly deleted: boolean;
}

interface Answer {
  readonly code: number;
  readonly revision: string;
}

/** Writers that work through many ConfigMaps, whatever happens to the server: each is created, changed, and half of them deleted. */
export class Writers {
  readonly stories: Story[] = [];
  readonly #server: ServerAddress;
  readonly #agent: Agent;
  #next = 0;
  #writes = 0;
  /** Requests whose answer never came. */
  unanswered = 0;

  constructor(server: ServerAddress) {
    this.#server = server;
    this.#agent = new Agent({ keepAlive: true, maxSockets: WRITERS, ca: server.authority });
  }

  /** Writes that are acknowledged. */
  get writes(): number {
    return this.#writes;
  }

  /** Writes so many objects to their end. */
  async run(objects: number): Promise<void> {
    const one = async (): Promise<void> => {
      while (this.#next < objects) {
        const index = this.#next++;
        this.stories.push(await this.#story(`object-${index}`, index % 2 === 0));
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, one));
    this.#agent.destroy();
  }

  /** Every write can be made twice without harm, so a lost answer is asked for again and the story stays exact. */
  async #story(name: string, deleted: boolean): Promise<Story> {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { step: 'created' } };
    const made = await this.#answered('POST', path, object);
    const created = made.code === 409 ? await this.#answered('GET', `${path}/${name}`) : made;
    const changed = await this.#answered('PATCH', `${path}/${name}`, { data: { step: 'changed' } });
    if (deleted) await this.#answered('DELETE', `${path}/${name}`);
    this.#writes += deleted ? 3 : 2;
    return { name, created: created.revision, changed: changed.revision, deleted };
  }

  async #answered(method: string, target: string, body?: object): Promise<Answer> {
    const until = Date.now() + GIVE_UP_MS;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.#send(method, target, body);
        const repeated = attempt > 1 && (answer.code === 409 || answer.code === 404);
        if (answer.code < 300 || repeated) return answer;
        throw new RangeError(`${method} ${target} was answered with ${answer.code}`);
      } catch (error) {
        if (error instanceof RangeError || Date.now() > until) throw error;
        this.unanswered += 1;
        await pause(RETRY_MS);
      }
    }
  }

  #send(method: string, target: string, body: object | undefined): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? '' : JSON.stringify(body);
      const headers = {
        authorization: `Bearer ${this.#server.token}`,
        'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
        'content-length': Buffer.byteLength(text),
      };
      const { hostname, port } = new URL(this.#server.origin);
      const sent = request(
        { agent: this.#agent, hostname, port, method, path: target, headers },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () => {
            try {
              const object: { metadata?: { resourceVersion?: string } } = JSON.parse(
                Buffer.concat(chunks).toString('utf8'),
              );
              resolve({ code: answer.statusCode ?? 0, revision: object.metadata?.resourceVersion ?? '' });
            } catch (error) {
              reject(error);
            }
          });
        },
      );
      sent.on('error', reject);
      sent.end(text);
    });
  }
}
