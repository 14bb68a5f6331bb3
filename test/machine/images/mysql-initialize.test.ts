import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Container, dataFolder, unpackImage } from './container.js';

const env = { MYSQL_ROOT_PASSWORD: 'secret', MYSQL_DATABASE: 'app' };
const STAGE = 'holdfast-init';

/** Makes a program of the container stand still where `condition` holds, so that the test can kill it there. */
function stopAt(program: string, condition: string): string {
  return `
    mv "$1/usr/bin/${program}" "$1/usr/bin/${program}.real"
    printf '%s\\n' '#!/bin/bash' 'for last; do :; done' 'if ${condition}; then' \
      'echo STOPPED-HERE >&2; exec sleep 3600; fi' 'exec ${program}.real "$@"' > "$1/usr/bin/${program}"
    chmod 755 "$1/usr/bin/${program}"`;
}

describe('initialisation in the mysql image', () => {
  let image: Awaited<ReturnType<typeof unpackImage>>;
  beforeAll(async () => {
    image = await unpackImage('mysql');
  });
  afterAll(() => image?.[Symbol.asyncDispose]());

  const start = (
    data: string,
    options: Partial<Parameters<typeof Container.start>[1]> = {},
  ): Promise<Container> => Container.start(image.root, { env, data, ...options });

  async function expectWhole(data: string): Promise<void> {
    await using server = await start(data);
    await server.ready();
    expect(await server.sql('SHOW DATABASES LIKE "app"')).toBe('app');
    expect((await server.sql('SELECT host FROM mysql.user WHERE user="root"')).split('\n').sort()).toEqual([
      '%',
      'localhost',
    ]);
    expect((await readdir(data)).filter((name) => name.includes('holdfast'))).toEqual([]);
    expect(await server.stop()).toBe(0);
  }

  it.each([
    ['while the prepared directory is copied', stopAt('cp', 'cp.real "$@"')],
    ['before the copy is marked as whole', stopAt('find', '[[ " $* " == *" sync "* ]]')],
    ['after it is marked as whole', stopAt('find', '[[ " $* " == *" -print -quit " && -e $1/.complete ]]')],
    ['between the renames', stopAt('mv', '[[ $last != */mysql ]] && mv.real -t /var/lib/mysql "$last"')],
    ['before the last rename', stopAt('mv', '[[ $last == */holdfast-init/mysql ]]')],
    ['after the last rename', stopAt('rm', '[[ $last == */holdfast-init ]]')],
  ])('is whole after a crash %s', async (_when, before) => {
    await using data = await dataFolder();
    {
      await using crashed = await start(data.path, { before });
      await crashed.logged(/STOPPED-HERE/);
      await crashed.stop('SIGKILL');
      expect(crashed.log).not.toContain('mysqld: ready for connections');
    }
    await expectWhole(data.path);
  });

  it('is whole after the server was killed in its first start', async () => {
    await using data = await dataFolder();
    {
      await using server = await start(data.path);
      await server.logged(/InnoDB initialization has started/);
      await server.stop('SIGKILL');
    }
    expect(existsSync(join(data.path, 'mysql/holdfast_setup_pending.ibd'))).toBe(true);
    await expectWhole(data.path);
  });

  it('never lets anyone in when the first statements fail', async () => {
    await using data = await dataFolder();
    await using server = await start(data.path, { env: { ...env, MYSQL_DATABASE: 'x'.repeat(65) } });
    await server.end();
    expect(server.log).toMatch(/Identifier name .* is too long/);
    expect(server.log).not.toContain('mysqld: ready for connections');
    await expectWhole(data.path);
  });

  it('is real when the format on disk is another, and takes the same settings', async () => {
    await using data = await dataFolder();
    const args = ['--lower-case-table-names=1', '--innodb-page-size=8k'];
    {
      await using server = await start(data.path, { args });
      await server.ready();
      expect(server.log).toContain('Database files initialized');
      expect(await server.sql('SELECT @@lower_case_table_names, @@innodb_page_size')).toBe('1\t8192');
      expect(await server.sql('SELECT COUNT(*) > 400 FROM mysql.time_zone_name')).toBe('1');
      // The database is logged, as with the official image; nothing else is.
      expect(await server.sql('SELECT @@gtid_executed')).toMatch(/^[0-9a-f-]+:1$/);
      expect(await server.stop()).toBe(0);
    }
    await using again = await start(data.path, { args });
    await again.ready();
    expect(again.log).not.toContain('Entrypoint');
  });

  it('runs the scripts of /docker-entrypoint-initdb.d in order, once', async () => {
    await using data = await dataFolder();
    const before = `
      cd "$1/docker-entrypoint-initdb.d"
      echo 'CREATE TABLE t (s VARCHAR(20)); INSERT INTO t VALUES ("sql");' > 1.sql
      echo 'INSERT INTO t VALUES ("gz");' | gzip > 2.sql.gz
      echo 'INSERT INTO t VALUES ("zst");' | zstd -q > 3.sql.zst
      echo 'docker_process_sql <<<"INSERT INTO t VALUES (\\"sourced\\");"' > 4.sh
      printf '#!/bin/sh\\necho "INSERT INTO t VALUES (\\"run\\");" | mysql -uroot "-p$MYSQL_ROOT_PASSWORD" app\\n' > 5.sh
      chmod 755 5.sh
      echo nothing > 6.txt`;
    {
      await using server = await start(data.path, { before });
      await server.ready();
      expect(await server.sql('SELECT GROUP_CONCAT(s) FROM app.t')).toBe('sql,gz,zst,sourced,run');
      expect(server.log).toContain('ignoring /docker-entrypoint-initdb.d/6.txt');
      await server.stop();
    }
    await using again = await start(data.path, { before });
    await again.ready();
    expect(await again.sql('SELECT COUNT(*) FROM app.t')).toBe('5');
  });

  it('leaves nothing when a script fails or the Pod is stopped meanwhile', async () => {
    await using data = await dataFolder();
    {
      const before = 'echo "SELECT nonsense" > "$1/docker-entrypoint-initdb.d/1.sql"';
      await using failed = await start(data.path, { before });
      expect(await failed.end()).not.toBe(0);
      expect(failed.log).toContain("Unknown column 'nonsense'");
      expect(await readdir(data.path)).toEqual([STAGE]);
    }
    {
      await using stopped = await start(data.path, { args: ['--lower-case-table-names=1'] });
      await stopped.logged(/initializing of server in progress/);
      expect(await stopped.stop('SIGTERM')).toBe(143);
    }
    await expectWhole(data.path);
  });
});
