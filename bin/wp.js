#!/usr/bin/env node
import './lib/requireNode.js';
import { join } from 'node:path';
import { run } from './lib/child.js';
import { command, root } from './lib/command.js';
import { ensureInstalled } from './lib/install.js';

await command('wp', async (args) => {
  await ensureInstalled();
  const flags = ['--import', import.meta.resolve('tsx'), '--conditions=source'];
  const { exitCode } = await run(
    process.execPath,
    [...flags, join(root, 'apps/cli/src/main.ts'), ...args],
    {
      // tsx would take the tsconfig.json of the working directory.
      env: { TSX_TSCONFIG_PATH: join(root, 'tsconfig.json') },
      output: 'show',
      hasInput: true,
      passedOn: ['SIGINT', 'SIGTERM', 'SIGHUP'],
    },
  );
  return exitCode;
});
