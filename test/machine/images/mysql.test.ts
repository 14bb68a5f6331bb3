import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Container, dataFolder, unpackImage } from './container.js';

const env = { MYSQL_ROOT_PASSWORD: 'secret' };
const STAGE = 'holdfast-init';

describe('the mysql image', () => {
  let image: Awaited<ReturnType<typeof unpackImage>>;
  beforeAll(async () => {
    image = await unpackImage('mysql');
  });
  afterAll(() => image?.[Symbol.asyncDispose]());

  const start = (
    data: string,
    options: Partial<Parameters<typeof Container.start>[1]> = {},
  ): Promise<Container> => Container.start(image.root, { env, data, ...options });

  it('starts fresh, lets root in over TCP, and has no transactions of its own', async () => {
    await using data = await dataFolder();
    await using server = await start(data.path);
    await server.ready();
    expect(await server.sql('SELECT @@gtid_executed')).toBe('');
    expect(
      (await server.sql('SELECT CONCAT(user, "@", host) FROM mysql.user WHERE user = "root"'))
        .split('\n')
        .sort(),
    ).toEqual(['root@%', 'root@localhost']);
    expect(await server.sql('SELECT CONVERT_TZ("2026-07-01 12:00", "UTC", "Europe/Paris")')).toBe(
      '2026-07-01 14:00:00',
    );
    expect(await server.exec(['cat', '/proc/1/comm'])).toBe('mysqld');
    expect(await server.exec(['stat', '-c', '%u', '/proc/1'])).toBe('999');
    expect(await server.sql('SHOW VARIABLES LIKE "skip_name_resolve"')).toContain('ON');
    await expect(server.sql('SELECT 1', { password: '' })).rejects.toThrow('Access denied');
    expect(existsSync(join(data.path, STAGE))).toBe(false);
    expect(existsSync(join(data.path, 'mysql/holdfast_setup_pending.ibd'))).toBe(false);
    expect(await server.stop('SIGTERM')).toBe(0);
    expect(server.log).toContain('Shutdown complete');
  });

  it('has the clone and semi-sync plugins', async () => {
    await using data = await dataFolder();
    await using server = await start(data.path);
    await server.ready();
    await server
      .sql('INSTALL PLUGIN clone SONAME "mysql_clone.so"; INSTALL PLUGIN a SONAME "semisync_source.so"')
      .catch((error: unknown) => expect(String(error)).toContain("Can't find symbol 'a'"));
    await server.sql('INSTALL PLUGIN rpl_semi_sync_source SONAME "semisync_source.so"');
    await server.sql('INSTALL PLUGIN rpl_semi_sync_replica SONAME "semisync_replica.so"');
    expect(
      await server.sql('SELECT plugin_status FROM information_schema.plugins WHERE plugin_name = "clone"'),
    ).toBe('ACTIVE');
  });

  it('gives every server its own identity and keys', async () => {
    await using one = await dataFolder();
    await using two = await dataFolder();
    await using a = await start(one.path);
    await using b = await start(two.path);
    await Promise.all([a.ready(), b.ready()]);
    expect(await a.sql('SELECT @@server_uuid')).not.toBe(await b.sql('SELECT @@server_uuid'));
    const key = ['sha256sum', '/var/lib/mysql/server-key.pem'];
    expect(await a.exec(key)).not.toBe(await b.exec(key));
  });

  it('leaves existing data and its password alone', async () => {
    await using data = await dataFolder();
    {
      await using server = await start(data.path);
      await server.ready();
      await server.sql('CREATE DATABASE d; CREATE TABLE d.t (i INT); INSERT INTO d.t VALUES (7)');
      await server.sql("ALTER USER 'root'@'%' IDENTIFIED BY 'changed'");
      await server.stop('SIGKILL');
    }
    await using again = await start(data.path, {
      env: { MYSQL_ROOT_PASSWORD: 'ignored', MYSQL_DATABASE: 'other' },
    });
    await again.ready({ password: 'changed' });
    expect(await again.sql('SELECT i FROM d.t', { password: 'changed' })).toBe('7');
    expect(await again.sql('SHOW DATABASES LIKE "other"', { password: 'changed' })).toBe('');
  });

  it('makes the database and the user, in the binary log, whatever their names hold', async () => {
    await using data = await dataFolder();
    const password = `p'a"s\\s;\n$(x) é -- #`;
    await using server = await start(data.path, {
      env: {
        MYSQL_ROOT_PASSWORD: password,
        MYSQL_DATABASE: 'my_`db',
        MYSQL_USER: "o'b",
        MYSQL_PASSWORD: password,
      },
    });
    await server.ready({ password });
    expect(await server.sql('SELECT @@gtid_executed', { password })).toMatch(/:1-3$/);
    expect(await server.sql('SELECT DATABASE(); SHOW GRANTS', { user: "o'b", password })).toContain(
      'GRANT ALL PRIVILEGES ON `my\\\\_``db`.*',
    );
  });

  it('takes passwords from files, and refuses VAR beside VAR_FILE', async () => {
    await using data = await dataFolder();
    const before = 'printf "from file\\n" > "$1/root-only"; chmod 400 "$1/root-only"';
    const file = { MYSQL_ROOT_PASSWORD_FILE: '/root-only' };
    {
      await using both = await start(data.path, { env: { ...env, ...file }, before });
      expect(await both.end()).toBe(1);
      expect(both.log).toContain('Both MYSQL_ROOT_PASSWORD and MYSQL_ROOT_PASSWORD_FILE are set');
    }
    await using server = await start(data.path, { env: file, before });
    await server.ready({ password: 'from file' });
  });

  it.each([
    ['no password option', {}, /password option is not specified/],
    ['MYSQL_USER=root', { ...env, MYSQL_USER: 'root', MYSQL_PASSWORD: 'x' }, /MYSQL_USER="root"/],
  ])('refuses %s and leaves nothing behind', async (_name, settings, message) => {
    await using data = await dataFolder();
    await using server = await start(data.path, { env: settings });
    expect(await server.end()).toBe(1);
    expect(server.log).toMatch(message);
    expect(await readdir(data.path)).toEqual([]);
  });

  it('generates a password, and lets it be used once', async () => {
    await using data = await dataFolder();
    await using server = await start(data.path, {
      env: { MYSQL_RANDOM_ROOT_PASSWORD: 'y', MYSQL_ONETIME_PASSWORD: 'y' },
    });
    await server.logged(/GENERATED ROOT PASSWORD: \S+/);
    const password = /GENERATED ROOT PASSWORD: (\S+)/.exec(server.log)?.[1] ?? '';
    const refusal = server.until(async () => {
      const message = await server.sql('SELECT COUNT(*) FROM mysql.user', { password }).catch(String);
      if (!message.includes('must reset your password')) throw new Error(message);
    });
    await refusal;
    await server.sql("ALTER USER USER() IDENTIFIED BY 'secret'", { password });
    expect(await server.sql('SELECT 1')).toBe('1');
  });

  it('allows an empty password, and root from one host only', async () => {
    await using data = await dataFolder();
    await using server = await start(data.path, {
      env: { MYSQL_ALLOW_EMPTY_PASSWORD: 'yes', MYSQL_ROOT_HOST: '127.0.0.1' },
    });
    await server.ready({ password: '' });
    expect(
      await server.sql('SELECT GROUP_CONCAT(host ORDER BY host) FROM mysql.user WHERE user="root"', {
        password: '',
      }),
    ).toBe('127.0.0.1,localhost');
  });

  it('prepends mysqld to options, and runs other commands as they are', async () => {
    await using data = await dataFolder();
    await using other = await start(data.path, { args: ['sh', '-c', 'echo "ran as $(id -u)"; exit 3'] });
    expect(await other.end()).toBe(3);
    expect(other.log.trim()).toBe('ran as 0');
    await using version = await start(data.path, { args: ['--version'] });
    expect(await version.end()).toBe(0);
    expect(version.log).toMatch(/mysqld {2}Ver 9/);
    await using server = await start(data.path, { args: ['--max-connections=17'] });
    await server.ready();
    expect(await server.sql('SELECT @@max_connections')).toBe('17');
  });

  it('says what is wrong with a configuration', async () => {
    await using data = await dataFolder();
    await using server = await start(data.path, { args: ['--no-such-option=1'] });
    expect(await server.end()).toBe(1);
    expect(server.log).toContain('unknown variable');
    expect(server.log).toContain('mysqld failed while attempting to check config');
    expect(await readdir(data.path)).toEqual([]);
  });

  it('refuses a directory with files of something else, but not lost+found', async () => {
    await using data = await dataFolder();
    await mkdir(join(data.path, 'lost+found'));
    await writeFile(join(data.path, 'stray'), '');
    {
      await using server = await start(data.path);
      expect(await server.end()).toBe(1);
      expect(server.log).toContain('holds files but no database (stray)');
    }
    await rm(join(data.path, 'stray'));
    await using server = await start(data.path);
    await server.ready();
  });

  it('runs as another user, in a directory of that user', async () => {
    await using data = await dataFolder();
    await using server = await start(data.path, { user: 4711, before: 'chown 4711 "$1/var/lib/mysql"' });
    await server.ready();
    expect(await server.exec(['stat', '-c', '%u', '/proc/1'])).toBe('4711');
    expect((await stat(join(data.path, 'ibdata1'))).uid).toBe(4711);
  });

  it('keeps its data where the arguments say', async () => {
    await using data = await dataFolder();
    await chmod(data.path, 0o755);
    await using server = await start(data.path, {
      args: ['--datadir=/var/lib/mysql/inner', '--socket=/tmp/s.sock'],
    });
    await server.ready();
    expect(await readdir(data.path)).toEqual(['inner']);
    expect(existsSync(join(data.path, 'inner/mysql'))).toBe(true);
  });
});
