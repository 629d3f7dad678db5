#!/usr/bin/env node
import './lib/requireNode.js';
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import net from 'node:net';
import { dirname, join, resolve } from 'node:path';
import util from 'node:util';
import { pathToFileURL } from 'node:url';
import { CommandError, codeOf, command, reasonOf, root } from './lib/command.js';
import { ensureInstalled } from './lib/install.js';
import { ensureSiteBuilt, serverFile } from './lib/siteBuild.js';

const usage = `npm start [-- options]: serves the site; installs, builds and fills its database first.

  --port N    port, default 3000 (or PORT); 0 takes a free one
  --host H    address to listen on, default 127.0.0.1: this machine only (or HOST)
  --data DIR  folder of the database, default .working-papers (or WP_DATA)
  --help      this text`;

await command('npm start', async (args) => {
  const options = readOptions(args);
  if (options === 'help') {
    console.log(usage);
    return;
  }
  // What can be wrong is said before the long work.
  await requireFreePort(options);
  prepareFolder(options.data);
  await ensureInstalled();
  await ensureSiteBuilt();
  await serve(options);
});

/**
 * @typedef {{ port: number, host: string, data: string }} Options
 * @param {string[]} args
 * @returns {Options | 'help'}
 */
function readOptions(args) {
  const option = /** @type {const} */ ({ type: 'string' });
  /** @type {{ port?: string, host?: string, data?: string, help?: boolean }} */
  let values;
  try {
    const options = {
      port: option,
      host: option,
      data: option,
      help: { type: /** @type {const} */ ('boolean') },
    };
    ({ values } = util.parseArgs({ args, options }));
  } catch (error) {
    const [reason = ''] = reasonOf(error).split('. ', 1);
    throw new CommandError(
      `${reason.charAt(0).toLowerCase()}${reason.slice(1)}; the options are --port N, --host H, --data DIR and --help`,
    );
  }
  if (values.help === true) return 'help';
  const { PORT, HOST, WP_DATA } = process.env;
  const port = values.port ?? (PORT || '3000');
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    throw new CommandError(
      `port ${port} is not a number from 0 to 65535; name one with -- --port N`,
    );
  }
  return {
    port: Number(port),
    host: values.host ?? (HOST || '127.0.0.1'),
    data: resolve(
      process.env['INIT_CWD'] ?? '.',
      values.data ?? (WP_DATA || join(root, '.working-papers')),
    ),
  };
}

/** @param {Options} options */
async function requireFreePort({ port, host }) {
  const code = await listenError(host, port);
  // A program that listens on ::1 alone would answer in our place at http://localhost.
  const isTaken = host === '127.0.0.1' && (await listenError('::1', port)) === 'EADDRINUSE';
  if (code === 'EADDRINUSE' || isTaken) {
    throw new CommandError(
      `port ${port} is in use; stop the program that has it, or choose another with npm start -- --port ${(port % 65_535) + 1}`,
    );
  }
  if (code === 'EACCES') {
    throw new CommandError(
      `port ${port} needs more rights; choose one from 1024 on with -- --port N`,
    );
  }
  if (code !== undefined) {
    throw new CommandError(
      `cannot listen on ${host} (${code}); name an address of this machine with -- --host H`,
    );
  }
}

/**
 * @param {string} host
 * @param {number} port
 * @returns {Promise<string | undefined>} Why nobody can listen there; undefined if one can.
 */
function listenError(host, port) {
  return new Promise((accept) => {
    const probe = net.createServer();
    probe.once('error', (error) => accept(codeOf(error) ?? error.message));
    probe.listen({ host, port }, () => probe.close(() => accept(undefined)));
  });
}

/** @param {string} folder */
function prepareFolder(folder) {
  try {
    makeFolder(folder);
    if (!statSync(folder).isDirectory()) throw new Error('it is not a folder');
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new CommandError(
      `the data folder ${folder} cannot be used: ${reasonOf(error)}; make it writable or choose another with -- --data DIR`,
    );
  }
}

/**
 * `mkdirSync` with `recursive` never returns where a parent refuses with ENOENT, as /proc does.
 *
 * @param {string} folder
 */
function makeFolder(folder) {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/**
 * Runs the built server in this process: it says where it listens and ends on SIGINT and SIGTERM.
 *
 * @param {Options} options
 */
async function serve({ port, host, data }) {
  Object.assign(process.env, { PORT: String(port), HOST: host, WP_DATA: data });
  process.env['NODE_ENV'] = process.env['NODE_ENV'] ?? 'production';
  await import(pathToFileURL(serverFile).href);
}
